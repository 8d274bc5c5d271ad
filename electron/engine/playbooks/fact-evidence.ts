import { commandOfFact, type ProbeResult } from '#shared/domain/probe';
import { commandLineOf } from '../actions/command-line';
import { probeInfo } from '../probes/probe-info';

/** The command that told a fact, with its kept output; empty: the probe did not run. */
export function factEvidence(
  results: readonly ProbeResult[],
  probeId: string,
  path: string,
): { commandLine: string; evidenceId: string }[] {
  const commands = results.find((result) => result.probeId === probeId)?.commands ?? [];
  const sources = probeInfo.find(({ id }) => id === probeId)?.sources ?? {};
  const commandId = commandOfFact(sources, path, commands);
  const record = commands.find((command) => command.commandId === commandId);
  return record ? [{ commandLine: commandLineOf(record.argv, record.privilege), evidenceId: record.evidenceId }] : [];
}
