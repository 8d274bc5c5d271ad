import { expect, it, vi } from 'vitest';
import type { Host } from '../../hosts/host';
import { HostWatch, type KnownGpus } from './host-watch';

const none: KnownGpus = { nvidiaGpus: [], gpuByBusId: new Map(), amdGpus: new Map(), hasAmdSmi: false };

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
