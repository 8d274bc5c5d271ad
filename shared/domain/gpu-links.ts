import { z } from 'zod';
import type { Gpu, GpuFacts, GpuKernelLogFacts } from './facts/gpu';
import type { PciFacts, PciFunction } from './facts/pci';
import type { Reading } from './facts/readings';
import { isUnderLoad } from './gpu-heat';
import { isSameDevice } from './gpu-recovery';
import { counterGrowth, type GpuSeries, gpuSeries } from './gpu-series';
import { judgeLink } from './topology/judge-link';
import { likePci, nvidiaView } from './topology/pci-devices';

const number = z.number().nullable();
const flag = z.boolean().nullable();

/** The PCIe link of one GPU, with both its ends and its errors. A verdict is null where it can't be told. */
export const gpuLinkSchema = z.object({
  index: z.number(),
  uuid: z.string().nullable(),
  pciBusId: z.string(),
  name: z.string().nullable(),
  portAddress: z.string().nullable(),
  width: number,
  generation: number,
  capableWidth: number,
  capableGeneration: number,
  cardWidth: number,
  cardGeneration: number,
  isUnderLoad: z.boolean(),
  isNarrow: flag,
  isSlow: flag,
  isLimitedBySlot: z.boolean(),
  replayCount: number,
  /** Between the readings; `perMinute` is at most as many, in less than a minute. */
  replays: number,
  replaysPerMinute: number,
  /** More of them a minute are too many. */
  replaysPerMinuteLimit: z.number(),
  /** Errors since boot of the GPU and the ports above it; `new`: between the two readings. */
  correctable: number,
  nonFatal: number,
  fatal: number,
  newCorrectable: number,
  newUncorrectable: number,
  elapsedSeconds: number,
  /** 32 and 79, which the kernel logged for it since the node booted. */
  xids: z.array(z.number()),
  isErroring: flag,
  isErroringBadly: z.boolean(),
});
export type GpuLink = z.infer<typeof gpuLinkSchema>;

export interface LinkSources {
  readonly gpu: readonly Reading<GpuFacts>[];
  readonly pci: readonly Reading<PciFacts>[];
  readonly kernelLog: GpuKernelLogFacts | null;
  readonly bootedAtMs: number | null;
}

/** Of a minute; in less than one, fewer say nothing yet unless there are none at all. */
const replaysPerMinuteLimit = 8;
/** Two batches don't ask at the same place to the second. */
const leastMinutes = 0.95;
const linkXids = [32, 79];

/** Judges the PCIe links of the GPUs that the driver has. Pure. */
export function gpuLinks(sources: LinkSources): GpuLink[] {
  return gpuSeries(sources.gpu).map((series) => linkOf(series, sources));
}

function linkOf({ last, samples, elapsedSeconds }: GpuSeries, sources: LinkSources): GpuLink {
  const path = pathOf(sources.pci[sources.pci.length - 1]?.facts, last.pciBusId);
  const [device, port = null] = path;
  const judged = judgeLink({
    device: device ?? likePci(last.pciBusId, last.pcie),
    port,
    driver: nvidiaView(last),
  });
  const underLoad = isUnderLoad(last);
  const { reasons, trained, capable, lower } = judged;
  const errors = errorsOf(sources.pci, last.pciBusId);
  const replays = counterGrowth(samples.map(({ gpu }) => gpu.pcie.replayCount));
  const minutes = elapsedSeconds === null ? null : elapsedSeconds / 60;
  const replaysPerMinute = replays === null || minutes === null ? null : replays / Math.max(minutes, 1);
  const xids = [
    ...new Set(
      (sources.kernelLog?.lines ?? [])
        .filter(({ atMs }) => atMs === null || sources.bootedAtMs === null || atMs >= sources.bootedAtMs)
        .filter(({ pciBusId }) => pciBusId !== null && isSameDevice(pciBusId, last.pciBusId))
        .flatMap(({ kind, xid }) => (kind === 'xid' && xid !== null && linkXids.includes(xid) ? [xid] : [])),
    ),
  ];
  const isBad =
    (errors.fatal ?? 0) > 0 ||
    (errors.newUncorrectable ?? 0) > 0 ||
    (replaysPerMinute !== null && replaysPerMinute > replaysPerMinuteLimit);
  const isTooShort = replays !== null && replays > 0 && minutes !== null && minutes < leastMinutes;
  const canTell =
    (replaysPerMinute !== null && !isTooShort) ||
    (replays === null && isUncounted(last) && errors.newUncorrectable !== null);
  return {
    index: last.index,
    uuid: last.uuid,
    pciBusId: last.pciBusId,
    name: last.name,
    portAddress: port?.address ?? null,
    width: trained.width,
    generation: trained.generation,
    capableWidth: capable.width,
    capableGeneration: capable.generation,
    cardWidth: lower.width,
    cardGeneration: last.pcie.deviceMaxGeneration ?? lower.generation,
    isUnderLoad: underLoad,
    isNarrow: narrow(judged, port !== null),
    isSlow: slow(judged, underLoad, port !== null || last.pcie.hostMaxGeneration !== null),
    isLimitedBySlot: reasons.includes('slot-width') || reasons.includes('slot-generation') || isSlotOlder(last),
    replayCount: last.pcie.replayCount,
    replays,
    replaysPerMinute,
    replaysPerMinuteLimit,
    ...errors,
    elapsedSeconds,
    xids,
    isErroring: isBad ? true : canTell ? false : null,
    isErroringBadly: (errors.fatal ?? 0) > 0 || (isBad && xids.length > 0),
  };
}

