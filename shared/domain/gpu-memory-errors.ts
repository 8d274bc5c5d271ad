import { z } from 'zod';
import type { Gpu, GpuFacts, GpuKernelLogFacts } from './facts/gpu';
import { isSameDevice } from './gpu-recovery';

const number = z.number().nullable();

/** What the errors of a GPU's memory come to, the first that holds. `clean` and `no-ecc` are no trouble. */
export const gpuMemoryVerdicts = [
  'remap-failed',
  'sram-threshold',
  'reset-now',
  'pending',
  'uncorrected',
  'spares',
  'repaired',
  'trend',
  'ecc-off',
  'no-ecc',
  'clean',
  'unknown',
] as const;

export const gpuMemoryErrorsSchema = z.object({
  index: z.number(),
  uuid: z.string().nullable(),
  pciBusId: z.string(),
  name: z.string().nullable(),
  serial: z.string().nullable(),
  verdict: z.enum(gpuMemoryVerdicts),
  eccMode: z.string().nullable(),
  eccPending: z.string().nullable(),
  /** Since the driver loaded, and over the life of the card. */
  volatileUncorrected: number,
  volatileCorrected: number,
  aggregateUncorrected: number,
  aggregateCorrected: number,
  remappedCorrectable: number,
  remappedUncorrectable: number,
  banksWithoutSpares: number,
  banksLow: number,
  retiredPages: number,
  retiredDoubleBitPages: number,
  /** Codes about memory that the kernel logged for it since the node booted; null: the log can't be read. */
  xids: z.array(z.number()).nullable(),
  isContained: z.boolean(),
  recoveryAction: z.string().nullable(),
  /** At least so many corrected errors an hour: the driver can't have been loaded for longer than the node is up. */
  correctedPerHour: number,
  /** What the counters are held against. */
  limits: z.object({ retiredPages: z.number(), retiredDoubleBitPages: z.number(), correctedPerHour: z.number() }),
  /** What can't be told, of that which would have come first. */
  unread: z.array(z.string()),
  /** The first of those lines, by the node's clock. */
  firstAtMs: number,
});
export type GpuMemoryErrors = z.infer<typeof gpuMemoryErrorsSchema>;

export interface MemoryErrorSources {
  readonly gpu: GpuFacts;
  readonly kernelLog: GpuKernelLogFacts | null;
  readonly bootedAtMs: number | null;
  readonly uptimeSeconds: number | null;
}

/** 48, 63, 64 and 171/172: errors and remaps; 92: many corrected; 94, 95: contained or not; 140: unrecovered. */
const memoryXids = [48, 63, 64, 92, 94, 95, 140, 171, 172];
/** DCGM's limits of retired pages, before Ampere; the lower one fails a card only where more than one a week is added. */
const limits = { retiredPages: 63, retiredDoubleBitPages: 15, correctedPerHour: 10 } as const;
const trendSeconds = 24 * 3600;

/** Judges the memory errors of every GPU that the driver has. Pure. */
export function gpuMemoryErrors({ gpu, kernelLog, bootedAtMs, uptimeSeconds }: MemoryErrorSources): GpuMemoryErrors[] {
  return gpu.gpus
    .filter(({ state }) => state !== 'lost')
    .map((one) => {
      const lines = (kernelLog?.lines ?? []).filter(
        ({ kind, xid, pciBusId, atMs }) =>
          kind === 'xid' &&
          xid !== null &&
          memoryXids.includes(xid) &&
          pciBusId !== null &&
          isSameDevice(pciBusId, one.pciBusId) &&
          (atMs === null || bootedAtMs === null || atMs >= bootedAtMs),
      );
      const xids = kernelLog === null ? null : [...new Set(lines.flatMap(({ xid }) => xid ?? []))];
      const times = lines.flatMap(({ atMs }) => atMs ?? []);
      const { ecc, remappedRows, retiredPages } = one;
      const corrected = ecc.volatile.corrected;
      const correctedPerHour =
        corrected === null || uptimeSeconds === null || uptimeSeconds < trendSeconds
          ? null
          : (corrected / uptimeSeconds) * 3600;
      const seen = { xids, correctedPerHour };
      const unread = unreadOf(one, seen);
      const told = troubleOf(one, seen);
      return {
        index: one.index,
        uuid: one.uuid,
        pciBusId: one.pciBusId,
        name: one.name,
        serial: one.serial,
        verdict: told ?? (unread.length > 0 ? 'unknown' : hasEcc(one) ? 'clean' : 'no-ecc'),
        eccMode: ecc.current,
        eccPending: ecc.pending,
        volatileUncorrected: ecc.volatile.uncorrected,
        volatileCorrected: corrected,
        aggregateUncorrected: ecc.aggregate.uncorrected,
        aggregateCorrected: ecc.aggregate.corrected,
        remappedCorrectable: remappedRows.correctable,
        remappedUncorrectable: remappedRows.uncorrectable,
        banksWithoutSpares: remappedRows.banks.none,
        banksLow: remappedRows.banks.low,
        retiredPages:
          retiredPages.singleBit === null && retiredPages.doubleBit === null
            ? null
            : (retiredPages.singleBit ?? 0) + (retiredPages.doubleBit ?? 0),
        retiredDoubleBitPages: retiredPages.doubleBit,
        xids,
        isContained: xids?.includes(94) ?? false,
        recoveryAction: one.recoveryAction,
        correctedPerHour,
        limits: { ...limits },
        unread,
        firstAtMs: times.length > 0 ? Math.min(...times) : null,
      };
    });
}

