import { expect, it } from 'vitest';
import { gpuModelNamed } from '../knowledge/catalogs/catalogues';
import type { Gpu } from './facts/gpu';
import { checkAgainstModel } from './gpu-model-check';

const h100 = gpuModelNamed('NVIDIA H100 80GB HBM3');
const mib = 1024 ** 2;
const gpu = (change: object = {}) =>
  ({
    memory: { totalBytes: 81_559 * mib },
    power: { defaultLimitW: 700 },
    pcie: { deviceMaxGeneration: 5, maxGeneration: 5, maxWidth: 16 },
    ...change,
  }) as unknown as Gpu;
const differences = (change: object, nvlinks: number | null = 18) =>
  h100
    ? checkAgainstModel(gpu(change), h100, nvlinks)
        .filter(({ isAsExpected }) => isAsExpected === false)
        .map(({ aspect, found, nominal }) => [aspect, found, nominal])
    : null;

it('finds nothing on a GPU that is what its model should be', () => {
  expect(differences({})).toEqual([]);
  expect(h100 && checkAgainstModel(gpu(), h100, 18).map(({ aspect }) => aspect)).toEqual([
    'memory',
    'power',
    'pcieGeneration',
    'pcieLanes',
    'nvlinks',
  ]);
});

it('tells memory, power, links and lanes that a GPU should have and has not', () => {
  expect(differences({ memory: { totalBytes: 64 * 1024 * mib } })).toEqual([
    ['memory', 64 * 1024 ** 3, 80 * 1024 ** 3],
  ]);
  expect(differences({ power: { defaultLimitW: 500 } })).toEqual([['power', 500, 700]]);
  expect(differences({ pcie: { deviceMaxGeneration: null, maxGeneration: 4, maxWidth: 8 } })).toEqual([
    ['pcieGeneration', 4, 5],
    ['pcieLanes', 8, 16],
  ]);
  expect(differences({}, 16)).toEqual([['nvlinks', 16, 18]]);
});

it('leaves out what is not known, and does not judge a power that boards of the model differ in', () => {
  expect(differences({ memory: { totalBytes: null } }, null)).toEqual([]);
  const nvl = gpuModelNamed('NVIDIA H100 NVL');
  expect(nvl && checkAgainstModel(gpu({ power: { defaultLimitW: 350 } }), nvl, null)).toContainEqual({
    aspect: 'power',
    found: 350,
    nominal: 400,
    isAsExpected: null,
  });
});
