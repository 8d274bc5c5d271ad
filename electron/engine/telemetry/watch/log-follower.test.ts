import { expect, it, vi } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import type { Host, StreamOptions } from '../../hosts/host';
import { NOT_READABLE } from './kernel-log';
import { LogFollower } from './log-follower';

const NODE_AHEAD_MS = 3_600_000;
const xidLine = (cursor: string, code: number, loggedMs: number): string =>
  JSON.stringify({
    __CURSOR: cursor,
    __REALTIME_TIMESTAMP: String((loggedMs + NODE_AHEAD_MS) * 1000),
    MESSAGE: `NVRM: Xid (PCI:0000:91:00): ${code}, pid=1, something`,
  });
const now = (atMs: number, cursor: string): string => `= now ${(atMs + NODE_AHEAD_MS) / 1000} ${cursor}`;

function follow(host: Partial<Host>, nowMs: () => number) {
  const xids: Array<[code: number, atMs: number]> = [];
  const follower = new LogFollower({ nowMs, onXid: ({ code }, atMs) => xids.push([code, atMs]), onBytes: () => {} });
  follower.start(host as Host);
  return { follower, xids };
}

it('goes on where it was when it has to start again: no Xid is lost or told twice, each with its own time', async () => {
  let timeMs = 0;
  const starts: string[] = [];
  const stream = async function* (argv: readonly string[], { signal }: StreamOptions): AsyncGenerator<Uint8Array> {
    starts.push(argv.at(-1) ?? '');
    if (starts.length === 1) {
      timeMs = 1_000_000;
      yield Buffer.from(`${now(1_000_000, 's=a;i=1')}\n${xidLine('s=a;i=2', 31, 1_000_000)}\n`);
      throw new Error('connection lost');
    }
    timeMs = 1_900_000;
    yield Buffer.from(`${now(1_900_000, 's=a;i=2')}\n${xidLine('s=a;i=3', 79, 1_234_000)}\n`);
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const { follower, xids } = follow({ stream } as Partial<Host>, () => timeMs);
  await vi.waitFor(() => expect(xids).toHaveLength(2), { timeout: 60_000 });
  follower.stop();
  expect(starts).toEqual(['', 's=a;i=2']);
  expect(xids).toEqual([
    [31, 1_000_000],
    [79, 1_234_000],
  ]);
});

it('asks as root where the login may not read it, and tells nothing of what was there before', async () => {
  const stream = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${NOT_READABLE}\n`);
  };
  const asked: string[][] = [];
  const exec = ({ argv, privilege }: CommandSpec) => {
    expect(privilege).toBe('root');
    asked.push([...argv]);
    return Promise.resolve({ state: 'exited', exitCode: 0, stdout: Buffer.from(xidLine('s=a;i=9', 79, 0)) });
  };
  const { follower, xids } = follow({ stream, exec } as unknown as Partial<Host>, () => 0);
  await vi.waitFor(() => expect(follower.state?.state).toBe('running'), { timeout: 60_000 });
  follower.stop();
  expect(asked).toEqual([['journalctl', '-k', '-q', '-o', 'json', '-n', '1']]);
  expect(xids).toEqual([]);
});
