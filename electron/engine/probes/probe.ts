import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { FactsOf, ProbeId } from '#shared/domain/facts/index';
import type { ProbeState } from '#shared/domain/probe';
import type { Message } from '#shared/domain/text';

/** What a parser makes of the outputs. Only `ok` has facts; every other state says why. */
export type ParseResult<Facts> =
  | { readonly state: 'ok'; readonly facts: Facts; readonly reason?: Message }
  | { readonly state: Exclude<ProbeState, 'ok'>; readonly reason: Message };

/** Outputs by command id. A parser must cope with any of them missing, failed, cut short or garbage, and never throw. */
export type CommandOutputs = Readonly<Record<string, CommandOutput | undefined>>;

/** Read-only commands and a pure parser. One folder per probe; `all.ts` lists them. */
export interface Probe<Id extends ProbeId = ProbeId> {
  readonly id: Id;
  readonly commands: readonly CommandSpec[];
  /** Fact path prefix (dots, no indexes; '' for the rest) -> id of the command it was read from, or `first|second`. */
  readonly sources: Readonly<Record<string, string>>;
  parse(outputs: CommandOutputs): ParseResult<FactsOf<Id>>;
}

export function defineProbe<Id extends ProbeId>(probe: Probe<Id>): Probe<Id> {
  return probe;
}
