import { expect, it } from 'vitest';
import { compatibilityCatalogue, gpuCatalogue } from '../../knowledge/catalogs/catalogues';
import type { FactsOf } from '../facts/index';
import { driverNeeds } from './driver-needs';

const needsOf = (...names: (string | null)[]) => {
  const devices = names.map((name, index) => ({
    pciBusId: `0000:0${index}:00.0`,
    kind: 'gpu',
    vendorId: '10de',
    deviceId: 'ffff',
    name: name === null ? null : `NVIDIA Corporation ${name}`,
    driver: index === 0 ? 'nouveau' : 'nvidia',
  })) as FactsOf<'gpu-devices'>['devices'];
  return driverNeeds(
    { 'gpu-devices': { devices } },
    { catalogue: compatibilityCatalogue(), gpuModels: gpuCatalogue(), month: '' },
  );
};

it.each([
  ['Hopper takes both modules', ['GH100 [H100 SXM5 80GB]', 'GH100 [H100 SXM5 80GB]'], 'either', null],
  [
    'Volta and a newer one: the proprietary module, up to 580',
    ['GV100GL [Tesla V100]', 'TU104GL [Tesla T4]'],
    'proprietary',
    580,
  ],
  ['Blackwell alone: the open one', ['GB202GL [RTX PRO 6000 Blackwell]', 'AD104GL [L4]'], 'open', null],
  ['Pascal beside Blackwell: none', ['GP102 [TITAN X]', 'GB202GL [RTX PRO 6000 Blackwell]'], 'none', 580],
  ['Grace Hopper takes the open one alone', ['GH100 [GH200 120GB / 480GB]'], 'open', null],
  ['no GPU', [], 'either', null],
] as const)('%s', (_, names, modules, highestBranch) => {
  expect(needsOf(...names)).toMatchObject({ modules, highestBranch, unknown: [] });
});

it('counts models, and names those that it does not know', () => {
  expect(needsOf('GH100 [H100]', 'GH100 [H100]', 'GX900 [X1]', null)).toMatchObject({
    gpus: ['2 x GH100 [H100] (Hopper)', '1 x GX900 [X1]', '1 x 10de:ffff'],
    unknown: ['GX900 [X1]', '10de:ffff'],
  });
});

it('asks for the first branch with Blackwell', () => {
  expect(needsOf('GB202GL [RTX PRO 6000 Blackwell]').lowestBranch).toBe(570);
});