type Seen = Pick<GpuMemoryErrors, 'xids' | 'correctedPerHour'>;

/** First match wins. */
function troubleOf(gpu: Gpu, { xids, correctedPerHour }: Seen): GpuMemoryErrors['verdict'] | null {
  const { ecc, remappedRows, retiredPages } = gpu;
  const pages = (retiredPages.singleBit ?? 0) + (retiredPages.doubleBit ?? 0);
  if (remappedRows.hasFailed || ecc.isMemoryUnrepairable || pages >= limits.retiredPages) return 'remap-failed';
  if (ecc.isSramThresholdExceeded) return 'sram-threshold';
  const asksForRecovery = gpu.recoveryAction !== null && gpu.recoveryAction.toLowerCase() !== 'none';
  if (gpu.state === 'requires-reset' || asksForRecovery || xids?.includes(95) || xids?.includes(140))
    return 'reset-now';
  if (remappedRows.isPending || retiredPages.isPending || ecc.isChannelRepairPending || ecc.isTpcRepairPending)
    return 'pending';
  if ((ecc.volatile.uncorrected ?? 0) > 0) return 'uncorrected';
  if ((remappedRows.banks.none ?? 0) >= 1) return 'spares';
  if ((remappedRows.uncorrectable ?? 0) >= 1 || (retiredPages.doubleBit ?? 0) > limits.retiredDoubleBitPages)
    return 'repaired';
  if (xids?.includes(92) || (correctedPerHour ?? 0) > limits.correctedPerHour) return 'trend';
  if (/^disabled$/i.test(ecc.current ?? '') && isDataCentreCard(gpu)) return 'ecc-off';
  return null;
}

/** GeForce, RTX and embedded GPUs have no ECC, or are sold with it off. */
function isDataCentreCard({ name }: Gpu): boolean {
  if (name === null || /GeForce|RTX|Quadro|TITAN|Orin|Thor|Jetson|GB10\b/i.test(name)) return false;
  return /\b(?:Tesla|[ABHL]\d{1,3}S?X?|GB?H?[BH]?\d{3}|[PV]100|T4|P4|P40)\b/.test(name);
}

function hasEcc({ ecc }: Gpu): boolean {
  return ecc.current !== null && !/^disabled$/i.test(ecc.current);
}

/** A card without ECC counts nothing, and that is known; with it, a counter that can't be read hides what it counts. */
function unreadOf(gpu: Gpu, { xids }: Seen): string[] {
  const { ecc, remappedRows, retiredPages, absences } = gpu;
  if (!hasEcc(gpu)) {
    const isTold = ecc.current !== null || ['not-available', 'not-supported'].includes(absences?.['ecc.current'] ?? '');
    return isTold ? [] : ['ecc.current'];
  }
  const canRemap = remappedRows.isPending !== null || remappedRows.hasFailed !== null;
  const canRetire = retiredPages.isPending !== null;
  return [
    ecc.volatile.uncorrected === null ? 'ecc.volatile.uncorrected' : null,
    canRemap || canRetire ? null : 'remappedRows',
    xids === null && gpu.recoveryAction === null ? 'gpu-kernel-log' : null,
  ].filter((part) => part !== null);
}
