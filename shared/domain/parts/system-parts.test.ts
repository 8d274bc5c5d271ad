import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '../facts/index';
import type { MemoryModule } from '../facts/platform';
import { partsOf } from './index';

const gib = 1024 ** 3;
const module = (locator: string, more: Partial<MemoryModule> = {}): MemoryModule => ({
  locator,
  bank: null,
  isEmpty: false,
  sizeBytes: 64 * gib,
  type: 'DDR5',
  formFactor: 'DIMM',
  speedMTs: 5600,
  configuredSpeedMTs: 4800,
  manufacturer: 'Samsung',
  partNumber: 'M321R8GA0BB0-CQKVG',
  serial: `S-${locator}`,
  rank: 2,
  dataWidthBits: 64,
  totalWidthBits: 80,
  configuredVoltageV: 1.1,
  ...more,
});
const kinds = (facts: NodeFacts, kind: string) => partsOf(facts).parts.filter((part) => part.kind === kind);

describe('memory modules as parts', () => {
  const memory = (modules: MemoryModule[]): NodeFacts => ({
    'memory-modules': {
      modules,
      errorCorrection: null,
      maximumBytes: null,
      installedBytes: null,
      kernelTotalBytes: null,
      isEmulated: false,
    },
    edac: {
      isFirmwareFirst: false,
      controllers: [
        {
          name: 'mc0',
          title: null,
          sizeBytes: null,
          correctedErrors: 7,
          uncorrectedErrors: 0,
          correctedUnplaced: 0,
          uncorrectedUnplaced: 0,
          secondsSinceReset: null,
          modules: ['CPU_DIMM_A1', 'CPU_DIMM_A10'].map((label, index) => ({
            name: `dimm${index}`,
            label,
            location: null,
            sizeBytes: null,
            correctedErrors: 7 * index,
            uncorrectedErrors: 0,
          })),
        },
      ],
    },
  });

  it('are those that are plugged in, with the errors that were counted for their slot', () => {
    const found = kinds(memory([module('A1'), module('A10'), module('B1', { isEmpty: true, serial: null })]), 'dimm');
    expect(
      found.map(({ slot, identity, model, counters }) => [slot, identity, model, counters.correctableErrors]),
    ).toEqual([
      ['A1', 'S-A1', 'M321R8GA0BB0-CQKVG', 0],
      ['A10', 'S-A10', 'M321R8GA0BB0-CQKVG', 7],
    ]);
    expect(found[0]?.attributes).toMatchObject({ capacityBytes: 64 * gib, speedMTs: 5600, configuredSpeedMTs: 4800 });
  });

  it('have unknown errors where no counter goes by their slot', () => {
    expect(kinds(memory([module('C3')]), 'dimm')[0]?.counters).toEqual({
      correctableErrors: null,
      uncorrectableErrors: null,
    });
  });
});

describe('power supplies as parts', () => {
  const supply = (name: string, state: 'ok' | 'absent' | 'failed', serial: string | null = null) => ({
    name,
    state,
    detail: null,
    inputW: 400,
    outputW: null,
    capacityW: null,
    inputV: null,
    manufacturer: 'DELTA',
    model: 'PWS-2K63A-1R',
    serial,
    firmwareVersion: '1.3',
  });

  it('have their serial number, and no reading that changes by the minute', () => {
    const facts: NodeFacts = {
      'bmc-sensors': {
        presence: 'present',
        sensors: [],
        powerSupplies: [supply('PSU 1', 'ok', 'P1'), supply('PSU 2', 'failed'), supply('PSU 11', 'absent')],
        fans: [],
        redundancy: null,
        log: null,
        logProblem: null,
      },
      bmc: {
        presence: 'present',
        manufacturer: 'Supermicro',
        product: null,
        firmwareVersion: '1.74',
        ipmiVersion: '2.0',
        power: null,
        frus: [],
      },
    };
    expect(kinds(facts, 'power-supply').map(({ slot, identity, attributes }) => [slot, identity, attributes])).toEqual([
      ['PSU 1', 'P1', { state: 'ok', vendor: 'DELTA', firmwareVersion: '1.3' }],
      ['PSU 2', null, { state: 'failed', vendor: 'DELTA', firmwareVersion: '1.3' }],
    ]);
    expect(kinds(facts, 'bmc')).toMatchObject([{ slot: 'BMC', attributes: { firmwareVersion: '1.74' } }]);
    expect(kinds({ bmc: { ...facts.bmc, presence: 'none' } as NodeFacts['bmc'] }, 'bmc')).toEqual([]);
  });
});