/** A driver tells the lanes of its card alone: without the port above, half of them may be all that the slot has. */
function narrow(
  { state, reasons, trained, capable }: ReturnType<typeof judgeLink>,
  isPortKnown: boolean,
): boolean | null {
  if (reasons.includes('lost') || (trained.width !== null && trained.width > 32)) return null;
  if (trained.width === null || capable.width === null) return null;
  if (!reasons.includes('width-low')) return false;
  return state === 'unknown' || !isPortKnown ? null : true;
}

/** Any GPU lowers its generation at rest: only one that works can be too slow. */
function slow(
  { state, reasons, trained, capable }: ReturnType<typeof judgeLink>,
  underLoad: boolean,
  isSlotKnown: boolean,
): boolean | null {
  if (reasons.includes('lost') || trained.generation === null || capable.generation === null) return null;
  if (trained.generation >= capable.generation) return false;
  if (!underLoad || !isSlotKnown || state === 'unknown') return null;
  return true;
}

/** The driver tells what the card and what its slot can do. */
function isSlotOlder({ pcie }: Gpu): boolean {
  const { deviceMaxGeneration: card, hostMaxGeneration: slot } = pcie;
  return card !== null && slot !== null && slot < card;
}

/** Guests and integrated GPUs count no replays. */
function isUncounted({ pcie, absences }: Gpu): boolean {
  const why = absences?.['pcie.replayCount'];
  return pcie.replayCount === null && (why === 'not-available' || why === 'not-supported' || why === 'not-reported');
}

/** The GPU's function and the ports above it, nearest first. */
function pathOf(pci: PciFacts | undefined, pciBusId: string): PciFunction[] {
  const path: PciFunction[] = [];
  let one = pci?.functions.find(({ address }) => isSameDevice(address, pciBusId));
  while (one !== undefined && path.length < 16) {
    path.push(one);
    const above = one.parentAddress;
    one = above === null ? undefined : pci?.functions.find(({ address }) => address === above);
  }
  return path;
}

function errorsOf(
  readings: readonly Reading<PciFacts>[],
  pciBusId: string,
): Pick<GpuLink, 'correctable' | 'nonFatal' | 'fatal' | 'newCorrectable' | 'newUncorrectable'> {
  const path = pathOf(readings[readings.length - 1]?.facts, pciBusId);
  const countersOf = ({ address }: PciFunction): Counters[] =>
    readings.map(({ facts }) => facts.functions.find((one) => one.address === address)?.aer ?? null);
  const growth = (value: (counters: Counters) => number | null): number | null => {
    // A function that one of the readings lacks has no difference; its errors since boot are not new.
    const grown = path.flatMap((one) => {
      const values = countersOf(one).map(value);
      return values.includes(null) ? [] : [counterGrowth(values)];
    });
    return grown.includes(null) ? null : total(grown.flatMap((by) => by ?? []));
  };
  const sinceBoot = (key: 'correctable' | 'nonFatal' | 'fatal') => total(path.flatMap(({ aer }) => aer?.[key] ?? []));
  return {
    correctable: sinceBoot('correctable'),
    nonFatal: sinceBoot('nonFatal'),
    fatal: sinceBoot('fatal'),
    newCorrectable: growth((counters) => counters?.correctable ?? null),
    newUncorrectable: growth((counters) =>
      counters === null || counters.nonFatal === null || counters.fatal === null
        ? null
        : counters.nonFatal + counters.fatal,
    ),
  };
}

type Counters = PciFunction['aer'];

function total(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((sum, one) => sum + one, 0) : null;
}
