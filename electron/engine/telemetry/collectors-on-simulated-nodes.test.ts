import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GpuProcess } from '#shared/domain/telemetry/gpu-process';
import type { LiveRow, WatchState } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { amdMi300x, dgxH100 } from '../../sim/profiles';
import { type SimulatedNodes, startSimulatedNodes } from '../testing/simulated-nodes';

let nodes: SimulatedNodes;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100, amdMi300x]);
  for (const at of [0, 1]) await nodes.client.hosts.connect({ hostId: nodes.at(at).hostId });
});
afterAll(() => nodes?.close());

/** What is looked at of a node's GPUs, until all eight have all of it. */
async function look(at: number, metrics: MetricId[]): Promise<LiveRow[]> {
  const stop = new AbortController();
  const rows = new Map<string, LiveRow>();
  const { hostId } = nodes.at(at);
  for await (const batch of await nodes.client.telemetry.live(
    { hostIds: [hostId], metrics },
    { signal: stop.signal },
  )) {
    for (const row of batch) rows.set(row.subject, row);
    if ([...rows.values()].filter(({ values }) => values.every((value) => value !== null)).length === 8) break;
  }
  stop.abort();
  return [...rows.values()];
}

async function first<T>(rounds: AsyncIterable<T>, isWanted: (round: T) => boolean): Promise<T> {
  for await (const round of rounds) if (isWanted(round)) return round;
  throw new Error('it ended');
}

describe('watching simulated nodes', () => {
  it('shows AMD GPUs, by the number of their chip', async () => {
    const rows = await look(1, ['gpu.temperatureC', 'gpu.temperatureMarginC', 'gpu.powerW', 'gpu.powerLimitW']);
    for (const { subject, values } of rows) {
      expect(subject).toMatch(/^gpu 0x[0-9A-F]{16}$/);
      expect(values[3]).toBe(750);
    }
  });

  it('shows what only DCGM knows, and PCIe traffic once', async () => {
    const rows = await look(0, ['gpu.smActivePercent', 'gpu.nvlinkSentBytesPerSecond', 'gpu.pcieSentBytesPerSecond']);
    for (const { values } of rows) expect(values[0]).toBeLessThanOrEqual(100);
    const { hostId } = nodes.at(0);
    const states = await first(await nodes.client.telemetry.watchStates(), (all) =>
      all.some((one) => one.hostId === hostId),
    );
    const ids = states.find((one) => one.hostId === hostId)?.collectors.map(({ id }) => id);
    expect(ids?.slice(0, 4)).toEqual(['nvidia-gpu', 'dcgm', 'system', 'kernel-log']);
  });

  it('tells processes with their users', async () => {
    const stop = new AbortController();
    const { hostId } = nodes.at(0);
    const found = await first<GpuProcess[] | null>(
      await nodes.client.telemetry.processes({ hostId }, { signal: stop.signal }),
      (round) => round !== null && round.length > 0,
    );
    stop.abort();
    expect(found?.every(({ user, memoryBytes }) => user !== null && memoryBytes !== null)).toBe(true);
    expect(found?.some(({ smPercent }) => smPercent !== null)).toBe(true);
  });

  it('tells what watching costs on the node', async () => {
    const stop = new AbortController();
    const { hostId } = nodes.at(0);
    const looking = await nodes.client.telemetry.live(
      { hostIds: [hostId], metrics: ['gpu.powerW'] },
      { signal: stop.signal },
    );
    (async () => {
      for await (const _ of looking);
    })().catch(() => {});
    const isKnown = (all: WatchState[]) =>
      all.some(
        (one) =>
          one.hostId === hostId && one.collectors.length > 0 && one.collectors.every(({ cost }) => cost !== null),
      );
    const states = await first(await nodes.client.telemetry.watchStates(undefined, { signal: stop.signal }), isKnown);
    stop.abort();
    const state = states.find((one) => one.hostId === hostId);
    for (const { cost } of state?.collectors ?? []) {
      expect(cost?.cpuPercent).toBeLessThan(100);
    }
    const resident = state?.collectors.filter(({ cost }) => (cost?.memoryBytes ?? 0) > 500_000);
    expect(resident?.map(({ id }) => id)).toEqual(expect.arrayContaining(['nvidia-gpu', 'system', 'kernel-log']));
    expect(state?.bytesPerSecond).toBeGreaterThan(100);
  });
});
