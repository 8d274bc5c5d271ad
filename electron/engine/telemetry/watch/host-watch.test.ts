import { expect, it, vi } from 'vitest';
import type { Host } from '../../hosts/host';
import { HostWatch } from './host-watch';

it('tries a node again that could not be looked at, once somebody asks for the same pace', async () => {
  let opened = 0;
  const watch = new HostWatch({
    hostId: 'node',
    open: () => {
      opened += 1;
      return Promise.reject(new Error('connection lost'));
    },
    gpus: () => Promise.resolve({ nvidiaGpus: [], gpuByBusId: new Map(), amdGpus: new Map() }),
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
      return Promise.resolve({ isUntold: true, nvidiaGpus: [], gpuByBusId: new Map(), amdGpus: new Map() });
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
