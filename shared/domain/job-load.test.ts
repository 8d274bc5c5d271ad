import { describe, expect, it } from 'vitest';
import { inCpuList } from './cpu-list';
import type { GpuFacts, GpuTopologyFacts } from './facts/gpu';
import type { ProcessesFacts } from './facts/system';
import { jobLoads, threadChoices } from './job-load';

const gpu = { gpus: [{ index: 0, processes: [{ pid: 10, kind: 'C' }] }] } as unknown as GpuFacts;
const process = (pid: number, more: object) => ({
  pid,
  parentPid: 1,
  state: 'S',
  elapsedSeconds: 100,
  lastCpu: 2,
  ...more,
});
const reading = (atMs: number, ...processes: object[]) => ({
  observedAtMs: atMs,
  facts: { processes, loggedInUsers: null } as unknown as ProcessesFacts,
});
const loads = (readings: ReturnType<typeof reading>[], topology: GpuTopologyFacts | null = null) =>
  jobLoads({ readings, gpu, topology });

describe('what processes with a GPU do on the processors', () => {
  it('is the processor time between the first and the last reading', () => {
    const found = loads([
      reading(0, process(10, { cpuSeconds: 5 }), process(11, { parentPid: 10, cpuSeconds: 1 })),
      reading(10_000, process(10, { cpuSeconds: 10 }), process(11, { parentPid: 10, cpuSeconds: 10 })),
    ]);
    expect(found).toMatchObject([{ pid: 10, cores: 0.5, workers: 1, busyWorkers: 1, waitingWorkers: 0 }]);
  });

  it('is not known after one reading, when the time went back, or for a PID that is another process now', () => {
    const before = reading(0, process(10, { cpuSeconds: 5 }));
    expect(loads([before])[0]?.cores).toBeNull();
    expect(loads([before, reading(10_000, process(10, { cpuSeconds: 4 }))])[0]?.cores).toBeNull();
    expect(loads([before, reading(10_000, process(10, { cpuSeconds: 9, elapsedSeconds: 3 }))])[0]?.cores).toBeNull();
    expect(loads([before, reading(10_000, process(10, { cpuSeconds: null }))])[0]?.cores).toBeNull();
  });

  it('counts descendants that wait in the kernel, and survives parents that go round', () => {
    const all = [
      process(10, { parentPid: 12, cpuSeconds: 0 }),
      process(11, { parentPid: 10, state: 'D' }),
      process(12, { parentPid: 11, state: 'Ds' }),
    ];
    expect(loads([reading(0, ...all), reading(1000, ...all)])[0]).toMatchObject({ workers: 2, waitingWorkers: 2 });
  });

  it('calls a process far from its GPU only when it never was near', () => {
    const topology = {
      devices: [{ kind: 'gpu', gpuIndex: 0, cpuAffinity: '8-15' }],
      links: [],
    } as unknown as GpuTopologyFacts;
    const at = (lastCpu: number, times: number) =>
      Array.from({ length: times }, (_, index) => reading(index * 1000, process(10, { lastCpu })));
    expect(loads(at(2, 5), topology)[0]?.isFarFromGpu).toBe(true);
    expect(loads([...at(2, 4), ...at(9, 1)], topology)[0]?.isFarFromGpu).toBe(false);
    expect(loads(at(2, 4), topology)[0]?.isFarFromGpu).toBeNull();
    expect(loads(at(2, 5))[0]?.isFarFromGpu).toBeNull();
  });
});

describe('threads that processes were told to use', () => {
  const choose = (variables: Record<string, string>[], cpus: number | null) =>
    threadChoices({ processes: variables.map((one, index) => ({ pid: index + 1, variables: one })) }, cpus);

  it('are too few where torchrun chose one, and too many above the processors', () => {
    expect(choose([{ OMP_NUM_THREADS: '1', LOCAL_WORLD_SIZE: '8' }], 64)).toMatchObject([
      { pid: 1, choice: 'one-thread' },
    ]);
    expect(choose([{ OMP_NUM_THREADS: '1', LOCAL_WORLD_SIZE: '1' }], 64)).toEqual([]);
    expect(choose([{ OMP_NUM_THREADS: '40' }, { OMP_NUM_THREADS: '40' }], 64)).toMatchObject([
      { pid: 1, choice: 'too-many', processes: 2 },
      { pid: 2, choice: 'too-many', processes: 2 },
    ]);
    expect(choose([{ OMP_NUM_THREADS: '40' }, { OMP_NUM_THREADS: 'x' }], 64)).toEqual([]);
    expect(choose([{ OMP_NUM_THREADS: '400' }], null)).toEqual([]);
  });
});

describe('a list of processors as the kernel writes it', () => {
  it.each([
    [3, '0-3,64-67', true],
    [64, '0-3,64-67', true],
    [4, '0-3,64-67', false],
    [7, '7', true],
    [7, 'N/A', null],
  ])('%i in %s: %s', (cpu, list, expected) => expect(inCpuList(cpu, list)).toBe(expected));
});
