import { expect, it } from 'vitest';
import type { MemoryModulesFacts } from './facts/platform';
import { memoryShortfall } from './memory-shortfall';

const gib = 1024 ** 3;
const facts = (count: number, sizeGib: number, kernelGib: number | null, isEmulated = false): MemoryModulesFacts => ({
  modules: Array.from({ length: count }, (_, index) => ({
    locator: `A${index}`,
    bank: null,
    isEmpty: false,
    sizeBytes: sizeGib * gib,
    type: null,
    formFactor: null,
    speedMTs: null,
    configuredSpeedMTs: null,
    manufacturer: null,
    partNumber: null,
    serial: null,
    rank: null,
    dataWidthBits: null,
    totalWidthBits: null,
    configuredVoltageV: null,
  })),
  errorCorrection: null,
  maximumBytes: null,
  installedBytes: count * sizeGib * gib,
  kernelTotalBytes: kernelGib === null ? null : kernelGib * gib,
  isEmulated,
});

it.each([
  ['what the kernel keeps of 32 modules is no module', facts(32, 64, 2015), null],
  ['one of 32 that firmware left out is missed', facts(32, 64, 1952), 96 * gib],
  ['what the kernel keeps of many small modules is no module', facts(128, 16, 2015), null],
  ['one of two is missed', facts(2, 16, 15.4), 16.6 * gib],
  ['a graphics processor’s share of a laptop’s only module is no loss', facts(1, 16, 12), null],
  ['a hypervisor may give what it likes', facts(4, 16, 30, true), null],
  ['nothing is known without the kernel’s total', facts(4, 16, null), null],
])('%s', (_case, given, expected) => {
  expect(memoryShortfall(given)).toBe(expected);
});
