import { describe, expect, it } from 'vitest';
import type { GpuFacts, GpuProcessEnvironmentFacts } from './facts/gpu';
import type { NetworkFacts } from './facts/network';
import { bootstrapTroubles, hangSignature, jobLimits, missingRanks } from './job-hang';

const gpu = (index: number, gpuPercent: number | null, drawW: number | null, processes = [{ pid: 7 }]) => ({
  index,
  uuid: `GPU-${index}`,
  processes,
  utilization: { gpuPercent },
  power: { drawW, limitW: 700 },
});
const reading = (...gpus: object[]) => ({ observedAtMs: 0, facts: { gpus } as unknown as GpuFacts });
const later = (one: ReturnType<typeof reading>, seconds = 10) => ({ ...one, observedAtMs: seconds * 1000 });
const environment = (...processes: object[]) =>
  ({
    processes: processes.map((one, index) => ({ pid: index + 1, variables: {}, ...one })),
  }) as unknown as GpuProcessEnvironmentFacts;
const rank = (local: number, size = 2, world = 2) => ({
  variables: { LOCAL_RANK: `${local}`, LOCAL_WORLD_SIZE: `${size}`, WORLD_SIZE: `${world}` },
});

describe('the signature of a hang', () => {
  it('is full utilisation at little power in every reading', () => {
    const both = reading(gpu(0, 100, 130), gpu(1, 0, 90), gpu(2, 100, 650), gpu(3, 100, 120, []));
    expect(hangSignature([both, later(both)])).toEqual({
      spinning: [0],
      resting: [1],
      working: [2],
      lines: ['GPU 0: 100 %, 130 of 700 W', 'GPU 1: 0 %, 90 of 700 W', 'GPU 2: 100 %, 650 of 700 W'],
      gpus: [
        { index: 0, uuid: 'GPU-0', busyPercent: 100, powerPercent: expect.closeTo(18.6, 1) },
        { index: 1, uuid: 'GPU-1', busyPercent: 0, powerPercent: expect.closeTo(12.9, 1) },
        { index: 2, uuid: 'GPU-2', busyPercent: 100, powerPercent: expect.closeTo(92.9, 1) },
      ],
      limits: { waitingPercent: 95, waitingPowerPercent: 40, restingPercent: 5 },
    });
  });

  it('is not known of two moments of one step, which may be over in a moment', () => {
    const waiting = reading(gpu(0, 100, 130));
    expect(hangSignature([waiting, later(waiting, 3)])).toBeNull();
    const working = reading(gpu(0, 100, 600));
    expect(hangSignature([working, later(working, 3)])).toMatchObject({ working: [0] });
  });

  it('is none where one of the readings differs', () => {
    expect(hangSignature([reading(gpu(0, 100, 600)), reading(gpu(0, 100, 130))])).toMatchObject({
      spinning: [],
      working: [0],
    });
  });

  it('is not known with one reading, or without power or utilisation', () => {
    expect(hangSignature([reading(gpu(0, 100, 130))])).toBeNull();
    const silent = reading(gpu(0, null, 130));
    expect(hangSignature([silent, silent])).toBeNull();
    const unpowered = reading(gpu(0, 100, null));
    expect(hangSignature([unpowered, unpowered])).toBeNull();
    const noLimit = reading({ ...gpu(0, 100, 130), power: { drawW: 130, limitW: 0 } });
    expect(hangSignature([noLimit, later(noLimit)])).toBeNull();
  });

  it('is not known where a GPU is in one of the readings only', () => {
    const both = reading(gpu(0, 100, 130), gpu(1, 0, 90));
    expect(hangSignature([reading(gpu(0, 100, 130)), later(both)])).toBeNull();
    expect(hangSignature([both, later(reading({ ...gpu(0, 100, 130), uuid: 'GPU-other' }))])).toBeNull();
  });
});

describe('ranks of a job', () => {
  it('are missing where a local rank has no process', () => {
    expect(missingRanks(environment(rank(0), rank(0)))).toEqual([
      { worldSize: 2, localWorldSize: 2, missing: [1], pids: [1, 2] },
    ]);
    expect(missingRanks(environment(rank(0), rank(1)))).toEqual([]);
    expect(missingRanks(environment({ variables: { LOCAL_RANK: 'x' } }))).toEqual([]);
  });
});

describe('the interface that NCCL starts over', () => {
  const network = {
    interfaces: [
      { name: 'eth0', hasCarrier: true },
      { name: 'eth1', hasCarrier: false },
      { name: 'docker0', hasCarrier: true },
    ],
  } as unknown as NetworkFacts;
  it.each([
    ['eth0', undefined],
    ['eth', undefined],
    ['=eth', 'missing'],
    ['eth1', 'down'],
    ['ib0', 'missing'],
    ['docker0', 'virtual'],
    ['docker0,eth0', undefined],
    ['^docker0', undefined],
  ])('%s: %s', (value, reason) => {
    const found = bootstrapTroubles(environment({ variables: { NCCL_SOCKET_IFNAME: value } }), network);
    expect(found[0]?.reason).toBe(reason);
  });

  it('may come from a file', () => {
    const files = [{ path: '/etc/nccl.conf', variables: { NCCL_SOCKET_IFNAME: 'ib9' } }];
    expect(bootstrapTroubles(environment({ files }), network)).toMatchObject([{ value: 'ib9', reason: 'missing' }]);
  });
});

describe('limits of a job', () => {
  const roomy = { totalBytes: 1e11, availableBytes: 1e11 };
  const locked = { isLockedMemoryUnlimited: false, lockedMemoryBytes: 8_388_608, sharedMemory: roomy };

  it('on locked memory count for a job over several nodes', () => {
    expect(jobLimits(environment({ ...rank(0, 8, 16), ...locked }))).toEqual([
      { pid: 1, kind: 'locked-memory', bytes: 8_388_608, smallBytes: null, isFull: false },
    ]);
    expect(jobLimits(environment({ ...rank(0, 8, 8), ...locked }))).toEqual([]);
  });

  it('on shared memory count for several ranks on a node', () => {
    const small = {
      isLockedMemoryUnlimited: true,
      sharedMemory: { totalBytes: 67_108_864, availableBytes: 67_108_864 },
    };
    expect(jobLimits(environment({ ...rank(0), ...small }))).toMatchObject([
      { kind: 'shared-memory', smallBytes: 67_108_864, isFull: false },
    ]);
    const full = { isLockedMemoryUnlimited: true, sharedMemory: { totalBytes: 1e11, availableBytes: 4096 } };
    expect(jobLimits(environment({ ...rank(0), ...full }))).toMatchObject([{ kind: 'shared-memory', isFull: true }]);
    expect(jobLimits(environment({ ...rank(0, 1, 16), ...small }))).toEqual([]);
  });

  it('are not known where no job tells them, and none without a job', () => {
    expect(jobLimits(environment(rank(0)))).toBeNull();
    expect(jobLimits(environment({}))).toEqual([]);
  });
});
