import { expect, it } from 'vitest';
import type { NodeFacts } from '#shared/domain/facts/index';
import { softwareOverview } from './node-software';

const lines = (pending: Partial<NonNullable<NodeFacts['pending-changes']>>) => {
  const facts = {
    'pending-changes': {
      ...{ isRebootRequired: null, rebootPackages: [], runningKernel: null, installedKernels: [] },
      ...{ upgradable: null, upgradableCount: null },
      ...pending,
    },
  } as NodeFacts;
  return softwareOverview(facts)
    .find(([name]) => name === 'Restart')?.[1]
    .filter(Boolean);
};

it('tells a restart that is needed, one that is not, and that nothing would say so', () => {
  expect(lines({ isRebootRequired: true, rebootPackages: ['libc6'], upgradableCount: 3 })).toEqual([
    'required',
    'libc6',
    '3 upgrades',
  ]);
  expect(lines({ isRebootRequired: false, upgradableCount: 0 })).toEqual(['not required', '0 upgrades']);
  expect(
    lines({
      runningKernel: '6.1.0-28-amd64',
      installedKernels: [{ release: '6.1.0-31-amd64', hasNvidiaModule: null }],
    }),
  ).toEqual(['not known whether required', '6.1.0-31-amd64 starts next', 'upgrades not known']);
});
