import type { CommandSpec } from '#shared/domain/command';
import type { LeverId } from '#shared/domain/protection/lever';

/** What a node says of one GPU and one lever. */
export interface LeverReading {
  readonly index: number;
  readonly uuid: string;
  /** What is set; null where no driver tells. */
  readonly current: number | null;
  /** What is set, or is there when nothing is, and what is below it; one alone can't be lowered. */
  readonly levels: readonly number[];
  /** The clock that runs; null where the lever is none of clocks. */
  readonly clockMhz: number | null;
}

/** `value` equal to `original` puts back. */
export interface Target {
  readonly value: number;
  readonly original: number;
}

/** Something that takes heat from a GPU: how it is read, set through its action, and put back. */
export interface Lever {
  readonly id: LeverId;
  /** The action that sets it, planned, verified and written down as any other. */
  readonly actionId: string;
  /** What a sudoers line has to allow. */
  readonly sudoersCommands: string;
  /** One command of each kind that would be run as root. */
  rootArgvs(uuids: readonly string[]): ReadonlyArray<readonly string[]>;
  readCommand(): CommandSpec;
  parse(stdout: string): LeverReading[];
  isSame(one: number, other: number): boolean;
  parametersOf(target: Target, gpuUuids: readonly string[]): Record<string, unknown>;
  setCommand(uuids: readonly string[], target: Target): CommandSpec;
}
