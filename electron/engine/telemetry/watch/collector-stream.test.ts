import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host, StreamOptions } from '../../hosts/host';
import type { NodeFrame } from '../collectors/collector';
import { type Dated, runCollector, type StreamEnd } from './collector-stream';

// Vitest's clock moves the global timers only.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number, value: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve(value);
      }, ms);
    }),
}));

type Script = (signal: AbortSignal) => AsyncIterable<string>;

/** A host on which each start of the stream goes as the next script says; the last one again and again. */
function hostOf(scripts: readonly Script[]): { host: Host; starts: () => number } {
  let starts = 0;
  const stream = async function* (_argv: unknown, { signal }: StreamOptions): AsyncGenerator<Uint8Array> {
    const script = scripts[Math.min(starts, scripts.length - 1)];
    starts += 1;
    for await (const text of script?.(signal) ?? []) yield Buffer.from(text);
  };
  return { host: { stream } as unknown as Host, starts: () => starts };
}

const silent: Script = async function* (signal) {
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
};
const says = (...lines: string[]): Script =>
  async function* () {
    for (const line of lines) yield `${line}\n`;
  };
const thenSilent = (script: Script): Script =>
  async function* (signal) {
    yield* script(signal);
    yield* silent(signal);
  };

const frame = (text: string): NodeFrame => ({
  subject: { kind: 'node', id: '' },
  layout: ['node.load'],
  nodeMs: null,
  values: [Number(text)],
});

function run(scripts: readonly Script[]) {
  const { host, starts } = hostOf(scripts);
  const stop = new AbortController();
  const read: Dated<NodeFrame>[] = [];
  const ends: StreamEnd[] = [];
  const pids: number[] = [];
  const done = runCollector(
    {
      host,
      intervalMs: 1000,
      start: () => ({
        argv: ['tool'],
        reader: { read: (line) => (/^\d+$/.test(line) ? [frame(line)] : []) },
      }),
      nowMs: Date.now,
      onRead: (frames) => read.push(...frames),
      onStart: (pid) => pids.push(pid),
      onStop: (end) => ends.push(end),
    },
    stop.signal,
  );
  const end = async () => {
    stop.abort();
    await vi.advanceTimersByTimeAsync(0);
    await done;
  };
  return { read, ends, pids, starts, end };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a stream', () => {
  it('that stalls without closing is started again, and told once', async () => {
    const running = run([thenSilent(says('= pid 77', '1', '2')), silent, thenSilent(says('3'))]);
    await vi.advanceTimersByTimeAsync(14_000);
    expect(running.ends).toEqual([]);
    expect(running.pids).toEqual([77]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(running.ends).toEqual([{ reason: 'stalled' }]);
    // The second start says nothing at all: that is no other stop.
    await vi.advanceTimersByTimeAsync(30_000);
    expect(running.ends).toHaveLength(1);
    expect(running.read.map(({ values }) => values[0])).toEqual([1, 2, 3]);
    await running.end();
  });

  it('that prints only what is no sample has stalled as well', async () => {
    const chatter: Script = async function* (signal) {
      for (;;) {
        yield 'ERROR: driver not loaded\n';
        await pause(500, undefined, { signal });
      }
    };
    const running = run([chatter]);
    await vi.advanceTimersByTimeAsync(16_000);
    expect(running.ends).toEqual([{ reason: 'stalled' }]);
    await running.end();
  });

  it('that fails at once is started later each time, at most once a minute', async () => {
    const running = run([says('NVIDIA-SMI has failed')]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(running.ends).toEqual([{ reason: 'ended', lastWords: 'NVIDIA-SMI has failed' }]);
    expect(running.starts()).toBeLessThan(20);
    expect(running.starts()).toBeGreaterThan(10);
    await running.end();
  });

  it('that ends over and over while it has samples is told each time, and soon started again', async () => {
    const running = run([says('1'), says('2'), thenSilent(says('3'))]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(running.ends).toEqual([
      { reason: 'ended', lastWords: '' },
      { reason: 'ended', lastWords: '' },
    ]);
    expect(running.read).toHaveLength(3);
    await running.end();
  });
});
