import { expect, it } from 'vitest';
import type { GpuProcess } from './gpu-process';
import { sumByProcess, sumByUser } from './gpu-process-sums';

const process = (more: Partial<GpuProcess>): GpuProcess => ({
  gpuUuid: 'GPU-a',
  pid: 1,
  name: 'python3',
  kind: 'C',
  user: 'alice',
  commandLine: null,
  owner: null,
  startedMs: null,
  smPercent: 60,
  memoryBusyPercent: null,
  encoderPercent: null,
  decoderPercent: null,
  memoryBytes: 100,
  sinceMs: 0,
  atMs: 0,
  ...more,
});

it('a user has what all of his processes have, and what is not known is not counted as nothing', () => {
  const processes = [
    process({}),
    process({ gpuUuid: 'GPU-b', smPercent: 90 }),
    process({ pid: 2, smPercent: null, memoryBytes: null }),
    process({ pid: 3, user: null, smPercent: null, memoryBytes: null }),
  ];
  expect(sumByUser(processes)).toEqual([
    { user: 'alice', gpus: 2, processes: 2, smPercent: 150, memoryBytes: 200 },
    { user: null, gpus: 1, processes: 1, smPercent: null, memoryBytes: null },
  ]);
});

it('a process is one line with all GPUs that it is on', () => {
  const processes = [
    process({ sinceMs: 5 }),
    process({ gpuUuid: 'GPU-b', smPercent: null, sinceMs: 3 }),
    process({ pid: 2 }),
  ];
  expect(sumByProcess(processes)).toMatchObject([
    { pid: 1, gpuUuids: ['GPU-a', 'GPU-b'], smPercent: 60, memoryBytes: 200, sinceMs: 3 },
    { pid: 2, gpuUuids: ['GPU-a'] },
  ]);
});
