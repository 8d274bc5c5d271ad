import type { CommandSpec } from '#shared/domain/command';
import { printable } from '#shared/domain/text';
import { InvalidError } from '../../errors';
import { type Host, HostUnavailableError } from '../../hosts/host';

/** Runs a command that has to end well. Throws InvalidError with what it said, HostUnavailableError, AbortError. */
export async function runOn(
  host: Host,
  argv: CommandSpec['argv'],
  signal: AbortSignal,
  { stdin, timeoutMs = 120_000 }: { stdin?: Uint8Array; timeoutMs?: number } = {},
): Promise<string> {
  // tee writes what it is given out again; nobody reads that.
  const spec: CommandSpec = { id: 'packages', argv, timeoutMs, maxOutputBytes: stdin ? 1024 : 32 * 1024 * 1024 };
  const { state, exitCode, stdout, stderr } = await host.exec(spec, { signal, ...(stdin ? { stdin } : {}) });
  if (state === 'lost') throw new HostUnavailableError(host.id, { code: 'connection-lost', detail: argv[0] });
  signal.throwIfAborted();
  if (state === 'exited' && exitCode === 0) return new TextDecoder().decode(stdout);
  const line = printable(new TextDecoder().decode(stderr)).trim().split('\n').at(-1) ?? '';
  throw new InvalidError('playbooks.offlineCommand', { command: argv[0], reason: line.slice(0, 200) || state });
}

export async function hashOn(host: Host, path: string, signal: AbortSignal): Promise<string | null> {
  const result = await host.exec({ id: 'sum', argv: ['sha256sum', '--', path], timeoutMs: 600_000 }, { signal });
  return /^\\?([0-9a-f]{64})\s/.exec(new TextDecoder().decode(result.stdout))?.[1] ?? null;
}
