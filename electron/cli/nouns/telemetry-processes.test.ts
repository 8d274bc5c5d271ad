import { expect, it } from 'vitest';
import type { GpuProcess } from '#shared/domain/telemetry/gpu-process';
import { sumByUser } from './telemetry-processes';

const process = (more: Partial<GpuProcess>): GpuProcess => ({
  gpuUuid: 'GPU-a',
  pid: 1,
  name: 'python3',
  kind: 'C',
  user: 'alice',
  commandLine: null,
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
