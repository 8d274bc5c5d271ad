import type { Gpu, GpuKernelLogFacts } from '../facts/gpu';
import { isSameDevice } from '../gpu-recovery';

export const rmaCriterionIds = [
  'row-remap-failure',
  'sram-threshold',
  'memory-unrepairable',
  'retired-pages',
  'xid-64',
  'field-diagnostic',
] as const;
export type RmaCriterionId = (typeof rmaCriterionIds)[number];

/** Where each criterion is from, and the Xids that it goes with. */
export const rmaRules: Readonly<Record<RmaCriterionId, { readonly source: string; readonly xids: readonly number[] }>> =
  {
    'row-remap-failure': { source: 'NVIDIA GPU Memory Error Management, RMA Policy', xids: [48, 63, 64, 160] },
    'sram-threshold': { source: 'NVIDIA GPU Memory Error Management, RMA Policy', xids: [48, 94, 95, 172] },
    'memory-unrepairable': { source: 'nvidia-smi, Unrepairable Memory', xids: [160] },
    'retired-pages': { source: 'NVIDIA DCGM health check, limits of retired pages (63, 15)', xids: [48, 63, 64] },
    'xid-64': { source: 'NVIDIA Xid catalogue, 64', xids: [64] },
    'field-diagnostic': { source: 'NVIDIA GPU Memory Error Management, RMA Policy', xids: [] },
  };

/**
 * One criterion for the return of a GPU. `unknown`: what it is told by could not be read. `not-applicable`: GPUs of this kind
 * have no such mechanism. `value` is what was read, as text.
 */
export interface RmaCriterion {
  readonly id: RmaCriterionId;
  readonly state: 'met' | 'not-met' | 'unknown' | 'not-applicable';
  readonly value: string | null;
}

/**
 * DCGM's health check (`DCGM_LIMIT_MAX_RETIRED_PAGES`, and `…_SOFT_LIMIT`): 63 pages and more fail; more than 15 for double-bit
 * errors fail where more than one a week is added. How fast they are added is in no single reading, so that these alone leave it open.
 */
const retiredPagesLimit = 63;
const doubleBitPagesSoftLimit = 15;

/**
 * What the rules for a return say of a GPU. Pure. A met criterion makes it a candidate: NVIDIA's field diagnostic has the last
 * word, and Gantry can't run it.
 */
export function rmaCriteria(gpu: Gpu, kernelLog: GpuKernelLogFacts | null): RmaCriterion[] {
  const { ecc, remappedRows, retiredPages } = gpu;
  const canRemap = remappedRows.hasFailed !== null || remappedRows.isPending !== null;
  const canRetire = retiredPages.doubleBit !== null || retiredPages.singleBit !== null;
  return [
    flag('row-remap-failure', remappedRows.hasFailed, !canRemap && canRetire),
    flag('sram-threshold', ecc.isSramThresholdExceeded, false),
    flag('memory-unrepairable', ecc.isMemoryUnrepairable, false),
    pages(gpu, canRemap && !canRetire),
    xid64(gpu, kernelLog),
    { id: 'field-diagnostic', state: 'unknown', value: null },
  ];
}

export function isRmaCandidate(criteria: readonly RmaCriterion[]): boolean {
  return criteria.some(({ state }) => state === 'met');
}

function flag(id: RmaCriterionId, value: boolean | null | undefined, isForeign: boolean): RmaCriterion {
  if (isForeign) return { id, state: 'not-applicable', value: null };
  if (value === null || value === undefined) return { id, state: 'unknown', value: null };
  return { id, state: value ? 'met' : 'not-met', value: value ? 'Yes' : 'No' };
}

function pages({ retiredPages: { singleBit, doubleBit } }: Gpu, isForeign: boolean): RmaCriterion {
  const id = 'retired-pages';
  if (isForeign) return { id, state: 'not-applicable', value: null };
  if (singleBit === null && doubleBit === null) return { id, state: 'unknown', value: null };
  const all = (singleBit ?? 0) + (doubleBit ?? 0);
  const value = `${singleBit ?? '?'} + ${doubleBit ?? '?'}`;
  if (all >= retiredPagesLimit) return { id, state: 'met', value };
  const isOpen = singleBit === null || doubleBit === null || doubleBit > doubleBitPagesSoftLimit;
  return { id, state: isOpen ? 'unknown' : 'not-met', value };
}

/**
 * The code alone is no reason: after a reset of the GPU the flag of a failed remap must still be set. The log tells since when
 * it begins, so that none in it is no proof that there was none.
 */
function xid64({ pciBusId, remappedRows }: Gpu, kernelLog: GpuKernelLogFacts | null): RmaCriterion {
  const id = 'xid-64';
  const count = xidsOf(pciBusId, kernelLog)?.filter(({ xid }) => xid === 64).length ?? null;
  if (count === null) return { id, state: 'unknown', value: null };
  const value = String(count);
  if (count === 0) return { id, state: 'not-met', value };
  if (remappedRows.hasFailed) return { id, state: 'met', value };
  const isReset = remappedRows.hasFailed === false && remappedRows.isPending === false;
  return { id, state: isReset ? 'not-met' : 'unknown', value };
}

/** Xids that the kernel log has of a GPU, in its order; null where the log could not be read. */
export function xidsOf(
  pciBusId: string,
  kernelLog: GpuKernelLogFacts | null,
): ReadonlyArray<{ readonly xid: number; readonly atMs: number | null; readonly text: string }> | null {
  if (kernelLog === null) return null;
  return kernelLog.lines.flatMap(({ kind, xid, atMs, text, pciBusId: at }) =>
    kind === 'xid' && xid !== null && at !== null && isSameDevice(at, pciBusId) ? [{ xid, atMs, text }] : [],
  );
}
