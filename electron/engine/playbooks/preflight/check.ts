import type { NodeFacts } from '#shared/domain/facts/index';
import type { PreflightCheck, PreflightCheckId, PreflightOutcome } from '#shared/domain/playbook/preflight';
import type { LocalizedText } from '#shared/domain/text';
import type { Reached } from './reach';
import { type PreflightWord, say } from './words';

/** What a playbook is going to do, as far as the checks depend on it. */
export interface Work {
  /** Of its steps. */
  readonly actionIds: ReadonlySet<string>;
  /** Some step that is never left out needs a GPU. */
  readonly needsGpu: boolean;
}

/** What is known of a node. */
export interface PreflightBasis {
  readonly facts: NodeFacts;
  /** Null: it could not be asked. */
  readonly reached: readonly Reached[] | null;
  readonly hasReachTool: boolean;
  /** Something is taken out of a carried set. */
  readonly isCarried: boolean;
  /** Names are resolved by it. */
  readonly hasProxy: boolean;
  /** Null: nothing certain is to be done. */
  readonly work: Work | null;
  readonly loginName: string | null;
  readonly nowMs: number;
}

/** Where a check took its value from: a probe with a path in its facts, or the asking of addresses. */
export type Source = readonly [probeId: string, path: string];
export type JudgedCheck = Omit<PreflightCheck, 'evidence'> & { readonly from: readonly Source[] };

export function judged(
  id: PreflightCheckId,
  title: PreflightWord,
  from: readonly Source[],
  outcome: PreflightOutcome,
  value: LocalizedText,
  why: LocalizedText | null = null,
  remedy: LocalizedText | null = null,
): JudgedCheck {
  return { id, title: say(title), outcome, value, reason: why, remedy, from };
}

/** A fact that is missing is neither good nor bad. */
export function untold(id: PreflightCheckId, title: PreflightWord, from: readonly Source[]): JudgedCheck {
  return judged(id, title, from, 'unknown', say('notRead'), say('notReadWhy'), say('notReadHelp'));
}

export function worstOf(outcomes: readonly PreflightOutcome[]): PreflightOutcome {
  const order = ['fail', 'unknown', 'warn'] as const;
  return order.find((one) => outcomes.includes(one)) ?? (outcomes.length === 0 ? 'unknown' : 'pass');
}

/** munge takes 5 minutes, as do others that sign with the time; certificates and package lists fail from some point on. */
const clockFailMs = 300_000;

export function isClockWrong(facts: NodeFacts): boolean {
  return Math.abs(facts.os?.clockOffsetMs ?? 0) > clockFailMs;
}
