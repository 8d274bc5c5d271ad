import type { Path } from '../../knowledge/yaml-source';
import type { Expression, Outcome, Scope } from '../language/expression';
import type { Template } from '../language/template';
import type {
  FieldDefinition,
  FindingDefinition,
  StepDefinition,
  TextDefinition,
  TreeDefinition,
} from '../language/tree-schema';

export interface CompiledCondition {
  readonly id: string;
  readonly to: string;
  readonly label: TextDefinition;
  readonly when: Expression;
  readonly because: Template | null;
  /** Comparisons that are shown beside those of the condition, and do not decide it. */
  readonly limits: readonly Expression[];
}

export interface CompiledEach {
  readonly as: string;
  readonly in: Expression;
}

export interface CompiledFinding {
  readonly definition: FindingDefinition;
  readonly title: Template;
  readonly explanation: Template;
  readonly advice: readonly { when: Expression | null; each: CompiledEach | null; text: Template }[];
  readonly subjects: Expression | null;
  readonly since: Expression | null;
  readonly evidence: readonly Expression[];
  readonly cautions: readonly Template[];
  readonly actions: readonly {
    actionId: string;
    when: Expression | null;
    each: CompiledEach | null;
    parameters: Readonly<Record<string, Expression>>;
    why: Template | null;
  }[];
}

export interface CompiledField {
  readonly definition: FieldDefinition;
  readonly initialFrom: Expression | null;
  readonly when: Expression | null;
}

interface Step<Kind extends StepDefinition['kind']> {
  readonly id: string;
  readonly definition: Extract<StepDefinition, { kind: Kind }>;
}
export type CompiledStep =
  | Step<'probe'>
  | Step<'goto'>
  | (Step<'ask'> & {
      readonly prompt: Template;
      readonly fields: readonly CompiledField[];
      readonly branches: readonly CompiledCondition[];
    })
  | (Step<'branch'> & { readonly branches: readonly CompiledCondition[] })
  | (Step<'finding'> & { readonly finding: CompiledFinding });

/** A tree that passed every check. */
export interface CompiledTree {
  readonly id: string;
  readonly file: string;
  /** The file as it was compiled. */
  readonly text: string;
  readonly isBuiltIn: boolean;
  readonly definition: TreeDefinition;
  /** Everything its steps can need, to be fetched in one batch. */
  readonly probeIds: readonly string[];
  readonly lets: readonly { readonly name: string; readonly expression: Expression }[];
  readonly steps: ReadonlyMap<string, CompiledStep>;
  /** Evaluates a part of one of its expressions; total. */
  readonly evaluate: (text: string, scope: Scope) => Outcome;
  /** The line of its file where something stands. */
  line(path: Path): number | null;
}

export function isKind<Kind extends StepDefinition['kind']>(
  step: CompiledStep,
  kind: Kind,
): step is Extract<CompiledStep, { definition: { kind: Kind } }> {
  return step.definition.kind === kind;
}

/** A step's ways out in the order they are tried. `unknown` is the last; `unattended` is never tried, but taken where nobody answers. */
export function edgesOf(
  step: StepDefinition,
): { id: string; to: string; label: TextDefinition | null; when: string | null; path: string[] }[] {
  const conditions = 'branches' in step ? (step.branches ?? []) : [];
  const edges = conditions.map((branch, index) => ({
    id: branch.id,
    to: branch.to,
    label: branch.label,
    when: branch.when,
    path: ['branches', String(index), 'to'],
  }));
  const plain = (id: 'next' | 'otherwise' | 'unknown', edge: { to: string; label?: TextDefinition } | undefined) =>
    edge === undefined ? [] : [{ id, to: edge.to, label: edge.label ?? null, when: null, path: [id, 'to'] }];
  return [
    ...edges,
    ...plain('next', 'next' in step ? step.next : undefined),
    ...plain('otherwise', 'otherwise' in step ? step.otherwise : undefined),
    ...plain('unknown', 'unknown' in step ? step.unknown : undefined),
    ...(step.kind === 'ask' && step.unattended !== undefined
      ? [{ id: 'unattended', to: step.unattended, label: null, when: null, path: ['unattended'] }]
      : []),
  ];
}

/** The probes that a tree's own steps fetch, each once. */
export function fetchedProbes({ steps }: TreeDefinition): string[] {
  const probeIds = Object.values(steps).flatMap((step) =>
    step.kind === 'probe' ? [...step.probes, ...(step.optional ?? [])] : [],
  );
  return [...new Set(probeIds)];
}

/** The probes that a step reads more than once. */
export function probesReadAgain(step: StepDefinition): readonly string[] {
  return step.kind === 'probe' && step.again !== undefined ? (step.again.probes ?? step.probes) : [];
}

/** The variable that holds an ask-step's answers: `which-job` -> `answers.whichJob`. */
export function answerName(stepId: string): string {
  return stepId.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
