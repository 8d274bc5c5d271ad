import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { ProbeResult } from '#shared/domain/probe';
import { printable } from '#shared/domain/text';
import { NotFoundError } from '../errors';
import { defaultMaxOutputBytes } from '../hosts/batch/batch-program';
import { allProbes, probeById } from './all';
import { unparsable } from './lib/outcome';
import type { ParseResult } from './probe';
import { parse } from './run-probes';

const limitOf = (command: CommandSpec): number => command.maxOutputBytes ?? defaultMaxOutputBytes;

/** Whoever reads a recorded output may stop after so many bytes: it is too long for any parser. */
export const enoughRecordedBytes = 1 + Math.max(...allProbes.flatMap(({ commands }) => commands.map(limitOf)));

/**
 * Feeds a recorded output to a probe's parser as the stdout of `commandId`; without one, of the first of the probe's commands
 * that it makes sense as, else of its main (first) one. Total: garbage gives state `unparsable`. Throws NotFoundError for
 * an unknown probe or command.
 */
export function parseRecorded(
  probeId: string,
  text: string,
  options: { commandId?: string; exitCode?: number } = {},
): Pick<ProbeResult, 'probeId' | 'state' | 'reason' | 'facts'> {
  const probe = probeById(probeId);
  if (!probe) throw new NotFoundError('probe', probeId);
  const { commandId, exitCode = 0 } = options;
  const candidates = probe.commands.filter(({ id }) => commandId === undefined || id === commandId);
  const [main] = candidates;
  if (!main) throw new NotFoundError('command', commandId ?? '');
  const asOutputOf = (command: CommandSpec): ParseResult<unknown> => {
    const output = recordedOutput(command, text, exitCode);
    const parsed = parse(probe, { [command.id]: output });
    return parsed.state === 'unparsable' && output.isTruncated ? unparsable(command, output) : parsed;
  };
  let parsed = asOutputOf(main);
  for (const command of candidates.slice(1)) {
    if (parsed.state === 'ok') break;
    const other = asOutputOf(command);
    if (other.state === 'ok') parsed = other;
  }
  return {
    probeId,
    state: parsed.state,
    reason: parsed.reason ?? null,
    facts: parsed.state === 'ok' ? parsed.facts : null,
  };
}

function recordedOutput(command: CommandSpec, text: string, exitCode: number): CommandOutput {
  const bytes = Buffer.from(text);
  const limit = limitOf(command);
  // No more is kept of a command that runs on a node either.
  const stdout = printable(bytes.subarray(0, limit).toString());
  const isOfOneFile = command.forEach !== undefined && !stdout.startsWith('==> /');
  return {
    state: 'exited',
    exitCode,
    stdout: isOfOneFile ? `==> /recorded\n${stdout}\n<== ${exitCode}\n` : stdout,
    stderr: '',
    isTruncated: bytes.length > limit,
  };
}
