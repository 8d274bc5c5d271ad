import type { NodeFacts } from '#shared/domain/facts/index';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { Probe } from '../../../probes/probe';
import type { WatchedNode } from '../collector';

export type SlowFrame = Omit<Frame, 'atMs'>;

/** What was found out in one round. */
export interface SlowRound {
  /** Of the probes that had an answer. */
  readonly facts: NodeFacts;
  /** How far the node's clock is before ours; null where the round could not tell. */
  readonly clockOffsetMs: number | null;
  readonly node: WatchedNode;
}

/**
 * A source of samples that is too slow, or changes too seldom, for a stream: asked with the commands of the inventory's probes
 * and read by their parsers, whatever pace the node is watched at.
 */
export interface SlowCollector {
  readonly id: string;
  readonly everyMs: number;
  /** With the commands alone that it needs. */
  readonly probes: readonly Probe[];
  /** Not asked at all where this says no. */
  readonly isFor?: (node: WatchedNode) => boolean;
  /** Nothing where the node has nothing of the kind. */
  read(round: SlowRound): readonly SlowFrame[];
}

/** A probe that runs but some of its commands. */
export function only(probe: Probe, ...commandIds: readonly string[]): Probe {
  return { ...probe, commands: probe.commands.filter(({ id }) => commandIds.includes(id)) };
}

export const unknownIfNull = (value: number | boolean | null | undefined): number => Number(value ?? Number.NaN);
