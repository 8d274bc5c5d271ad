import { expect, it, vi } from 'vitest';
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
