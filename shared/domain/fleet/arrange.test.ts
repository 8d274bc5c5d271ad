import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import en from '../../i18n/en/index';
import { groupNodes, sortNodes, totalsOf } from './arrange';
import { versionComparer } from './compare-values';
import { fieldLabel, fleetFieldIds } from './fields';
import { fleetNode } from './testing/fleet-node';

const context = { say: ({ key }: { key: string }) => key };
const names = (nodes: readonly { id: string }[]) => nodes.map(({ id }) => id);

const h100 = (count: number) => [{ name: 'NVIDIA H100 80GB HBM3', count }];
const nodes = [
  fleetNode('n10', { summary: { driverVersion: '570.26', gpuModels: h100(8), maxGpuTemperatureC: 70 } }),
  fleetNode('n9', { summary: { driverVersion: '570.9', gpuModels: h100(8), attention: [{ key: 'x' }] } }),
  fleetNode('n2', { summary: { driverVersion: null, gpuModels: [{ name: 'NVIDIA L4', count: 1 }] } }),
  fleetNode('n1', { summary: { driverVersion: '550.90', gpuModels: null } }),
];

const compareVersions = (one: string, other: string) => versionComparer(other)(one);

describe('versionComparer', () => {
  it.each([
    ['570.9', '570.26'],
    ['570', '570.26'],
    ['5.15.0-119-generic', '5.15.0-120-generic'],
    ['5.15.0-119', '5.15.0-119-generic'],
    ['96.00.89.00.01', '96.00.A5.00.03'],
    ['12.4', '12.10'],
  ])('puts %s before %s', (one, other) => {
    expect([compareVersions(one, other) < 0, compareVersions(other, one) > 0]).toEqual([true, true]);
  });

  it('takes leading zeros and capitals for what they mean', () => {
    expect([compareVersions('550.54.07', '550.54.7'), compareVersions('96.0a', '96.0A')]).toEqual([0, 0]);
  });

  it('orders whatever is written in one way only', () => {
    const version = fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', '.', '-'), maxLength: 6 });
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

describe('sortNodes', () => {
  it('sorts versions part by part and leaves what is not known at the end both ways', () => {
    const by = (isDescending: boolean) => names(sortNodes(nodes, [{ field: 'driver', isDescending }], context));
    expect(by(false)).toEqual(['n1', 'n9', 'n10', 'n2']);
    expect(by(true)).toEqual(['n10', 'n9', 'n1', 'n2']);
  });

  it('sorts names as people count, and by a second key where the first is the same', () => {
    expect(names(sortNodes(nodes, [{ field: 'name', isDescending: false }], context))).toEqual([
      'n1',
      'n2',
      'n9',
      'n10',
    ]);
    const keys = [
      { field: 'gpu.count', isDescending: true },
      { field: 'name', isDescending: false },
    ] as const;
    expect(names(sortNodes(nodes, keys, context))).toEqual(['n9', 'n10', 'n2', 'n1']);
  });
});

describe('groupNodes', () => {
  it('puts nodes of the same value together, those without one at the end', () => {
    const groups = groupNodes(nodes, 'gpu.model', context).map(({ value, nodes: some }) => [value, names(some)]);
    expect(groups).toEqual([
      [['NVIDIA H100 80GB HBM3'], ['n10', 'n9']],
      [['NVIDIA L4'], ['n2']],
      [null, ['n1']],
    ]);
  });

  it('takes a list for the same in whichever order it is told', () => {
    const tagged = [fleetNode('a', { tags: ['x', 'y'] }), fleetNode('b', { tags: ['y', 'x'] })];
    expect(groupNodes(tagged, 'tag', context)).toHaveLength(1);
  });

  it('puts times of one day together', () => {
    const noon = new Date(2026, 10, 22, 12).getTime();
    const times = [noon, noon + 60_000, noon + 86_400_000];
    const some = times.map((observedAtMs, index) => fleetNode(`t${index}`, { summary: { observedAtMs } }));
    expect(groupNodes(some, 'observed', context).map((group) => names(group.nodes))).toEqual([['t0', 't1'], ['t2']]);
  });
});

it('adds up what is known of a group', () => {
  expect(totalsOf(nodes, context)).toEqual({
    gpus: 17,
    gpuMemoryBytes: null,
    maxGpuTemperatureC: 70,
    needAttention: 1,
  });
});

it('has a name for every field and no name without one', () => {
  const labels = fleetFieldIds.map((id) => fieldLabel(id).key.replace('fleet.field.', ''));
  expect(labels.sort()).toEqual(Object.keys(en.fleet.field).sort());
});
