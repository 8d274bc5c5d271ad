import type { SubjectKind } from '../telemetry/metric';
import type { RuleExpression } from './compile-expression';
import type { Timing } from './condition-state';
import type { RuleDefinition } from './rule-schema';
import type { WindowList } from './subject-samples';

export interface CompiledRule extends RuleDefinition {
  readonly file: string;
  readonly line: number | null;
  readonly isBuiltIn: boolean;
  readonly condition: RuleExpression;
  /** Null: when the condition is false. */
  readonly release: RuleExpression | null;
  readonly timing: Timing;
}

/** Rules that are judged together: they share what they remember of a subject. */
export interface RuleSet {
  readonly rules: readonly CompiledRule[];
  readonly windows: ReadonlyMap<SubjectKind, WindowList>;
}
