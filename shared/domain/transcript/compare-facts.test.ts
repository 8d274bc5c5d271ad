import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '../facts/index';
import { compareFacts } from './compare-facts';
import { loggedChanges } from './logged-changes';

const facts = (value: object) => value as NodeFacts;
const gpu = (index: number, change: object = {}) => ({
  index,
  uuid: `GPU-${index}`,
  temperatureC: 40 + index,
  powerLimitW: 700,
  clocks: { sm: 1980 },
  mig: { mode: 'Disabled' },
  ...change,
});

describe('facts of two looks', () => {
  it('tell settings from what moves by itself, and parts by what they are called', () => {
    const before = facts({ gpu: { gpus: [gpu(0), gpu(1)] }, os: { kernel: '6.8.0-40', uptimeSeconds: 10 } });
    const after = facts({
      gpu: { gpus: [gpu(1, { powerLimitW: 500, temperatureC: 70, clocks: { sm: 300 } }), gpu(0)] },
      os: { kernel: '6.8.0-52', uptimeSeconds: 99 },
    });
    expect(compareFacts(before, after, 'time').probes).toEqual([
      {
        probeId: 'os',
        settings: [{ path: 'kernel', before: '6.8.0-40', after: '6.8.0-52' }],
        settingsCount: 1,
        moved: [{ path: 'uptimeSeconds', before: '10', after: '99' }],
        movedCount: 1,
      },
      {
        probeId: 'gpu',
        settings: [{ path: 'gpus[GPU-1].powerLimitW', before: '700', after: '500' }],
        settingsCount: 1,
        moved: [
          { path: 'gpus[GPU-1].temperatureC', before: '41', after: '70' },
          { path: 'gpus[GPU-1].clocks.sm', before: '1980', after: '300' },
        ],
        movedCount: 2,
      },
    ]);
  });

  it('tell what came to a list and what went, in whatever order it is', () => {
    const before = facts({
      'kernel-modules': { parameters: ['a=1', 'b=2'], modules: [{ name: 'x.ko', version: '1' }] },
    });
    const after = facts({ 'kernel-modules': { parameters: ['b=2', 'c=3'], modules: [] } });
    expect(compareFacts(before, after, 'time').probes[0]?.settings).toEqual([
      { path: 'parameters', before: 'a=1', after: 'c=3' },
      { path: 'modules[x.ko]', before: '{"name":"x.ko","version":"1"}', after: null },
    ]);
  });

  it('put what only names a node aside where there are two, and say what only one has read', () => {
    const one = facts({ gpu: { gpus: [gpu(0)] }, memory: { totalBytes: 1 } });
    const other = facts({ gpu: { gpus: [gpu(0, { uuid: 'GPU-x' })] }, os: { kernel: 'k' } });
    const { probes, unread } = compareFacts(one, other, 'nodes');
    expect(probes).toMatchObject([{ probeId: 'gpu', settingsCount: 0, moved: [{ path: 'gpus[0].uuid' }] }]);
    expect(unread).toEqual(['os', 'memory']);
  });

  it('are the same as themselves, and told the same from both sides', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const [a, b] = [facts({ docker: { value: one } }), facts({ docker: { value: other } })];
        expect(compareFacts(a, a, 'time').probes).toEqual([]);
        const [there] = compareFacts(a, b, 'time').probes;
        const [back] = compareFacts(b, a, 'time').probes;
        expect(there?.settingsCount).toBe(back?.settingsCount);
        expect(there?.movedCount).toBe(back?.movedCount);
      }),
    );
  });
});

it('what a node logged is cut to the time between, newest first, and says what it could not tell', () => {
  const told = loggedChanges(
    {
      packages: [
        { atMs: 50, change: 'upgrade', name: 'nvidia-driver-550', from: '550.90', to: '550.127' },
        { atMs: 5, change: 'install', name: 'old', from: null, to: '1' },
      ],
      boots: null,
      files: [{ path: '/etc/modprobe.d/nvidia.conf', modifiedAtMs: 60, sizeBytes: 10 }],
    },
    100,
    { fromMs: 10, toMs: 90 },
  );
  expect(told).toEqual({
    readAtMs: 100,
    changes: [
      { kind: 'file', atMs: 60, path: '/etc/modprobe.d/nvidia.conf' },
      { kind: 'package', atMs: 50, change: 'upgrade', name: 'nvidia-driver-550', from: '550.90', to: '550.127' },
    ],
    leftOut: 0,
    unread: ['boot'],
  });
});
