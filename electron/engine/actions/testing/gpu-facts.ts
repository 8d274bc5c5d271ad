import type { Gpu, GpuFacts } from '#shared/domain/facts/gpu';

const memory = { totalBytes: null, reservedBytes: null, usedBytes: null, freeBytes: null };
const counts = { corrected: null, uncorrected: null };

/** A GPU of which only what a test sets is known. */
export function gpu(known: Partial<Gpu> & { index: number; uuid: string }): Gpu {
  return {
    minorNumber: known.index,
    pciBusId: `00000000:0${known.index}:00.0`,
    state: 'present',
    name: null,
    brand: null,
    architecture: null,
    serial: null,
    boardPartNumber: null,
    vbiosVersion: null,
    computeMode: null,
    addressingMode: null,
    isPersistenceModeOn: null,
    isDisplayActive: null,
    performanceState: null,
    mig: { current: null, pending: null },
    memory,
    bar1: memory,
    utilization: { gpuPercent: null, memoryPercent: null },
    temperature: {
      gpuC: null,
      memoryC: null,
      marginC: null,
      slowdownC: null,
      shutdownC: null,
      maxOperatingC: null,
      targetC: null,
    },
    power: { drawW: null, limitW: null, defaultLimitW: null, minLimitW: null, maxLimitW: null },
    clocks: { smMHz: null, memoryMHz: null, maxSmMHz: null, maxMemoryMHz: null },
    clockEventReasons: null,
    pcie: {
      generation: null,
      maxGeneration: null,
      hostMaxGeneration: null,
      width: null,
      maxWidth: null,
      replayCount: null,
    },
    ecc: { current: null, pending: null, volatile: counts, aggregate: counts },
    remappedRows: { correctable: null, uncorrectable: null, isPending: null, hasFailed: null },
    retiredPages: { singleBit: null, doubleBit: null, isPending: null },
    fabric: { state: null, status: null },
    recoveryAction: null,
    processes: [],
    migDevices: [],
    absences: {},
    ...known,
  };
}

export function gpuFacts(gpus: Gpu[]): GpuFacts {
  return { driverVersion: '550.54.15', cudaVersion: '12.4', gpus };
}

export const mib = 2 ** 20;
