import { describe, expect, it } from 'vitest';
import type { Gpu, GpuHoldersFacts } from './facts/gpu';
import type { ProcessesFacts, ProcessFact } from './facts/system';
import { gpuMemory, isManagedCgroup } from './gpu-memory';

const GIB = 1024 ** 3;

/** Only what the arithmetic reads. */
function gpu(
  usedBytes: number | null,
  processes: { pid: number; usedMemoryBytes: number | null; kind?: string }[] = [],
): Gpu {
  return {
    index: 0,
    uuid: 'GPU-a',
    minorNumber: 0,
    name: 'card',
    state: 'present',
    mig: { current: 'Disabled', pending: 'Disabled' },
    memory: {
      totalBytes: 80 * GIB,
      reservedBytes: 0,
      usedBytes,
      freeBytes: usedBytes === null ? null : 80 * GIB - usedBytes,
    },
    computeMode: 'Default',
    migDevices: [],
    processes: processes.map((row) => ({
      kind: 'C',
      name: 'python3',
      gpuInstanceId: null,
      computeInstanceId: null,
      ...row,
    })),
  } as unknown as Gpu;
}

const alive: ProcessFact = {
  pid: 7,
  parentPid: 100,
  user: 'ada',
  state: 'Sl',
  elapsedSeconds: 60,
  residentBytes: 1,
  cgroup: '/user.slice/user-1000.slice/session-3.scope',
  commandLine: 'python3 train.py',
};

function view(options: {
  used?: number | null;
  rows?: { pid: number; usedMemoryBytes: number | null; kind?: string }[];
  processes?: ProcessFact[] | null;
  loggedInUsers?: string[] | null;
  holders?: GpuHoldersFacts['holders'] | null;
}) {
  const { used = 10 * GIB, rows = [], processes = [alive], loggedInUsers = ['ada'], holders = null } = options;
  const facts: ProcessesFacts | null = processes === null ? null : { processes, loggedInUsers };
  const [first] = gpuMemory({
    gpu: { driverVersion: null, cudaVersion: null, gpus: [gpu(used, rows)] },
    gpuProcesses: null,
    processes: facts,
    holders: holders === null ? null : { holders },
    processesAtMs: 1_000_000,
  });
  if (first === undefined) throw new Error('one GPU');
  return first;
}

describe('gpuMemory', () => {
  it('subtracts what processes hold from what is used', () => {
    expect(view({ rows: [{ pid: 7, usedMemoryBytes: 9 * GIB }] })).toMatchObject({
      explainedBytes: 9 * GIB,
      unexplainedBytes: GIB,
      freeBytes: 70 * GIB,
      freePercent: 87.5,
    });
  });

  it('cannot say what is unexplained when a process has no amount', () => {
    expect(view({ rows: [{ pid: 7, usedMemoryBytes: null }] })).toMatchObject({
      explainedBytes: null,
      unexplainedBytes: null,
    });
    expect(view({ used: null })).toMatchObject({ unexplainedBytes: null, freePercent: null });
  });

  it('joins a process with the node and tells when it started', () => {
    expect(view({ rows: [{ pid: 7, usedMemoryBytes: GIB }] }).users).toEqual([
      {
        pid: 7,
        gpuIndex: 0,
        gpuUuid: 'GPU-a',
        gpuInstanceId: null,
        usedMemoryBytes: GIB,
        kind: 'C',
        name: 'python3',
        user: 'ada',
        state: 'Sl',
        parentPid: 100,
        elapsedSeconds: 60,
        startedAtMs: 940_000,
        commandLine: 'python3 train.py',
        cgroup: '/user.slice/user-1000.slice/session-3.scope',
        isListedByDriver: true,
        isUserLoggedIn: true,
        isManaged: false,
        isMps: false,
        sign: 'none',
      },
    ]);
  });

  const rows = [{ pid: 7, usedMemoryBytes: GIB }];
  it.each([
    ['an ordinary process', { processes: [alive] }, 'none'],
    ['a zombie', { processes: [{ ...alive, state: 'Z' }] }, 'zombie'],
    ['one in state D', { processes: [{ ...alive, state: 'Dl' }] }, 'stuck'],
    ['one that the node does not have', { processes: [] }, 'gone'],
    ['one whose process list is not known', { processes: null }, 'none'],
    ['parent 1, user gone', { processes: [{ ...alive, parentPid: 1 }], loggedInUsers: [] }, 'orphaned'],
    ['parent 1, user there', { processes: [{ ...alive, parentPid: 1 }] }, 'none'],
    ['parent 1, logins not known', { processes: [{ ...alive, parentPid: 1 }], loggedInUsers: null }, 'suspect'],
    [
      'parent 1, cgroup not known',
      { processes: [{ ...alive, parentPid: 1, cgroup: null }], loggedInUsers: [] },
      'suspect',
    ],
    [
      'parent 1 of a service',
      { processes: [{ ...alive, parentPid: 1, cgroup: '/system.slice/vllm.service' }], loggedInUsers: [] },
      'none',
    ],
    [
      'parent 1 of a job',
      { processes: [{ ...alive, parentPid: 1, cgroup: '/slurm/uid_1000/job_7/step_0' }], loggedInUsers: [] },
      'none',
    ],
    [
      'a daemon that belongs there',
      {
        processes: [{ ...alive, parentPid: 1, state: 'D', commandLine: '/usr/bin/nvidia-persistenced --user x' }],
        loggedInUsers: [],
      },
      'none',
    ],
  ])('gives %s the right sign', (_, options, sign) => {
    expect(view({ rows, ...options }).users.map((user) => user.sign)).toEqual([sign]);
  });

  const holder = { device: '/dev/nvidia0', pid: 7, user: 'ada', access: 'F...m', command: 'python3' };
  it('finds who has the device open and is not listed, when memory is missing', () => {
    expect(view({ holders: [holder, holder] }).users).toMatchObject([
      { pid: 7, isListedByDriver: false, sign: 'unlisted' },
    ]);
    expect(view({ used: GIB / 2, holders: [holder] }).users).toMatchObject([{ sign: 'none' }]);
    expect(
      view({
        holders: [
          { ...holder, device: '/dev/nvidia1' },
          { ...holder, device: '/dev/nvidiactl' },
        ],
      }).users,
    ).toEqual([]);
  });

  it('knows MPS by its kind and by its server', () => {
    expect(view({ rows: [{ pid: 7, usedMemoryBytes: 1, kind: 'M+C' }] }).users[0]?.isMps).toBe(true);
    const server = { ...alive, commandLine: 'nvidia-cuda-mps-server' };
    expect(view({ rows, processes: [server] }).users[0]?.isMps).toBe(true);
  });
});

describe('isManagedCgroup', () => {
  it.each([
    ['0::/system.slice/docker-0123456789ab.scope', true],
    ['/kubepods.slice/kubepods-burstable.slice/pod1', true],
    ['/system.slice/slurmstepd.scope/job_42/step_0', true],
    ['/machine.slice/libpod-abc.scope', true],
    ['/user.slice/user-1000.slice/user@1000.service/app.slice/run.scope', false],
    ['/user.slice/user-1000.slice/session-3.scope', false],
    ['/', false],
  ])('%s: %s', (cgroup, expected) => {
    expect(isManagedCgroup(cgroup)).toBe(expected);
  });
});
