import { expect, it } from 'vitest';
import en from '../i18n/en/index';
import type { NodeFacts } from './facts/index';
import type { BmcPowerSupply, BmcSensor, UpsDevice } from './facts/power';
import { platformConcerns } from './platform-concerns';

const keys = (facts: NodeFacts) =>
  platformConcerns(facts).map(({ key, params }) => [key.replace('inventory.attention', ''), params]);
const sensor = (
  name: string,
  kind: BmcSensor['kind'],
  state: BmcSensor['state'],
  entity: string | null = null,
): BmcSensor => ({
  name,
  rawName: name,
  kind,
  entity,
  value: null,
  unit: null,
  state,
  detail: null,
  lowerCritical: null,
  upperWarning: null,
  upperCritical: null,
});
const supply = (name: string, state: BmcPowerSupply['state']) => ({
  name,
  state,
  detail: null,
  inputW: null,
  outputW: null,
  capacityW: null,
  inputV: null,
  manufacturer: null,
  model: null,
  serial: null,
  firmwareVersion: null,
});

it('says nothing of a node of which nothing is known', () => {
  expect(platformConcerns({})).toEqual([]);
});

it('names power supplies once, and other sensors that are critical', () => {
  const facts: NodeFacts = {
    'bmc-sensors': {
      presence: 'present',
      sensors: [
        sensor('PSU2 Input', 'power', 'critical', '10.2'),
        sensor('PS Redundancy', 'power-supply', 'critical'),
        sensor('CPU1 Temp', 'temperature', 'critical', '3.1'),
        sensor('CPU2 Temp', 'temperature', 'warning', '3.2'),
      ],
      powerSupplies: [
        supply('PSU 1', 'ok'),
        supply('PSU 2', 'input-lost'),
        supply('PSU 3', 'failed'),
        supply('PSU 4', 'absent'),
        supply('PSU 5', 'warning'),
      ],
      fans: [],
      redundancy: null,
      log: null,
      logProblem: null,
    },
  };
  expect(keys(facts)).toEqual([
    ['SupplyNoInput', { name: 'PSU 2' }],
    ['SupplyFailed', { name: 'PSU 3' }],
    ['SupplyWarning', { name: 'PSU 5' }],
    ['SensorsCritical', { names: 'CPU1 Temp' }],
  ]);
});

it('tells an UPS on battery from one that cannot be read', () => {
  const device = (name: string, more: Partial<UpsDevice>) =>
    ({ name, problem: null, states: [], ...more }) as unknown as UpsDevice;
  const devices = [
    device('a', { states: ['online'] }),
    device('b', { states: ['on-battery', 'replace-battery'] }),
    device('c', { problem: 'stale' }),
  ];
  expect(keys({ ups: { source: 'nut', devices } })).toEqual([
    ['UpsOnBattery', { name: 'b' }],
    ['UpsReplaceBattery', { name: 'b' }],
    ['UpsUnread', { name: 'c' }],
  ]);
});

it('counts memory errors that were not corrected', () => {
  const controller = (uncorrectedErrors: number | null) => ({
    name: 'mc0',
    title: null,
    sizeBytes: null,
    correctedErrors: 12,
    uncorrectedErrors,
    correctedUnplaced: null,
    uncorrectedUnplaced: null,
    secondsSinceReset: null,
    modules: [],
  });
  const edac = (...controllers: ReturnType<typeof controller>[]) => ({ edac: { controllers, isFirmwareFirst: null } });
  expect(keys(edac(controller(0), controller(null)))).toEqual([]);
  expect(keys(edac(controller(2), controller(1)))).toEqual([['MemoryUncorrected', { count: 3 }]]);
});

it('has words for what it says', () => {
  const source = platformConcerns.toString();
  for (const [, key] of source.matchAll(/say\(["'](\w+)["']/g)) {
    expect(Object.keys(en.inventory)).toContain(`attention${key}`);
  }
});
