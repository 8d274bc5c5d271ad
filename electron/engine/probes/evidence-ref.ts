import type { EvidenceRef } from '#shared/domain/finding';
import { commandOfFact, type ProbeInfo, type ProbeResult } from '#shared/domain/probe';

/** Points at the output that a fact was read from; at the first one of the probe where that is not known. */
export function evidenceRef(result: ProbeResult, info: ProbeInfo | undefined, path: string): EvidenceRef {
  const commandId = commandOfFact(info?.sources ?? {}, path, result.commands);
  const record = result.commands.find((command) => command.commandId === commandId) ?? result.commands[0];
  return { probeId: result.probeId, factPath: path === '' ? null : path, evidenceId: record?.evidenceId ?? null };
}
