import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Frame } from '#shared/domain/telemetry/frame';
import { noPrometheusServer, type PrometheusServer } from '#shared/domain/telemetry/prometheus-server';
import { openStore } from '../../../store/open-store';
import type { Store } from '../../../store/store';
import { SampleStore } from '../../store/sample-store';
import { telemetrySchema } from '../../store/telemetry-schema';
import type { ServedNode } from '../served-nodes';
import { WriteSink } from '../testing/write-sink';
import { RemoteWriter } from './remote-writer';
import { openServer } from './server-client';
import { sentStretch } from './unsent';

const START = 1_700_000_000_000;
const layout = ['gpu.temperatureC', 'gpu.memoryUsedBytes'] as const;
const node: ServedNode = {
  hostId: 'h1',
  instance: 'dgx01',
  hostname: 'dgx01.lab',
  isConnected: true,
  gpus: new Map([['GPU-1', { index: 0, model: 'H100', device: 'nvidia0' }]]),
};

let now: number;
let store: Store;
let samples: SampleStore;
let sink: WriteSink;
let writer: RemoteWriter | null;
let served: ServedNode[];
beforeEach(async () => {
  now = START;
  store = openStore(':memory:', () => now, telemetrySchema);
  samples = new SampleStore({ store, nowMs: () => now });
  sink = await WriteSink.start();
  writer = null;
  served = [node];
});
afterEach(async () => {
  await writer?.close();
  await sink.close();
  store.close();
});

async function send(server: Partial<PrometheusServer> = {}, secret: string | null = null): Promise<RemoteWriter> {
  const target = { ...noPrometheusServer, url: sink.url, ...server };
  const client = await openServer(target, async () => secret);
  const deps = { kept: () => ({ store, samples }), nodes: () => served, nowMs: () => now, roundMs: 5, firstWaitMs: 5 };
  writer = new RemoteWriter(client, { url: sink.url, externalLabels: target.externalLabels }, deps);
  await vi.waitFor(() => expect(writer?.state.sinceMs).not.toBeNull(), { timeout: 60_000 });
  return writer;
}

/** Of one GPU, at so many seconds after the start. */
function measure(seconds: number, temperature: number, memory = 1048576): void {
  const frame: Frame = {
    subject: { kind: 'gpu', id: 'GPU-1' },
    layout,
    atMs: START + seconds * 1000,
    values: [temperature, memory],
  };
  samples.append('h1', [frame]);
  samples.flush();
  now = Math.max(now, START + (seconds + 5) * 1000);
}

/** All that arrived of a series, by its name: times in seconds after the start. */
function arrived(name: string): Array<readonly [number, number]> {
  return sink.requests
    .flatMap(({ series }) => series.filter(({ labels }) => labels.__name__ === name))
    .flatMap((each) => each.samples.map(([atMs, value]) => [(atMs - START) / 1000, value] as const));
}

const waitFor = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 5 });

