import type { PartReader } from './part';

/** NVIDIA GPUs, by PCI address; the UUID goes with the card, the serial number with its board. */
export const gpuParts: PartReader = {
  kind: 'gpu',
  needs: ['gpu'],
  attributes: {
    uuid: 'none',
    boardPartNumber: 'none',
    vbiosVersion: 'none',
    memoryTotalBytes: 'bytes',
    powerLimitW: 'watts',
    eccMode: 'none',
    migMode: 'none',
    isPersistenceModeOn: 'none',
  },
  counters: {
    correctedAggregate: 'count',
    uncorrectedAggregate: 'count',
    remappedRows: 'count',
    retiredPages: 'count',
  },
  read({ gpu }) {
    return (gpu?.gpus ?? []).map((one, index) => ({
      kind: 'gpu',
      slot: one.pciBusId,
      identity: one.serial ?? one.uuid,
      model: one.name,
      attributes: {
        uuid: one.uuid,
        boardPartNumber: one.boardPartNumber,
        vbiosVersion: one.vbiosVersion,
        memoryTotalBytes: one.memory.totalBytes,
        powerLimitW: one.power.limitW,
        eccMode: one.ecc.current,
        migMode: one.mig.current,
        isPersistenceModeOn: one.isPersistenceModeOn,
      },
      counters: {
        correctedAggregate: one.ecc.aggregate.corrected,
        uncorrectedAggregate: one.ecc.aggregate.uncorrected,
        remappedRows: sum(one.remappedRows.correctable, one.remappedRows.uncorrectable),
        retiredPages: sum(one.retiredPages.singleBit, one.retiredPages.doubleBit),
      },
      source: { probeId: 'gpu', factPath: `gpus.${index}` },
    }));
  },
};

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}
