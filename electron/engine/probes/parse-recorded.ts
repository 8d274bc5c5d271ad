import type { ProbeResult } from '#shared/domain/probe';
import { printable } from '#shared/domain/text';
import { defaultMaxOutputBytes } from '../hosts/batch-program';
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
  const limit = command.maxOutputBytes ?? defaultMaxOutputBytes;
  const output = {
    state: 'exited',
    exitCode: options.exitCode ?? 0,
    // No more is kept of a command that runs on a node either.
    stdout: printable(text.slice(0, limit)),
    stderr: '',
    isTruncated: text.length > limit,
  } as const;
  const parsed = parse(probe, { [command.id]: output });
  return {
    probeId,
    state: parsed.state,
    reason: parsed.reason ?? null,
    facts: parsed.state === 'ok' ? parsed.facts : null,
  };
}
