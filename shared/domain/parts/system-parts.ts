import type { PartReader } from './part';

/** Processors, one a socket: nothing tells them apart, and neither do they carry a number that can be read. */
export const cpuParts: PartReader = {
  kind: 'cpu',
  needs: ['cpu'],
  attributes: {
    vendor: 'none',
    coreCount: 'count',
    threadsPerCore: 'count',
    maxClockMHz: 'megahertz',
    microcode: 'none',
    governor: 'none',
  },
  counters: {},
  read({ cpu }) {
    if (!cpu) return [];
    const governors = [...new Set(cpu.scaling.map(({ governor }) => governor))];
    return Array.from({ length: Math.min(cpu.sockets ?? 1, 64) }, (_, socket) => ({
      kind: 'cpu',
      slot: `CPU ${socket}`,
      identity: null,
      model: cpu.model,
      attributes: {
        vendor: cpu.vendor,
        coreCount: cpu.coresPerSocket,
        threadsPerCore: cpu.threadsPerCore,
        maxClockMHz: cpu.maxMHz,
        microcode: cpu.microcode,
        governor: governors.join(', ') || null,
      },
      counters: {},
      source: { probeId: 'cpu', factPath: '' },
    }));
  },
};

/** Memory modules by the name of their slot; empty slots are no parts. */
export const dimmParts: PartReader = {
  kind: 'dimm',
  needs: ['memory-modules'],
  attributes: {
    capacityBytes: 'bytes',
    memoryKind: 'none',
    vendor: 'none',
    speedMTs: 'count',
    configuredSpeedMTs: 'count',
  },
  counters: { correctableErrors: 'count', uncorrectableErrors: 'count' },
  read({ 'memory-modules': memory, edac }) {
    const counted = edac?.controllers.flatMap(({ modules }) => modules) ?? [];
    return (memory?.modules ?? []).flatMap((module, index) => {
      if (module.isEmpty) return [];
      // Drivers that know the board label a module with the name of its slot; others have a numbering of their own.
      const own = counted.find(({ label }) => label !== null && isNameIn(module.locator, label));
      return [
        {
          kind: 'dimm',
          slot: module.locator,
          identity: module.serial,
          model: module.partNumber,
          attributes: {
            capacityBytes: module.sizeBytes,
            memoryKind: module.type,
            vendor: module.manufacturer,
            speedMTs: module.speedMTs,
            configuredSpeedMTs: module.configuredSpeedMTs,
          },
          counters: {
            correctableErrors: own?.correctedErrors ?? null,
            uncorrectableErrors: own?.uncorrectedErrors ?? null,
          },
          source: { probeId: 'memory-modules', factPath: `modules.${index}` },
        },
      ];
    });
  },
};

function isNameIn(name: string, label: string): boolean {
  const wanted = name.replace(/\s+/g, '_');
  const at = label.replace(/\s+/g, '_').indexOf(wanted);
  return at >= 0 && !/^[\w]/.test(label.slice(at + wanted.length));
}