describe('samples that are sent to a server', () => {
  it('have the names, units and labels of /metrics, the node’s id and the labels that the user wants', async () => {
    await send({ externalLabels: { site: 'lab' } });
    measure(1, 61, 3 * 1048576);
    await waitFor(() => expect(arrived('DCGM_FI_DEV_FB_USED')).toEqual([[1, 3]]));
    const request = sink.requests.find(({ series }) => series.some(({ labels }) => labels.UUID === 'GPU-1'));
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    });
    const [series] = request?.series ?? [];
    expect(series?.labels).toEqual({
      UUID: 'GPU-1',
      __name__: 'DCGM_FI_DEV_GPU_TEMP',
      device: 'nvidia0',
      gantry_host: 'h1',
      gpu: '0',
      hostname: 'dgx01.lab',
      instance: 'dgx01',
      job: 'gantry',
      modelName: 'H100',
      site: 'lab',
    });
    expect(Object.keys(series?.labels ?? {})).toEqual(Object.keys(series?.labels ?? {}).sort());
    await waitFor(() => expect(arrived('gantry_node_up').length).toBeGreaterThan(0));
  });

  it('are sent from the store, once each: blocks and what is in no block yet, across a restart', async () => {
    const first = await send();
    for (let second = 1; second <= 150; second += 1) measure(second, 40 + (second % 7));
    await waitFor(() => expect(arrived('DCGM_FI_DEV_GPU_TEMP')).toHaveLength(150));
    await first.close();
    // Another process, such as the command line, sees the same in the store.
    const stretch = () => sentStretch({ store, samples }, sink.url);
    expect(stretch()?.toMs).toBeGreaterThanOrEqual(START + 150_000);
    measure(151, 41);
    expect(stretch()?.toMs).toBe(START + 150_999);
    expect(sentStretch({ store, samples }, 'http://127.0.0.1:1')).toBeNull();
    for (let second = 152; second <= 400; second += 1) measure(second, 40 + (second % 7));
    samples = new SampleStore({ store, nowMs: () => now });
    await send();
    await waitFor(() => expect(arrived('DCGM_FI_DEV_GPU_TEMP').length).toBeGreaterThanOrEqual(400));
    const expected = Array.from({ length: 400 }, (_, at) => [at + 1, at === 150 ? 41 : 40 + ((at + 1) % 7)]);
    expect(arrived('DCGM_FI_DEV_GPU_TEMP')).toEqual(expected);
  });

  it('start when sending is switched on: what was measured before stays here', async () => {
    measure(1, 50);
    await send();
    measure(20, 51);
    await waitFor(() => expect(arrived('DCGM_FI_DEV_GPU_TEMP')).toEqual([[20, 51]]));
  });

  it('end where a value becomes unknown, and where nothing comes any more', async () => {
    await send();
    measure(1, 50);
    await waitFor(() => expect(arrived('DCGM_FI_DEV_GPU_TEMP')).toHaveLength(1));
    measure(2, Number.NaN);
    measure(3, Number.NaN);
    measure(4, 52);
    await waitFor(() =>
      expect(arrived('DCGM_FI_DEV_GPU_TEMP')).toEqual([
        [1, 50],
        [2, Number.NaN],
        [4, 52],
      ]),
    );
    now += 40_000;
    await waitFor(() => expect(arrived('DCGM_FI_DEV_GPU_TEMP').at(-1)).toEqual([4.001, Number.NaN]));
  });

  it('wait while the server is busy or refuses the token, and then all of them come, in order', async () => {
    const answers = [
      { status: 503, key: 'prometheus.serverBusy' },
      { status: 429, key: 'prometheus.serverBusy' },
      { status: 401, key: 'prometheus.serverRefuses' },
      { status: 404, key: 'prometheus.noRemoteWrite' },
    ];
    const sending = await send({}, 'secret');
    for (const [index, { status, key }] of answers.entries()) {
      sink.answer = (_, response) => response.writeHead(status, { 'retry-after': '0' }).end('later');
      measure(index + 1, 60 + index);
      await waitFor(() => expect(sending.state).toMatchObject({ state: 'waiting', problem: { key } }));
    }
    sink.requests.length = 0;
    sink.answer = (_, response) => response.writeHead(204).end();
    await waitFor(() => expect(arrived('DCGM_FI_DEV_GPU_TEMP').map(([at]) => at)).toEqual([1, 2, 3, 4]));
    await waitFor(() => expect(sending.state).toMatchObject({ state: 'sending', problem: null, dropped: 0 }));
    expect(sink.requests[0]?.headers.authorization).toBe('Bearer secret');
  });

  it('are given up one by one where the server does not take them, and counted', async () => {
    const bad = (value: number): boolean => value === 66;
    sink.answer = ({ series }, response) => {
      const isBad = series.some(({ samples: of }) => of.some(([, value]) => bad(value)));
      response.writeHead(isBad ? 400 : 204).end(isBad ? 'too old sample' : '');
    };
    const sending = await send();
    for (let second = 1; second <= 9; second += 1) measure(second, second === 5 ? 66 : 50 + second);
    await waitFor(() => expect(sending.state).toMatchObject({ dropped: 1, lastRefusal: 'too old sample' }));
    const taken = sink.requests.filter(
      ({ series }) => !series.some((each) => each.samples.some(([, value]) => bad(value))),
    );
    const times = taken.flatMap(({ series }) =>
      series.filter(({ labels }) => labels.__name__ === 'DCGM_FI_DEV_GPU_TEMP').flatMap((each) => each.samples),
    );
    await waitFor(() => expect(sending.state.sentToMs).toBeGreaterThanOrEqual(START + 9000));
    expect(times.length).toBeGreaterThan(0);
    expect(arrived('DCGM_FI_DEV_FB_USED').map(([at]) => at)).toEqual(
      expect.arrayContaining([1, 2, 3, 4, 5, 6, 7, 8, 9]),
    );
  });

  it('stay here where the server has them not: refused, of a node that is gone, or come too late to be in order', async () => {
    sink.answer = ({ series }, response) => {
      const isBad = series.some(({ samples: of }) => of.some(([, value]) => value === 66));
      response.writeHead(isBad ? 400 : 204).end(isBad ? 'too old sample' : '');
    };
    const untaken = () =>
      (store.database.prepare('SELECT from_ms, to_ms FROM untaken ORDER BY from_ms').raw().all() as number[][]).map(
        (ends) => ends.map((atMs) => (atMs - START) / 1000),
      );
    const expectUntaken = (...stretches: number[][]) => waitFor(() => expect(untaken()).toEqual(stretches));
    const expectArrived = (at: number) =>
      waitFor(() => expect(arrived('DCGM_FI_DEV_GPU_TEMP').map(([seconds]) => seconds)).toContain(at));
    await send();
    measure(1, 50);
    await expectArrived(1);
    measure(2, 66);
    await expectUntaken([1.001, 2]);
    measure(3, 66);
    await expectUntaken([1.001, 3]);
    measure(9, 51);
    await expectArrived(9);
    measure(7, 51);
    await expectUntaken([1.001, 3], [7, 9]);
    served = [];
    measure(20, 52);
    await expectUntaken([1.001, 3], [7, 20]);
    expect(arrived('DCGM_FI_DEV_GPU_TEMP').filter(([, value]) => value !== 66)).toEqual([
      [1, 50],
      [9, 51],
    ]);
  });

  it('are not asked for one by one for ever where the server takes none', async () => {
    const sending = await send();
    sink.answer = (_, response) => response.writeHead(400).end('too old sample');
    for (let second = 1; second <= 150; second += 1) measure(second, second % 9);
    await waitFor(() => expect(sending.state.dropped).toBeGreaterThanOrEqual(300));
    expect(sink.requests.length).toBeLessThan(2000);
  });

  it('go with a user name and password where there is a name', async () => {
    await send({ userName: 'ops' }, 'pass word');
    await waitFor(() => expect(sink.requests.length).toBeGreaterThan(0));
    const sent = sink.requests[0]?.headers.authorization ?? '';
    expect(Buffer.from(sent.replace('Basic ', ''), 'base64').toString()).toBe('ops:pass word');
  });
});
