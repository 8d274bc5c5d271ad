import type { CommandSpec } from '#shared/domain/command';
import type { ProbeResult } from '#shared/domain/probe';
import { printable } from '#shared/domain/text';
import { NotFoundError } from '../errors';
import { defaultMaxOutputBytes } from '../hosts/batch/batch-program';
import { allProbes, probeById } from './all';
import { unparsable } from './lib/outcome';
import { parse } from './run-probes';

const limitOf = (command: CommandSpec): number => command.maxOutputBytes ?? defaultMaxOutputBytes;

/** Whoever reads a recorded output may stop after so many bytes: it is too long for any parser. */
export const enoughRecordedBytes = 1 + Math.max(...allProbes.flatMap(({ commands }) => commands.map(limitOf)));

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
  const bytes = Buffer.from(text);
  const limit = limitOf(command);
  const output = {
    state: 'exited',
    exitCode: options.exitCode ?? 0,
    // No more is kept of a command that runs on a node either.
    stdout: printable(bytes.subarray(0, limit).toString()),
    stderr: '',
    isTruncated: bytes.length > limit,
  } as const;
  const parsed = parse(probe, { [command.id]: output });
  return {
    probeId,
    state: parsed.state,
    reason:
      parsed.state === 'unparsable' && output.isTruncated
        ? unparsable(command, output).reason
        : (parsed.reason ?? null),
    facts: parsed.state === 'ok' ? parsed.facts : null,
  };
}
