import { expect, it } from 'vitest';
import type { ActionRun } from '#shared/domain/action';
import type { PackagesFacts } from '#shared/domain/facts/software';
import { packageDrift } from './package-drift';

const run = (
  at: number,
  changes: readonly (readonly [name: string, before: string | null, after: string | null])[],
  state: ActionRun['state'] = 'verified',
) =>
  ({
    id: `run-${at}`,
    startedAtMs: at,
    state,
    plan: {
      actionId: 'docker-ce',
      packages: { changes: changes.map(([name, before, after]) => ({ name, before, after })) },
    },
  }) as unknown as ActionRun;
const node = (packages: Record<string, string>, manager: PackagesFacts['manager'] = 'dpkg'): PackagesFacts => ({
  manager,
  installedCount: 3,
  held: [],
  packages: Object.entries(packages).map(([name, version]) => ({ name, version, architecture: 'amd64' })),
});
const told = (runs: ActionRun[], facts: PackagesFacts) =>
  packageDrift(runs, facts).map((one) => `${one.package} ${one.applied} ${one.now} ${one.runId}`);

it('tells what has another version than the last run gave it, and what is gone or back', () => {
  const runs = [
    run(2, [['docker-ce', '5:27.1-1', '5:28.3-1']]),
    run(1, [
      ['docker-ce', null, '5:27.1-1'],
      ['nvidia-utils-580', null, '580.95.05-0'],
      ['containerd', '1.7-1', null],
    ]),
  ];
  expect(told(runs, node({ 'docker-ce': '5:28.3-1', 'nvidia-utils-580': '580.95.05-0' }))).toEqual([]);
  expect(told(runs, node({ 'docker-ce': '5:27.1-1', containerd: '1.7-1' }))).toEqual([
    'docker-ce 5:28.3-1 5:27.1-1 run-2',
    'nvidia-utils-580 580.95.05-0 null run-1',
    'containerd null 1.7-1 run-1',
  ]);
});

it('counts what was taken back as before, what failed not at all, and what the probe does not list is not told', () => {
  const undone = run(1, [['docker-ce', null, '5:27.1-1']], 'undone');
  expect(told([undone], node({}))).toEqual([]);
  expect(told([run(1, [['docker-ce', null, '5:27.1-1']], 'failed')], node({}))).toEqual([]);
  expect(told([run(1, [['fio', null, '3.28']])], node({}))).toEqual([]);
});

it('compares versions of rpm without their epoch', () => {
  expect(told([run(1, [['docker-ce', null, '3:28.3-1.el9']])], node({ 'docker-ce': '28.3-1.el9' }, 'rpm'))).toEqual([]);
});
