import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { Host } from '../../hosts/host';
import { EndpointWatch } from './endpoint-watch';

/** What the service answers, and how often it was asked. */
let body: string;
let asked: number;
let server: Server;

beforeAll(async () => {
  server = createServer((_, response) => {
    asked += 1;
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server?.close());
beforeEach(() => {
  body = 'vllm:num_requests_running{model_name="m"} 1\n';
  asked = 0;
});

const listening = '0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1 0 100 0 0 10 0\n';
const never = new AbortController().signal;
const node = { gpus: [], told: new Set<never>(), isTold: () => false };
const EVERY_MS = 10_000;

/** A node whose port 8000 is the test's server, with a clock of its own. */
function createBench() {
  const state = { nowMs: 1_000_000, isUp: true, looks: 0, named: [] as string[] };
  const told: string[] = [];
  const frames: Frame[] = [];
  const watch = new EndpointWatch({
    named: () => state.named,
    nowMs: () => state.nowMs,
    onFrames: (more) => frames.push(...more),
    onBytes: () => {},
    onStop: (url, detail) => told.push(`stop ${url} ${detail}`),
    onGap: (url, fromMs, toMs) => told.push(`gap ${url} ${toMs - fromMs}`),
  });
  const host = {
    exec: async () => {
      state.looks += 1;
      return { state: 'exited', exitCode: 0, stdout: new TextEncoder().encode(state.isUp ? listening : '') };
    },
    forward: async () => {
      // Nothing listens on port 1.
      const socket = connect(state.isUp ? (server.address() as AddressInfo).port : 1, '127.0.0.1');
      socket.on('error', () => {});
      return socket;
    },
  } as unknown as Host;
  const pass = async (ms: number): Promise<void> => {
    state.nowMs += ms;
    await watch.round(host, node, EVERY_MS, never);
  };
  return { state, told, frames, watch, pass };
}

describe('endpoints of a node', () => {
  it('are asked at their pace, and looked for every two minutes', async () => {
    const { state, frames, watch, pass } = createBench();
    for (let round = 0; round < 13; round += 1) await pass(EVERY_MS);
    expect({ asked, looks: state.looks, frames: frames.length }).toEqual({ asked: 13, looks: 2, frames: 13 });
    expect(watch.states).toEqual([
      {
        url: 'http://127.0.0.1:8000/metrics',
        isNamed: false,
        exporters: ['vllm'],
        state: 'reading',
        via: 'forward',
        detail: null,
      },
    ]);
  });

  it('that are something else are left alone for ten minutes, and not told', async () => {
    body = '<html>an application</html>';
    const { watch, pass } = createBench();
    for (let round = 0; round < 59; round += 1) await pass(EVERY_MS);
    expect({ asked, states: watch.states }).toEqual({ asked: 1, states: [] });
    body = 'vllm:num_requests_running{model_name="m"} 1\n';
    for (let round = 0; round < 20; round += 1) await pass(EVERY_MS);
    expect(watch.states).toMatchObject([{ state: 'reading' }]);
  });

  it('that stop are told once, asked less and less, and their silence is a gap', async () => {
    const { state, told, frames, watch, pass } = createBench();
    await pass(EVERY_MS);
    state.isUp = false;
    for (let round = 0; round < 30; round += 1) await pass(EVERY_MS);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^stop http:\/\/127\.0\.0\.1:8000\/metrics \S/);
    expect(watch.states).toMatchObject([{ state: 'failed', exporters: ['vllm'] }]);
    state.isUp = true;
    for (let round = 0; round < 6; round += 1) await pass(EVERY_MS);
    expect(told[1]).toMatch(/^gap http:\/\/127\.0\.0\.1:8000\/metrics 3\d0000$/);
    expect(told).toHaveLength(2);
    expect(frames.length).toBeGreaterThan(1);
  });

  it('that print garbage for an hour are told once, asked once a minute, and read again when it is over', async () => {
    const { told, frames, watch, pass } = createBench();
    await pass(EVERY_MS);
    const [good, before] = [body, frames.length];
    const bytes = Buffer.alloc(64 * 1024, '\u0000{"\\x} NaN vllm: 1e999 -Inf\n');
    for (let round = 0; round < 360; round += 1) {
      body = round % 3 === 0 ? bytes.toString() : round % 3 === 1 ? '' : '<html>502</html>';
      await pass(EVERY_MS);
    }
    expect(told).toEqual([expect.stringMatching(/^stop http:\/\/127\.0\.0\.1:8000\/metrics no metrics of/)]);
    expect(asked).toBeLessThan(130);
    expect(frames).toHaveLength(before);
    body = good;
    for (let round = 0; round < 6; round += 1) await pass(EVERY_MS);
    expect(watch.states).toMatchObject([{ state: 'reading', detail: null }]);
    expect(told.slice(1)).toEqual([expect.stringMatching(/^gap http:\/\/127\.0\.0\.1:8000\/metrics 36\d0000$/)]);
  });

  it('that a person names are told whatever they are, until the name is taken back', async () => {
    body = 'go_goroutines 7\n';
    const { state, watch, pass } = createBench();
    state.named = ['http://127.0.0.1:8000/metrics'];
    await pass(EVERY_MS);
    expect(watch.states).toMatchObject([
      { isNamed: true, state: 'failed', detail: 'no metrics of vLLM, Triton, dcgm-exporter or node_exporter' },
    ]);
    state.named = [];
    await pass(EVERY_MS);
    expect(watch.states).toEqual([]);
  });
});
