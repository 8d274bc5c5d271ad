import { describe, expect, it } from 'vitest';
import type { GpuMemoryView, GpuUser } from './gpu-memory';
import { jobEnvironments } from './job-environment';

const user = (pid: number, more: Partial<GpuUser> = {}) =>
  ({ pid, isListedByDriver: true, kind: 'C', isMps: false, name: 'python', usedMemoryBytes: 30, ...more }) as GpuUser;
const gpu = (index: number, users: GpuUser[], name = 'NVIDIA H100', more: Partial<GpuMemoryView> = {}) =>
  ({
    index,
    uuid: `GPU-${index}`,
    name,
    totalBytes: 200,
    freeBytes: 50,
    isMigOn: false,
    users,
    ...more,
  }) as GpuMemoryView;
const environment = (pid: number, variables: Record<string, string>) => ({
  processes: [{ pid, variables }],
  isComplete: true,
});

describe('jobEnvironments', () => {
  it('joins what the driver lists with what the environment says', () => {
    const gpus = [gpu(0, []), gpu(1, [user(7)]), gpu(2, [user(7)])];
    const variables = { CUDA_VISIBLE_DEVICES: '1,2', PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:512' };
    expect(jobEnvironments(gpus, environment(7, variables))).toMatchObject([
      {
        pid: 7,
        name: 'python',
        gpuIndexes: [1, 2],
        visibleDevices: '1,2',
        deviceOrder: null,
        allocatorConf: 'max_split_size_mb:512',
        // Its own 30 of each GPU are not taken by somebody else.
        visible: { indexes: [1, 2], minimumFreeBytes: 80, isOrderAmbiguous: false },
        isElsewhere: false,
      },
    ]);
    expect(jobEnvironments(gpus, null)).toEqual([]);
    expect(jobEnvironments(gpus, environment(8, variables))).toEqual([]);
  });

  it('sees that a process is not where its numbers say', () => {
    const gpus = [gpu(0, [], 'NVIDIA L4'), gpu(1, [user(7)])];
    expect(jobEnvironments(gpus, environment(7, { CUDA_VISIBLE_DEVICES: '0' }))).toMatchObject([
      { gpuIndexes: [1], isElsewhere: true, visible: { indexes: [0], isOrderAmbiguous: true } },
    ]);
    // Without the variable it may be anywhere.
    expect(jobEnvironments(gpus, environment(7, {}))).toMatchObject([{ isElsewhere: false }]);
  });

  it('counts numbers inside a container among what the container was given', () => {
    const gpus = [gpu(0, []), gpu(1, []), gpu(2, [user(7)]), gpu(3, [])];
    const given = { NVIDIA_VISIBLE_DEVICES: 'GPU-3,GPU-2', CUDA_VISIBLE_DEVICES: '0' };
    expect(jobEnvironments(gpus, environment(7, given))).toMatchObject([
      { visible: { indexes: [2] }, isElsewhere: false },
    ]);
    expect(jobEnvironments(gpus, environment(7, { ...given, NVIDIA_VISIBLE_DEVICES: 'all' }))).toMatchObject([
      { visible: { indexes: [0] }, isElsewhere: true },
    ]);
    expect(jobEnvironments(gpus, environment(7, { ...given, NVIDIA_VISIBLE_DEVICES: 'void' }))).toEqual([]);
  });

  it.each([
    ['a display server', user(7, { kind: 'G' }), {}],
    ['a client that only holds the device', user(7, { isListedByDriver: false }), {}],
    ['an MPS server', user(7, { isMps: true }), {}],
    ['a MIG slice', user(7), { isMigOn: true }],
  ])('leaves out %s', (_, one, more) => {
    expect(jobEnvironments([gpu(0, [one], 'NVIDIA H100', more)], environment(7, {}))).toEqual([]);
  });
});
