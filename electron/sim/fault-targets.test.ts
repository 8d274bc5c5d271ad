import { describe, expect, it } from 'vitest';
import { canBreak, checkedOptions, faultTargets } from './fault-targets';
import { type FaultName, type FaultOptions, faultNames, faultOptionNames } from './faults';
import { clearFault, injectFault } from './model/apply-fault';
import { NodeModel } from './model/node-model';
import { dgxH100, nodeProfiles, storageNode } from './profiles';
import { renderTool } from './tools';

const modelOf = (profile: (typeof nodeProfiles)[number]) =>
  new NodeModel({ profile, name: `${profile.hostname}01`, seed: 1, now: () => Date.UTC(2026, 0, 5, 8) });
const gpuQuery = (model: NodeModel, fields: string) =>
  String(renderTool(model, ['nvidia-smi', `--query-gpu=${fields}`, '--format=csv,noheader']).stdout)
    .trim()
    .split('\n');

describe('targets of faults', () => {
  it.each(nodeProfiles.map((profile) => [profile.id, profile] as const))('of %s can each be broken', (_, profile) => {
    for (const fault of faultNames) {
      const model = modelOf(profile);
      if (!canBreak(model, fault)) continue;
      const targets = faultTargets(model, fault);
      for (const { options } of [{ options: {} }, ...targets]) {
        expect(checkedOptions(fault, options, faultOptionNames[fault])).toBe(options);
        injectFault(model, fault, options as FaultOptions[FaultName]);
        clearFault(model, fault);
      }
      expect(new Set(targets.map(({ group, label }) => `${group} ${label}`)).size).toBe(targets.length);
    }
  });

  it('are offered only where a node has such a thing', () => {
    const [dgx, storage] = [modelOf(dgxH100), modelOf(storageNode)];
    expect([canBreak(dgx, 'osd-down'), canBreak(storage, 'osd-down'), canBreak(storage, 'ecc-off')]).toEqual([
      false,
      true,
      false,
    ]);
    expect(() => checkedOptions('ecc-off', { card: 1 }, faultOptionNames['ecc-off'])).toThrow(RangeError);
  });
});

describe('changed settings', () => {
  it('of a GPU show on it alone, and go back', () => {
    const model = modelOf(dgxH100);
    const before = gpuQuery(model, 'vbios_version,power.limit,ecc.mode.current,power.default_limit');
    injectFault(model, 'vbios-changed', { gpu: 2 });
    injectFault(model, 'power-limit-low', { gpu: 2, watts: 500 });
    injectFault(model, 'ecc-off', { gpu: 2 });
    const after = gpuQuery(model, 'vbios_version,power.limit,ecc.mode.current,power.default_limit');
    expect(after.filter((line, index) => line !== before[index])).toEqual([
      '96.00.89.00.0B, 500.00 W, Disabled, 700.00 W',
    ]);
    for (const fault of ['vbios-changed', 'power-limit-low', 'ecc-off'] as const) clearFault(model, fault);
    expect(gpuQuery(model, 'vbios_version,power.limit,ecc.mode.current,power.default_limit')).toEqual(before);
  });

  it('of the driver show in the tool, and go back', () => {
    const model = modelOf(dgxH100);
    injectFault(model, 'driver-changed', {});
    expect(gpuQuery(model, 'driver_version')[0]).toBe('550.163.01');
    clearFault(model, 'driver-changed');
    expect(gpuQuery(model, 'driver_version')[0]).toBe(dgxH100.driverVersion);
  });

  it('may be several parts pulled at once, and none where one of them is not there', () => {
    const model = modelOf(dgxH100);
    injectFault(model, 'part-pulled', { kind: 'gpu', which: '0+5' });
    expect(model.gpus).toHaveLength(6);
    expect(() => injectFault(model, 'part-pulled', { kind: 'gpu', which: '0+19' })).toThrow(RangeError);
    expect(model.gpus).toHaveLength(8);
  });
});
