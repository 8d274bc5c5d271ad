import type { ProbeResult } from '#shared/domain/probe';
import { printable } from '#shared/domain/text';
import { NotFoundError } from '../service-types';
import { probeById } from './all';
import { parse } from './run-probes';

/**
 * Feeds a recorded output to a probe's parser as the stdout of its main (first) command, or of `commandId`. Total: garbage
 * gives state `unparsable`. Throws NotFoundError for an unknown probe or command.
 */
export function parseRecorded(
  probeId: string,
  text: string,
  options: { commandId?: string; exitCode?: number } = {},
): Pick<ProbeResult, 'probeId' | 'state' | 'reason' | 'facts'> {
  const probe = probeById(probeId);
  if (!probe) throw new NotFoundError('probe', probeId);
  const command = options.commandId
    ? probe.commands.find((candidate) => candidate.id === options.commandId)
    : probe.commands[0];
  if (!command) throw new NotFoundError('command', options.commandId ?? '');
  const output = {
    state: 'exited',
    exitCode: options.exitCode ?? 0,
    stdout: printable(text),
    stderr: '',
    isTruncated: false,
  } as const;
  const parsed = parse(probe, { [command.id]: output });
  return {
    probeId,
    state: parsed.state,
    reason: parsed.reason ?? null,
    facts: parsed.state === 'ok' ? parsed.facts : null,
  };
}
