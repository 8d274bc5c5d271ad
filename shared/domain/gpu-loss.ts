import { z } from 'zod';
import type { PciFacts } from './facts/pci';
import type { BmcSensorsFacts } from './facts/power';
import type { GpuPresence } from './gpu-presence';
import { isSameDevice } from './gpu-recovery';

/** What was seen around the loss of GPUs. Null: can't be told. */
export const gpuLossSignsSchema = z.object({
  /** Two or more within a minute. */
  isTogether: z.boolean().nullable(),
  /** Entries of the controller's log within five minutes of the first loss, or since boot where its time is not known. */
  powerEvents: z.array(z.string()).nullable(),
  heatEvents: z.array(z.string()).nullable(),
  /** Ports between processor and GPU that counted PCIe errors since boot, and GPUs whose driver logged one. */
  linkErrors: z.array(z.string()).nullable(),
  firstAtMs: z.number().nullable(),
});
export type GpuLossSigns = z.infer<typeof gpuLossSignsSchema>;

const togetherMs = 60_000;
const windowMs = 5 * 60_000;

/** Looks for why GPUs were lost: power, heat, or the link. Pure. */
export function gpuLossSigns(
  { lost }: GpuPresence,
  bmc: BmcSensorsFacts | null,
  pci: PciFacts | null,
  bootedAtMs: number | null,
): GpuLossSigns {
  const times = lost.flatMap(({ firstAtMs }) => firstAtMs ?? []).sort((one, other) => one - other);
  const firstAtMs = times[0] ?? null;
  const isClose = times.some((time, at) => at > 0 && time - (times[at - 1] ?? 0) <= togetherMs);
  const events = eventsAround(bmc, firstAtMs, bootedAtMs);
  const matching = (pattern: RegExp): string[] | null =>
    events?.filter((event) => pattern.test(event)).slice(0, 5) ?? null;
  return {
    isTogether: lost.length < 2 ? false : isClose ? true : times.length === lost.length ? false : null,
    powerEvents: matching(
      /power supply|power unit|\bPSU|\bPS\d|ac lost|power (?:off|lost|fault|brake)|voltage|VR (?:hot|fault)/i,
    ),
    heatEvents: matching(/temp|thermal|overheat/i),
    linkErrors: linkErrors(lost, pci),
    firstAtMs,
  };
}

function eventsAround(
  bmc: BmcSensorsFacts | null,
  firstAtMs: number | null,
  bootedAtMs: number | null,
): string[] | null {
  const log = bmc?.log ?? null;
  if (log === null) return null;
  const offsetMs = (log.clockOffsetSeconds ?? 0) * 1000;
  const from = firstAtMs !== null ? firstAtMs - windowMs : bootedAtMs;
  const to = firstAtMs !== null ? firstAtMs + windowMs : Number.POSITIVE_INFINITY;
  if (from === null) return null;
  return log.entries
    .filter(({ atMs, isAsserted, severity }) => {
      if (atMs === null || isAsserted === false || severity === 'info') return false;
      return atMs - offsetMs >= from && atMs - offsetMs <= to;
    })
    .map(({ time, sensor, event }) => [time, sensor, event].filter((part) => part !== null).join(' '));
}

/** A lost device may have taken its own counters with it: those of the ports above stay. */
function linkErrors(lost: GpuPresence['lost'], pci: PciFacts | null): string[] | null {
  const functions = pci?.functions ?? [];
  const byAddress = new Map(functions.map((one) => [one.address, one]));
  let isCounted = false;
  const found = new Set<string>();
  for (const { pciBusId, isLinkLogged } of lost) {
    if (isLinkLogged) found.add(`${pciBusId}: Xid 167`);
    let one = functions.find(({ address }) => isSameDevice(address, pciBusId));
    for (let depth = 0; one !== undefined && depth < 16; depth += 1) {
      if (one.aer !== null) {
        isCounted = true;
        const [correctable, nonFatal, fatal] = [one.aer.correctable ?? 0, one.aer.nonFatal ?? 0, one.aer.fatal ?? 0];
        if (correctable + nonFatal + fatal > 0)
          found.add(`${one.address}: ${correctable} correctable, ${nonFatal} non-fatal, ${fatal} fatal`);
      }
      one = one.parentAddress === null ? undefined : byAddress.get(one.parentAddress);
    }
  }
  return isCounted || found.size > 0 ? [...found] : null;
}
