import type { PartReader } from './part';

/** Tape drives and libraries, by SCSI address. */
export const tapeParts: PartReader = {
  kind: 'tape',
  needs: ['tape'],
  attributes: { role: 'none', vendor: 'none', firmwareVersion: 'none', slotCount: 'count' },
  counters: {},
  read({ tape }) {
    const drives = (tape?.drives ?? []).map((one, index) => ({
      kind: 'tape' as const,
      slot: one.scsiAddress || (one.device ?? `drive ${index}`),
      identity: one.serial,
      model: one.model,
      attributes: {
        role: 'drive',
        vendor: one.vendor,
        firmwareVersion: one.firmware,
        slotCount: null,
      },
      counters: {},
      source: { probeId: 'tape' as const, factPath: `drives.${index}` },
    }));
    const libraries = (tape?.libraries ?? []).map((one, index) => ({
      kind: 'tape' as const,
      slot: one.scsiAddress ?? one.device,
      identity: one.serial,
      model: one.model,
      attributes: {
        role: 'library',
        vendor: one.vendor,
        firmwareVersion: one.firmware,
        slotCount: one.inventory?.slotCount ?? null,
      },
      counters: {},
      source: { probeId: 'tape' as const, factPath: `libraries.${index}` },
    }));
    return [...libraries, ...drives];
  },
};
