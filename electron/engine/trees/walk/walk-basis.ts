import type { Answers } from '#shared/domain/diagnosis';
import type { ExpectedGpus } from '#shared/domain/expected-gpus';
import type { ProbeResult } from '#shared/domain/probe';

/** What a diagnosis stands on: the same basis gives the same path, whenever and wherever it is walked again. */
export interface WalkBasis {
  readonly results: readonly ProbeResult[];
  /** What probe steps read again, by step id; empty where it was tried and nothing came. */
  readonly again?: Readonly<Record<string, readonly ProbeResult[]>>;
  /** How many GPUs the node should have by what was kept of it when the walk began. */
  readonly expected?: ExpectedGpus | null;
  /** By step id. */
  readonly answers: Readonly<Record<string, Answers>>;
  /** Nobody is there to answer at any question, or was at these: one without an answer is passed where its tree says. */
  readonly unattended?: 'all' | readonly string[];
  /** Branches taken whatever the facts say, by step id ("what if"). */
  readonly forced: Readonly<Record<string, string>>;
}
