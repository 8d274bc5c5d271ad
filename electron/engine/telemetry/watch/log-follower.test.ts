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
  const told: string[] = [];
  const leftOut: number[] = [];
  const follower = new LogFollower({
    nowMs,
    onTrouble: (trouble, atMs, isTold) => {
      if (trouble.kind === 'xid') xids.push([trouble.code, atMs]);
      if (isTold) told.push(trouble.message);
    },
    onLeftOut: (lines) => leftOut.push(lines),
    onBytes: () => {},
  });
  follower.start(host as Host);
  return { follower, xids, told, leftOut };
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

it('asks on as root where the log says more at a time than is kept: no line is lost or told twice', async () => {
  const stream = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${NOT_READABLE}\n`);
  };
  const lines = Array.from({ length: 9 }, (_, index) => xidLine(`s=a;i=${index}`, index + 1, 0));
  const asked: Array<string | undefined> = [];
  const exec = ({ argv }: CommandSpec) => {
    const after = /--after-cursor=s=a;i=(\d+)/.exec(argv.at(-1) ?? '')?.[1];
    asked.push(after);
    // The first is as if it was cut as well: what follows a whole one is asked for half a minute later.
    const rest = Buffer.from(lines.slice(after === undefined ? 0 : Number(after) + 1).join('\n'));
    // Cut in the middle of the third line, whose cursor has been told by then; the command dies of the closed pipe.
    const most = Math.floor((lines[1]?.length ?? 0) * (after === undefined ? 1.7 : 2.7));
    const isTruncated = rest.length > most;
    const [state, exitCode] = ['exited', isTruncated ? 141 : 0];
    return Promise.resolve({ state, exitCode, isTruncated, stdout: rest.subarray(0, most) });
  };
  const { follower, xids } = follow({ stream, exec } as unknown as Partial<Host>, () => 0);
  await vi.waitFor(() => expect(xids).toHaveLength(8), { timeout: 60_000 });
  follower.stop();
  expect(xids.map(([code]) => code)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  expect(asked.slice(0, 5)).toEqual([undefined, '0', '2', '4', '6']);
});

it('counts every line of a flood, tells few of them one by one, and says how many it left out', async () => {
  const LINES = 50_000;
  const line = (index: number, message: string): string =>
    JSON.stringify({ __CURSOR: `s=a;i=${index}`, __REALTIME_TIMESTAMP: '5000000', MESSAGE: message });
  const corrected = (bus: string) =>
    `pcieport 0000:${bus}:01.0: PCIe Bus Error: severity=Corrected, type=Physical Layer`;
  const stream = async function* (_: readonly string[], { signal }: StreamOptions): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`= now 5 s=a;i=1\n`);
    for (let index = 0; index < LINES; ) {
      const lines: string[] = [];
      for (const until = index + 5000; index < until; index += 1) {
        const [third] = [index % 3];
        if (third === 0) lines.push(line(index, 'usb 1-1: new high-speed USB device number 4'));
        else lines.push(line(index, third === 1 ? corrected('a0') : `NVRM: Xid (PCI:0000:91:00): 31, pid=${index}, x`));
      }
      yield Buffer.from(`${lines.join('\n')}\n`);
    }
    yield Buffer.from(`${line(LINES, 'NVRM: Xid (PCI:0000:91:00): 79, pid=1, GPU has fallen off the bus.')}\n`);
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const { follower, xids, told, leftOut } = follow({ stream } as Partial<Host>, () => 5000);
  // One of another kind is told however loud the others are.
  await vi.waitFor(() => expect(told.at(-1)).toContain('fallen off the bus'), { timeout: 60_000 });
  follower.stop();
  expect(xids).toHaveLength(Math.floor(LINES / 3) + 1);
  expect(told.filter((text) => text.includes('Corrected'))).toHaveLength(5);
  expect(told).toHaveLength(11);
  expect(leftOut).toEqual([Math.floor((LINES * 2) / 3) + 1 - 11]);
});
