import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveRow } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { MetricsEndpoint } from '#shared/domain/telemetry/metrics-endpoint';
import { a100Mig, dgxH100, l4Single } from '../../../sim/profiles';
import { type SimulatedNodes, startSimulatedNodes } from '../../testing/simulated-nodes';

let nodes: SimulatedNodes;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100, a100Mig, { ...l4Single, lacks: ['curl', 'wget'] }]);
  nodes.at(2).node.inject('forwarding-denied');
  for (const at of [0, 1]) await nodes.client.hosts.connect({ hostId: nodes.at(at).hostId });
});
afterAll(() => nodes?.close());

/** The newest rows of a node, as long as it takes for them to be enough. */
async function look(
  at: number,
  metrics: MetricId[],
  isEnough: (rows: ReadonlyMap<string, LiveRow>) => boolean,
): Promise<ReadonlyMap<string, LiveRow>> {
  const stop = new AbortController();
  const rows = new Map<string, LiveRow>();
  const hostIds = [nodes.at(at).hostId];
  for await (const batch of await nodes.client.telemetry.live({ hostIds, metrics }, { signal: stop.signal })) {
    for (const row of batch) rows.set(row.subject, row);
    if (isEnough(rows)) break;
  }
  stop.abort();
  return rows;
}

const isWhole = (row: LiveRow | undefined) => row?.values.every((value) => value !== null) ?? false;

async function endpointsOf(at: number, isWanted: (told: readonly MetricsEndpoint[]) => boolean) {
  const stop = new AbortController();
  const { signal } = stop;
  const { hostId } = nodes.at(at);
  // Somebody has to look, or nothing is sampled.
  const looking = await nodes.client.telemetry.live({ hostIds: [hostId], metrics: ['node.load'] }, { signal });
  (async () => {
    for await (const _ of looking);
  })().catch(() => {});
  for await (const states of await nodes.client.telemetry.watchStates(undefined, { signal })) {
    const told = states.find((one) => one.hostId === hostId)?.endpoints ?? [];
    if (!isWanted(told)) continue;
    stop.abort();
    return told;
  }
  throw new Error('it ended');
}

describe.concurrent('the services of simulated nodes', () => {
  it('are found and read: vLLM by its model, full or not', async () => {
    const subject = 'vllm :8000 /raid/models/Llama-3.1-70B-Instruct';
    const key = `service ${subject}`;
    const metrics: MetricId[] = [
      'service.requestsRunning',
      'service.kvCachePercent',
      'service.generatedTokens',
      'service.firstTokenP95Seconds',
    ];
    const rows = await look(0, metrics, (all) => isWhole(all.get(key)));
    expect([...rows.keys()]).toEqual([key]);
    const [running, cache, tokens, firstToken] = (rows.get(key)?.values ?? []) as number[];
    expect(running).toBeGreaterThan(10);
    expect(cache).toBeLessThan(80);
    expect(tokens).toBeGreaterThan(100);
    expect(firstToken).toBeLessThan(2.5);

    nodes.at(0).node.inject('kv-cache-full');
    const full = await look(
      0,
      ['service.kvCachePercent', 'service.requestsWaiting', 'service.preemptions'],
      (all) => (all.get(key)?.values[0] ?? 0) > 95 && (all.get(key)?.values[2] ?? 0) > 0,
    );
    expect(full.get(key)?.values[1]).toBe(38);
  });

  it('are found and read: Triton by model and version, failures too', async () => {
    nodes.at(1).node.inject('triton-overloaded');
    const metrics: MetricId[] = ['service.failures', 'service.queuedSeconds', 'service.handledSeconds'];
    const key = 'service triton :8002 bert_large v1';
    const rows = await look(1, metrics, (all) => isWhole(all.get(key)) && (all.get(key)?.values[0] ?? 0) > 0);
    expect([...rows.keys()].sort()).toEqual([key, 'service triton :8002 resnet50 v1']);
    const [failures, queued, handled] = (rows.get(key)?.values ?? []) as [number, number, number];
    expect(failures).toBeGreaterThan(0);
    expect(queued / handled).toBeGreaterThan(0.5);
  });

  it('are told as not allowed where sshd forwards nothing, and read from the next connection that may', async () => {
    const { hostId, node } = nodes.at(2);
    await nodes.client.hosts.connect({ hostId });
    const [denied] = await endpointsOf(2, (told) => told.some(({ state }) => state === 'denied'));
    expect(denied).toMatchObject({ url: 'http://127.0.0.1:9400/metrics', isNamed: false, exporters: [] });
    expect(denied?.detail).toMatch(/neither curl nor wget/);

    node.clear('forwarding-denied');
    node.inject('connection-cut');
    node.clear('connection-cut');
    // dcgmi is not on this node, so what only DCGM knows comes from its exporter.
    const uuid = node.model.gpuOf(0).uuid;
    const key = `gpu ${uuid}`;
    const metrics: MetricId[] = ['gpu.smActivePercent', 'gpu.tensorActivePercent', 'gpu.temperatureC'];
    const rows = await look(2, metrics, (all) => isWhole(all.get(key)));
    expect(rows.get(key)?.values[0]).toBeLessThanOrEqual(100);
  });

  it('that a person names are read as well, or said to be missing', async () => {
    const { hostId } = nodes.at(1);
    const { client } = nodes;
    const { url } = await client.telemetry.setEndpoint({ hostId, address: '8003', isNamed: true });
    expect(await client.telemetry.endpoints({ hostId })).toEqual([url]);
    const told = await endpointsOf(1, (all) =>
      ['missing', 'reading'].every((wanted) => all.some(({ state }) => state === wanted)),
    );
    expect(told).toEqual([
      expect.objectContaining({ url: 'http://127.0.0.1:8002/metrics', exporters: ['triton'], state: 'reading' }),
      expect.objectContaining({ url, isNamed: true, state: 'missing', exporters: [] }),
    ]);
    await client.telemetry.setEndpoint({ hostId, address: url, isNamed: false });
    expect(await client.telemetry.endpoints({ hostId })).toEqual([]);
    await expect(client.telemetry.setEndpoint({ hostId, address: 'https://x', isNamed: true })).rejects.toMatchObject({
      code: 'INVALID',
    });
  });
});
