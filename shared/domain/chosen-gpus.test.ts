import { expect, it } from 'vitest';
import { chosenGpus } from './chosen-gpus';
import type { Gpu } from './facts/gpu';

const gpus = [
  { index: 0, uuid: 'GPU-aaaa' },
  { index: 1, uuid: 'GPU-bbbb' },
  { index: 2, uuid: null },
] as Gpu[];
const [first, second] = gpus;

it.each<[string, (Gpu | undefined)[] | null]>([
  ['0', [first]],
  ['gpu-BBBB', [second]],
  ['1, GPU-aaaa', [first, second]],
  ['0,0', [first]],
  ['7', null],
  ['0 7', null],
  ['2', null],
  ['all', null],
  ['10', null],
])('%j means these GPUs or nothing at all', (text, wanted) => {
  expect(chosenGpus(gpus, text)).toEqual(wanted);
});

it('takes all where all can be named, and none of none', () => {
  expect(chosenGpus(gpus.slice(0, 2), 'all')).toEqual([first, second]);
  expect(chosenGpus([], 'all')).toBeNull();
});
