import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { HostStatus } from '#shared/domain/host';
import { createTelemetry, type Telemetry } from './create-telemetry';

let telemetry: Telemetry;
let tell: (status: HostStatus) => void;

const cancelled: Open = (_, { signal } = {}) =>
  new Promise((_resolve, reject) => signal?.addEventListener('abort', reject));

type Open = Parameters<typeof createTelemetry>[0]['hosts']['open'];

function start(open: Open): void {
  telemetry = createTelemetry({
    openStore: () => {
      throw new Error('nothing is kept here');
    },
    takeKeeperLock: () => null,
    retention: () => {
      throw new Error('nothing is kept here');
    },
    notify: () => {},
    hosts: {
      list: () => [],
      open,
      async *watch() {
        for (;;) yield await new Promise<HostStatus>((resolve) => (tell = resolve));
      },
      onDidRemove: () => () => {},
    },
    inventory: { facts: () => ({}), refresh: () => Promise.reject(new Error('not asked')) },
    nowMs: () => Date.now(),
    isKeeper: true,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  start(cancelled);
});
afterEach(async () => {
  await telemetry.close();
  vi.useRealTimers();
});

async function connect(hostId: string): Promise<void> {
  await vi.advanceTimersByTimeAsync(1);
  tell({ hostId, connection: 'connected' } as HostStatus);
  await vi.advanceTimersByTimeAsync(1);
}

/** Stays until what it returns is called. */
function look(hostIds?: string[]): () => void {
  const closed = new AbortController();
  const rows = telemetry.live({ hostIds, metrics: ['gpu.temperatureC'] }, closed.signal);
  rows.next().catch(() => {});
  return () => closed.abort();
}

/** Has the app before them until what it returns is called. */
function attend(): () => void {
  const left = new AbortController();
  const attention = telemetry.attend(left.signal);
  attention.next().then(() => attention.next().catch(() => {}));
  return () => left.abort();
}

async function paceOf(hostId: string, afterMs = 1100): Promise<number | null | undefined> {
  await vi.advanceTimersByTimeAsync(afterMs);
  const { value } = await telemetry.watchStates().next();
  return (value ?? []).find((state: { hostId: string }) => state.hostId === hostId)?.intervalMs;
}

it('samples a host that is connected while every host is looked at as fast as the others', async () => {
  attend();
  const close = look();
  await connect('late');
  expect(await paceOf('late')).toBe(1000);
  close();
  expect(await paceOf('late')).toBe(1000);
  expect(await paceOf('late', 30_000)).toBe(10_000);
});

it('goes on sampling fast where one of two stopped looking, also one who looked at every host', async () => {
  attend();
  const closeAll = look();
  await connect('h1');
  const closeOne = look(['h1']);
  closeAll();
  expect(await paceOf('h1', 60_000)).toBe(1000);
  closeOne();
  expect(await paceOf('h1', 60_000)).toBe(10_000);
});

it('samples fast for a while where something is wrong, though nobody has the app before them', async () => {
  await connect('h1');
  expect(await paceOf('h1', 31_000)).toBe(60_000);
  telemetry.hasten('h1');
  expect(await paceOf('h1', 500_000)).toBe(1000);
  expect(await paceOf('h1', 200_000)).toBe(60_000);
});

it('samples more seldom once nobody has had the app before them for a while, and at once when they do again', async () => {
  const leave = attend();
  await connect('h1');
  expect(await paceOf('h1', 120_000)).toBe(10_000);
  leave();
  expect(await paceOf('h1', 20_000)).toBe(10_000);
  expect(await paceOf('h1', 11_000)).toBe(60_000);
  attend();
  expect(await paceOf('h1', 0)).toBe(10_000);
});

it('goes on as if somebody had the app before them where samples are wanted, of those hosts alone', async () => {
  await connect('armed');
  await connect('other');
  const release = telemetry.sample(['armed']);
  expect(await paceOf('armed', 60_000)).toBe(10_000);
  expect(await paceOf('other', 0)).toBe(60_000);
  release();
  expect(await paceOf('armed', 0)).toBe(60_000);
  telemetry.sample(null);
  expect(await paceOf('other', 0)).toBe(10_000);
});

it('ends though a node never answers', async () => {
  await telemetry.close();
  vi.useRealTimers();
  start(() => new Promise(() => {}));
  // Follows from the next turn on.
  await new Promise(setImmediate);
  tell({ hostId: 'hangs', connection: 'connected' } as HostStatus);
  await vi.waitFor(
    async () => {
      const { value } = await telemetry.watchStates().next();
      expect(value).toMatchObject([{ hostId: 'hangs', state: 'watching' }]);
    },
    { timeout: 60_000 },
  );
  await expect(telemetry.close()).resolves.toBe(undefined);
});
