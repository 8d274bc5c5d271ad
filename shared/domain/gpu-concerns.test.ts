import { describe, expect, it } from 'vitest';
import type { NodeFacts } from './facts/index';
import { gpuConcerns } from './gpu-concerns';

const healthy = {
  index: 0,
  pciBusId: '00000000:1b:00.0',
  ecc: { isSramThresholdExceeded: false, isMemoryUnrepairable: null },
  remappedRows: { isPending: false },
  retiredPages: { isPending: null },
  state: 'present',
  recoveryAction: 'None',
  fabric: { state: null, status: null, health: { summary: null } },
};
const fabricOf = (state: string | null, status: string | null, summary: string | null = null) => ({
  fabric: { state, status, health: { summary } },
});
const link = (isActive: boolean) => ({ isActive });
const nvlinks = (...states: boolean[]) => ({ gpus: [{ index: 3, links: states.map(link) }] });
const fabric = (version: string | null, activeState = 'active') => ({
  'gpu-devices': { devices: [{ kind: 'nvswitch' }] },
  'gpu-driver': { kernelModuleVersion: '550.127.08' },
  services: { services: [{ name: 'nvidia-fabricmanager', activeState }], fabricManagerVersion: version },
});
const keysOf = (facts: object) =>
  gpuConcerns(facts as unknown as NodeFacts).map(({ key }) => key.replace('inventory.attention', ''));

describe('what of GPUs needs a look', () => {
  it.each([
    ['a row that waits to be remapped', { remappedRows: { isPending: true } }, ['RowRemapPending']],
    ['a page that waits to be retired', { retiredPages: { isPending: true } }, ['RetirementPending']],
    ['too many SRAM errors', { ecc: { isSramThresholdExceeded: true } }, ['SramThreshold']],
    ['memory that can not be repaired', { ecc: { isMemoryUnrepairable: true } }, ['MemoryUnrepairable']],
    ['what the driver asks for', { recoveryAction: 'Drain and Reset' }, ['RecoveryAction']],
    ['a lost GPU, which says so itself', { state: 'lost', recoveryAction: 'Reboot' }, []],
    ['a fabric that is not ready', fabricOf('In Progress', 'N/A'), ['Fabric']],
    ['a fabric that was set up and failed', fabricOf('Completed', 'Insufficient Resources'), ['Fabric']],
    ['a fabric that is ready and not well', fabricOf('Completed', 'Success', 'Unhealthy'), ['Fabric']],
    ['a fabric that is well', fabricOf('Completed', 'Success', 'Healthy'), []],
    ['nothing that is told', {}, []],
  ])('%s', (_, change, expected) => {
    expect(keysOf({ gpu: { gpus: [{ ...healthy, ...change }] } })).toEqual(expected);
  });

  it('some of the links of a GPU down, but not a card without a bridge', () => {
    expect(keysOf({ nvlink: nvlinks(true, false) })).toEqual(['NvlinkDown']);
    expect(keysOf({ nvlink: nvlinks(true, true) })).toEqual([]);
    expect(keysOf({ nvlink: nvlinks(false, false) })).toEqual([]);
  });

  it('a Fabric Manager that does not run, or in another version than the driver', () => {
    expect(keysOf(fabric('550.127.08'))).toEqual([]);
    expect(keysOf(fabric('550.90.07'))).toEqual(['FabricManagerVersion']);
    expect(keysOf(fabric(null, 'failed'))).toEqual(['FabricManagerDown']);
    expect(keysOf({ ...fabric('550.90.07'), 'gpu-devices': { devices: [] } })).toEqual([]);
  });

  it('uncorrected errors of an AMD GPU', () => {
    const gpus = [{ index: 1, pciBusId: null, ecc: { uncorrected: 2 } }];
    expect(gpuConcerns({ 'amd-gpu': { gpus } } as unknown as NodeFacts)).toEqual([
      { key: 'inventory.attentionEccUncorrected', params: { index: 1, pciBusId: '?', count: 2 } },
    ]);
  });
});
