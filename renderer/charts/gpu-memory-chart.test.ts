import { expect, it } from 'vitest';
import type { GpuMemoryView } from '#shared/domain/gpu-memory';
import { gpuMemoryBars } from './gpu-memory-chart';

const gib = 1024 ** 3;
const view = {
  index: 3,
  uuid: 'GPU-3',
  name: 'H100',
  isUsable: true,
  totalBytes: 80 * gib,
  usedBytes: 60 * gib,
  freeBytes: 20 * gib,
  freePercent: 25,
  explainedBytes: 10 * gib,
  unexplainedBytes: 50 * gib,
  isMigOn: false,
  computeMode: 'Default',
  users: [],
} satisfies GpuMemoryView;

it('splits each GPU into what processes explain, what nobody is listed for, and what is free', () => {
  expect(gpuMemoryBars([view])).toEqual([{ gpu: '3', explainedGib: 10, unexplainedGib: 50, freeGib: 20 }]);
});

it('leaves out what is not known instead of drawing it as zero', () => {
  const lost = { ...view, totalBytes: null, usedBytes: null, freeBytes: null };
  const unlisted = { ...view, explainedBytes: null, unexplainedBytes: null };
  expect(gpuMemoryBars([lost, unlisted])).toEqual([
    { gpu: '3', explainedGib: null, unexplainedGib: null, freeGib: 20 },
  ]);
});
