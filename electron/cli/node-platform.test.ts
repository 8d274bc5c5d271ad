import { expect, it } from 'vitest';
import type { NodeFacts } from '#shared/domain/facts/index';
import { platformOverview, platformSections } from './node-platform';

const amount = (text: string) => ({ text, isAmount: true });
const supply = {
  outputW: null,
  capacityW: null,
  manufacturer: null,
  model: null,
  serial: null,
  firmwareVersion: null,
};
const module = {
  bank: null,
  isEmpty: false,
  sizeBytes: 64 * 1024 ** 3,
  type: 'DDR5',
  formFactor: 'DIMM',
  speedMTs: 4800,
  configuredSpeedMTs: 4400,
  manufacturer: 'Samsung',
  partNumber: 'M321',
  rank: 2,
  dataWidthBits: 64,
  totalWidthBits: 80,
  configuredVoltageV: 1.1,
};
const facts: NodeFacts = {
  'bmc-sensors': {
    presence: 'present',
    sensors: [],
    powerSupplies: [
      { ...supply, name: 'PSU 1', state: 'ok', detail: 'Presence detected', inputW: 800, inputV: 230 },
      { ...supply, name: 'PSU 2', state: 'input-lost', detail: 'Power Supply AC lost', inputW: null, inputV: null },
    ],
    fans: [
      { name: 'FAN1', speedRpm: 9000, speedPercent: null, state: 'ok' },
      { name: 'FAN2', speedRpm: 300, speedPercent: null, state: 'critical' },
      { name: 'FAN3', speedRpm: null, speedPercent: null, state: 'absent' },
    ],
    redundancy: null,
    log: null,
    logProblem: null,
  },
  'memory-modules': {
    modules: [
      { ...module, locator: 'A1', serial: '1' },
      { ...module, locator: 'A2', serial: '2' },
      { ...module, locator: 'B1', serial: null, isEmpty: true, sizeBytes: null },
    ],
    errorCorrection: 'Multi-bit ECC',
    maximumBytes: null,
    installedBytes: 128 * 1024 ** 3,
    kernelTotalBytes: null,
    isEmulated: false,
  },
  numa: {
    nodes: [{ id: 0, cpus: '0-15', memoryTotalBytes: 64 * 1024 ** 3, memoryFreeBytes: null, distances: [10, 21] }],
  },
};
const rows = (title: string, of: NodeFacts) => platformSections(of).find(([headers]) => headers[0] === title)?.[1];

it('lists power supplies, modules of a kind together, and NUMA distances', () => {
  expect(rows('POWER SUPPLY', facts)).toEqual([
    ['PSU 1', { text: 'ok', tone: 'good' }, amount('800 W'), amount('230 V'), 'Presence detected'],
    ['PSU 2', { text: 'input-lost', tone: 'bad' }, null, null, 'Power Supply AC lost'],
  ]);
  expect(rows('SLOTS', facts)).toEqual([
    [2, amount('64 GiB'), 'DDR5', amount('4400 of 4800 MT/s'), 'Samsung', 'M321', 'A1 A2'],
    [1, null, 'empty', null, null, null, 'B1'],
  ]);
  expect(rows('NUMA NODE', facts)).toEqual([[0, '0-15', amount('64 GiB'), amount('—'), '10 21']]);
});

it('names the fans that are not well among those that are there', () => {
  const words = new Map(platformOverview(facts)).get('Fans');
  expect(words?.filter(Boolean)).toEqual(['2', '300 to 9000 RPM', 'FAN2 critical']);
});

it('shows nothing of what was not read', () => {
  expect(platformSections({}).flatMap(([, found]) => found)).toEqual([]);
  expect(platformOverview({}).flatMap(([, words]) => words.filter(Boolean))).toEqual([]);
});
