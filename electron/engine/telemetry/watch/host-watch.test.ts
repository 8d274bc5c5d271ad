import { expect, it, vi } from 'vitest';
import type { TelemetryEventBody } from '#shared/domain/telemetry/telemetry-event';
import type { Host, StreamOptions } from '../../hosts/host';
import { nvidiaGpu } from '../collectors/nvidia-gpu/nvidia-gpu';
import { system } from '../collectors/system/system';
import { HostWatch, type KnownGpus } from './host-watch';

const none: KnownGpus = { nvidiaGpus: [], gpuByBusId: new Map(), amdGpus: new Map(), amdTool: null };

it('tries a node again that could not be looked at, once somebody asks for the same pace', async () => {
  let opened = 0;
  const watch = new HostWatch({
    hostId: 'node',
    open: () => {
      opened += 1;
      return Promise.reject(new Error('connection lost'));
    },
    gpus: () => Promise.resolve(none),
    nowMs: Date.now,
    onFrames: () => {},
    onEvent: () => {},
    retryMs: 5,
  });
  await watch.setPace(1000);
  await watch.setPace(1000);
  expect(opened).toBe(1);
  await vi.waitFor(async () => {
    await watch.setPace(1000);
    expect(opened).toBeGreaterThan(1);
  });
  await watch.setPace(null);
  expect(watch.intervalMs).toBe(null);
});

it('looks again at a node that could not say which GPUs it has, and goes on with what it knows meanwhile', async () => {
  let looks = 0;
  const watch = new HostWatch({
    hostId: 'node',
    open: () => Promise.resolve({} as Host),
    gpus: () => {
      looks += 1;
      return Promise.resolve({ ...none, isUntold: true });
    },
    nowMs: Date.now,
    onFrames: () => {},
    onEvent: () => {},
    collectors: [],
    retryMs: 5,
    lookAgainMs: 5,
  });
  await vi.waitFor(async () => {
    await watch.setPace(1000);
    expect(looks).toBeGreaterThan(1);
  });
  await watch.setPace(null);
});

it('tells that a node started again while its connection was lost, and goes on from its new counts', async () => {
  const events: TelemetryEventBody['kind'][] = [];
  const kills: number[] = [];
  const rounds = [
    [1000, 40],
    [5, 2],
  ];
  const stream = async function* (argv: readonly string[], { signal }: StreamOptions): AsyncGenerator<Uint8Array> {
    const round = argv.join(' ').includes('journalctl') ? undefined : rounds.shift();
    if (round) yield Buffer.from(`= ${round[0]}.00\n/proc/vmstat:oom_kill ${round[1]}\n.\n`);
    if (round?.[0] === 1000) throw new Error('connection lost');
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const watch = new HostWatch({
    hostId: 'node',
    open: () => Promise.resolve({ stream } as unknown as Host),
    gpus: () => Promise.resolve(none),
    nowMs: Date.now,
    onFrames: (frames) => {
      for (const { layout, values } of frames)
        kills.push(values[layout.indexOf('node.outOfMemoryKills')] ?? Number.NaN);
    },
    onEvent: ({ body }) => events.push(body.kind),
    collectors: [system],
    slowCollectors: [],
  });
  await watch.setPace(1000);
  await vi.waitFor(() => expect(kills).toEqual([40, 2]), { timeout: 60_000 });
  await watch.setPace(null);
  expect(events).toEqual(['stream-stopped', 'node-restarted']);
});

it('asks a driver anew what it knows when its tool has ended and stays so, as after another driver was loaded', async () => {
  let asked = 0;
  const stream = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('Field "memory.old" is not a valid field to query.\n');
  };
  const exec = ({ id }: { id: string }) => {
    if (id === 'query-fields') asked += 1;
    const stdout = Buffer.from(id === 'query-fields' ? '"temperature.gpu"\n' : '');
    return Promise.resolve({ state: 'exited', exitCode: 0, stdout });
  };
  const watch = new HostWatch({
    hostId: 'node',
    open: () => Promise.resolve({ stream, exec } as unknown as Host),
    gpus: () => Promise.resolve({ ...none, nvidiaGpus: ['GPU-1'] }),
    nowMs: Date.now,
    onFrames: () => {},
    onEvent: () => {},
    collectors: [nvidiaGpu],
    slowCollectors: [],
    retryMs: 5,
    lookAgainMs: 5,
  });
  await vi.waitFor(
    async () => {
      await watch.setPace(1000);
      expect(asked).toBeGreaterThan(2);
    },
    { timeout: 60_000 },
  );
  await watch.setPace(null);
});
