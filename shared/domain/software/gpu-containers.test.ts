import { describe, expect, it } from 'vitest';
import type { DockerFacts } from '../facts/software';
import { gpuContainers } from './gpu-containers';

type Settings = NonNullable<DockerFacts['containerSettings']>[number];
const plain: Settings = {
  id: 'aaaa1111',
  startedAtMs: 1000,
  runtime: 'runc',
  ipcMode: 'private',
  sharedMemoryBytes: 64 * 1024 * 1024,
  deviceRequests: [],
  devices: [],
  environment: {},
};
const request = { driver: 'nvidia', count: -1, deviceIds: [], capabilities: ['gpu'] };

function judged(settings: Partial<Settings>, docker: Partial<DockerFacts> = {}) {
  const facts: DockerFacts = {
    serverVersion: '27',
    defaultRuntime: 'runc',
    runtimes: ['nvidia'],
    cgroupDriver: 'systemd',
    cgroupVersion: '2',
    storageDriver: null,
    cdiSpecDirs: [],
    containers: null,
    containerSettings: [{ ...plain, ...settings }],
    unitsLoadedAtMs: 2000,
    ...docker,
  };
  return gpuContainers(facts)?.[0];
}

describe('how a container asked for GPUs', () => {
  it('is by a request, by CDI, by device files, by the environment of the runtime, or not at all', () => {
    expect(judged({ deviceRequests: [request] })?.access).toBe('hook');
    expect(judged({ deviceRequests: [{ ...request, driver: 'cdi' }] })?.access).toBe('cdi');
    expect(judged({ devices: ['/dev/nvidia0', '/dev/nvidiactl'] })?.access).toBe('device-files');
    expect(judged({ runtime: 'nvidia', environment: { NVIDIA_VISIBLE_DEVICES: 'all' } })?.access).toBe('hook');
    expect(judged({ runtime: 'nvidia', environment: { NVIDIA_VISIBLE_DEVICES: 'void' } })?.access).toBe('none');
    // An image sets it for whatever runtime there may be.
    expect(judged({ environment: { NVIDIA_VISIBLE_DEVICES: 'all' } })?.access).toBe('none');
  });

  it('counts them where they are told, and does not where all are meant', () => {
    expect(judged({ deviceRequests: [{ ...request, count: 2 }] })?.gpuCount).toBe(2);
    expect(judged({ deviceRequests: [{ ...request, count: 0, deviceIds: ['0', '1', '3'] }] })?.gpuCount).toBe(3);
    expect(judged({ deviceRequests: [request] })?.gpuCount).toBeNull();
    expect(judged({ runtime: 'nvidia', environment: { NVIDIA_VISIBLE_DEVICES: 'GPU-a,GPU-b' } })?.gpuCount).toBe(2);
    const slices = ['MIG-a', 'MIG-b'];
    expect(judged({ deviceRequests: [{ ...request, count: 0, deviceIds: slices }] })?.gpuCount).toBe(1);
    expect(judged({ runtime: 'nvidia', environment: { NVIDIA_VISIBLE_DEVICES: '0:0,0:1' } })?.gpuCount).toBe(1);
  });

  it('is lost with a reload of systemd only where the hook gave them behind its back', () => {
    const hook = { deviceRequests: [request] };
    expect(judged(hook)?.mayHaveLostDevices).toBe(true);
    expect(judged(hook, { unitsLoadedAtMs: 500 })?.mayHaveLostDevices).toBe(false);
    expect(judged(hook, { unitsLoadedAtMs: null })?.mayHaveLostDevices).toBe(false);
    expect(judged(hook, { cgroupDriver: 'cgroupfs' })?.mayHaveLostDevices).toBe(false);
    expect(judged({ deviceRequests: [{ ...request, driver: 'cdi' }] })?.mayHaveLostDevices).toBe(false);
  });

  it('may lack a capability, or shared memory of its own', () => {
    const of = (capabilities: string) =>
      judged({ deviceRequests: [request], environment: { NVIDIA_DRIVER_CAPABILITIES: capabilities } })?.lacksCapability;
    expect(['compute,utility', 'all', 'utility', 'graphics,compute'].map(of)).toEqual([false, false, true, true]);
    expect(judged({})?.isSharedMemorySmall).toBe(true);
    expect(judged({ ipcMode: 'host' })?.isSharedMemorySmall).toBe(false);
    expect(judged({ sharedMemoryBytes: 16 * 1024 ** 3 })?.isSharedMemorySmall).toBe(false);
    expect(judged({ sharedMemoryBytes: null })?.isSharedMemorySmall).toBe(false);
  });

  it('is not known where it was not read', () => {
    expect(judged({}, { containerSettings: null })).toBeUndefined();
  });
});
