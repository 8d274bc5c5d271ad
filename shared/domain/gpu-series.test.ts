import { describe, expect, it } from 'vitest';
import type { Gpu, GpuFacts } from './facts/gpu';
import { counterGrowth, gpuSeries } from './gpu-series';

const gpu = (uuid: string | null, more: Partial<Gpu> = {}): Gpu =>
  ({ uuid, pciBusId: '00000000:18:00.0', state: 'present', ...more }) as Gpu;
const reading = (observedAtMs: number, ...gpus: Gpu[]) => ({ observedAtMs, facts: { gpus } as GpuFacts });

describe('counterGrowth', () => {
  it.each([
    [[1, 3, 8], 7],
    [[5, 5], 0],
    [[5], null],
    [[], null],
    [[5, null, 9], null],
    [[5, 2, 9], null],
  ])('of %j is %j: one reading, a gap and a reset say nothing', (values, growth) => {
    expect(counterGrowth(values)).toBe(growth);
  });
});

describe('gpuSeries', () => {
  it('follows a GPU by its UUID, also when it changes its place, and leaves out what is lost', () => {
    const [series, ...others] = gpuSeries([
      reading(1000, gpu('GPU-b', { pciBusId: '00000000:2a:00.0' }), gpu('GPU-a')),
      reading(11_000, gpu('GPU-b', { state: 'lost' })),
      reading(21_000, gpu('GPU-b'), gpu('GPU-c', { state: 'lost' })),
    ]);
    expect(others).toEqual([]);
    expect(series?.samples.map(({ atMs }) => atMs)).toEqual([1000, 21_000]);
    expect(series?.elapsedSeconds).toBe(20);
  });

  it('has no time between its samples with one', () => {
    expect(gpuSeries([reading(1000, gpu('GPU-a'))])[0]?.elapsedSeconds).toBeNull();
    expect(gpuSeries([])).toEqual([]);
  });
});
