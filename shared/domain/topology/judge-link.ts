import type { PciFunction } from '../facts/pci';

/** `degraded`: lower than both its ends can do. `idle`: lower, as a device at rest may be. `unknown`: can't be judged. */
export type LinkState = 'ok' | 'degraded' | 'idle' | 'unknown';

/**
 * Why a link is judged as it is. `slot-width` and `slot-generation` are no fault: the card could do more than what it is plugged
 * into. `no-capability`: what it could do is not told. `upper-unknown`: nor what the port above could.
 */
export type LinkReason =
  | 'lost'
  | 'width-low'
  | 'generation-low'
  | 'idle-generation'
  | 'unjudged-generation'
  | 'slot-width'
  | 'slot-generation'
  | 'errors'
  | 'no-link'
  | 'no-capability'
  | 'upper-unknown'
  | 'nvlinks-inactive'
  | 'nvlink-errors';

export interface Lanes {
  /** 1 (2.5 GT/s) to 6 (64 GT/s). */
  readonly generation: number | null;
  readonly width: number | null;
}

/** A PCIe link with both of its ends. Null anywhere: not known. */
export interface JudgedLink {
  readonly state: LinkState;
  readonly reasons: readonly LinkReason[];
  readonly trained: Lanes;
  /** The lower of both ends, which is what the link could do. */
  readonly capable: Lanes;
  readonly lower: Lanes;
  readonly upper: Lanes;
  /** Corrected and uncorrected errors of the lower end since boot; null: not counted. */
  readonly errors: { readonly correctable: number; readonly uncorrectable: number } | null;
}

/** What of a function its link is judged by. */
export type LinkEnd = Pick<
  PciFunction,
  'address' | 'vendorId' | 'classCode' | 'state' | 'link' | 'aer' | 'runtimeStatus' | 'powerState'
>;

/** What the driver of a GPU says of it. */
export interface DriverView {
  readonly isLost: boolean;
  readonly utilizationPercent: number | null;
  /** P0 to P15; null: this driver has none. */
  readonly performanceState: string | null;
  readonly generation: number | null;
  /** The lowest of what the card and its slot can do, as the driver found them; null where it tells only of the card. */
  readonly maxGeneration: number | null;
  readonly maxWidth: number | null;
  readonly width: number | null;
}

export interface LinkEnds {
  readonly device: LinkEnd;
  /** The port above; null: not known. */
  readonly port: Pick<PciFunction, 'link'> | null;
  /** What the driver says of it, where the device is a GPU that it knows. */
  readonly driver?: DriverView | undefined;
}

/**
 * Judges what a link trained to. The width never changes while a device is in use, so fewer lanes than both ends have is always a
 * fault; the generation is lowered by GPUs at rest and by devices that sleep, so it is judged only where a device is at work.
 */
export function judgeLink({ device, port, driver }: LinkEnds): JudgedLink {
  const lower = { generation: device.link?.maxGeneration ?? null, width: device.link?.maxWidth ?? null };
  const upper = { generation: port?.link?.maxGeneration ?? null, width: port?.link?.maxWidth ?? null };
  const trained = {
    // The driver asks the card itself, which wakes it: what it saw counts as well.
    generation: highest(device.link?.generation ?? port?.link?.generation ?? null, driver?.generation ?? null),
    width: device.link?.width ?? port?.link?.width ?? null,
  };
  // NVIDIA's maximum is of the card in this machine.
  const capable = {
    generation: lowest(lower.generation, upper.generation, driver?.maxGeneration),
    width: lowest(lower.width, upper.width, driver?.maxWidth),
  };
  const errors = device.aer
    ? {
        correctable: device.aer.correctable ?? 0,
        uncorrectable: (device.aer.nonFatal ?? 0) + (device.aer.fatal ?? 0),
      }
    : null;
  const base = { trained, capable, lower, upper, errors };
  if (device.state === 'lost' || driver?.isLost) return { ...base, state: 'degraded', reasons: ['lost'] };
  if (device.link === null && driver?.width == null) return { ...base, state: 'unknown', reasons: ['no-link'] };
  if (capable.width === null || trained.width === null) {
    return { ...base, state: 'unknown', reasons: [trained.width === null ? 'no-link' : 'no-capability'] };
  }

  const reasons: LinkReason[] = [];
  // Without the other end, fewer lanes than the card has may be all that the slot has.
  const isUpperKnown = upper.width !== null || driver?.maxWidth != null;
  const isNarrow = trained.width < capable.width;
  const isSlow = (trained.generation ?? 0) < (capable.generation ?? 0) && trained.generation !== null;
  const rest = restOf(device, driver);
  if (isNarrow) reasons.push('width-low');
  if (isSlow) {
    reasons.push(rest === 'awake' ? 'generation-low' : rest === 'idle' ? 'idle-generation' : 'unjudged-generation');
  }
  if (!isUpperKnown && (isNarrow || (isSlow && rest === 'awake'))) {
    return { ...base, state: 'unknown', reasons: [...reasons, 'upper-unknown'] };
  }
  if (lower.width !== null && capable.width < lower.width) reasons.push('slot-width');
  if (lower.generation !== null && (capable.generation ?? lower.generation) < lower.generation) {
    reasons.push('slot-generation');
  }
  if (errors && errors.correctable + errors.uncorrectable > 0) reasons.push('errors');
  const state = isNarrow || (isSlow && rest === 'awake') ? 'degraded' : isSlow ? 'idle' : 'ok';
  return { ...base, state, reasons };
}

/** Whether the device is at work, so that its link must run at full speed. */
function restOf(device: LinkEnd, driver: DriverView | undefined): 'awake' | 'idle' | 'unknown' {
  if (device.runtimeStatus === 'suspended' || device.powerState?.startsWith('D3')) return 'idle';
  if (!isGpuFunction(device)) return 'awake';
  if (!driver) return 'unknown';
  if ((driver.utilizationPercent ?? 0) > 0) return 'awake';
  return driver.utilizationPercent === 0 || /^P([5-9]|1\d)$/.test(driver.performanceState ?? '') ? 'idle' : 'unknown';
}

const gpuVendors = ['10de', '1002', '8086'];

/** A graphics or compute device of a maker of GPUs; the screen of a management controller is none. */
export function isGpuFunction({
  classCode,
  vendorId,
  address,
}: Pick<LinkEnd, 'classCode' | 'vendorId' | 'address'>): boolean {
  const kind = classCode?.slice(0, 4);
  if (!gpuVendors.includes(vendorId ?? '')) return false;
  // Intel's own graphics sit at the second place of the first bus.
  if (vendorId === '8086' && address === '0000:00:02.0') return false;
  return kind === '0300' || kind === '0302' || kind === '0380' || kind === '1200';
}

function lowest(...values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value): value is number => typeof value === 'number');
  return known.length > 0 ? Math.min(...known) : null;
}

function highest(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.max(one, other);
}
