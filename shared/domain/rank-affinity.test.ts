import { describe, expect, it } from 'vitest';
import type { GpuFacts, GpuProcessEnvironmentFacts, GpuTopologyFacts } from './facts/gpu';
import { misplacedRanks } from './rank-affinity';

const gpu = { gpus: [{ index: 0, processes: [{ pid: 7 }] }] } as unknown as GpuFacts;
const near = (cpuAffinity: string | null) =>
  ({ devices: [{ gpuIndex: 0, cpuAffinity }], links: [] }) as unknown as GpuTopologyFacts;
const process = (cpusAllowed?: string) =>
  ({
    processes: [{ pid: 7, variables: {}, ...(cpusAllowed ? { cpusAllowed } : {}) }],
  }) as unknown as GpuProcessEnvironmentFacts;

describe('a process on a GPU', () => {
  it.each([
    ['0-127', '0-31,64-95', 0],
    ['70', '0-31,64-95', 0],
    ['32-63', '0-31,64-95', 1],
    ['32-63,96-127', '0-31,64-95', 1],
  ])('that may run on %s, with %s near its GPU, is misplaced %i times', (allowed, wanted, expected) => {
    expect(misplacedRanks(process(allowed), gpu, near(wanted))).toHaveLength(expected);
  });

  it.each([
    [process(), near('0-31')],
    [process('0-31'), near(null)],
    [process('nonsense'), near('0-31')],
  ])('is not judged without its cores or those of the GPU', (environment, topology) => {
    expect(misplacedRanks(environment, gpu, topology)).toBeNull();
  });
});
