import { z } from 'zod';
import type { GpuFacts } from './facts/gpu';
import {
  type BmcFacts,
  type BmcSensorsFacts,
  powerSupplyStates,
  type RedfishFacts,
  type UpsFacts,
} from './facts/power';
import type { Reading } from './facts/readings';

const supplySchema = z.object({
  name: z.string(),
  state: z.enum(powerSupplyStates),
  detail: z.string().nullable(),
  capacityW: z.number().nullable(),
});

/** What feeds a node, as its BMC tells it, by IPMI or Redfish. */
export const powerFeedSchema = z.object({
  /** `none`: there is no BMC that could tell. `untold`: it could not be asked, or tells of no supply. */
  source: z.enum(['ipmi', 'redfish', 'none', 'untold']),
  supplies: z.array(supplySchema),
  redundancy: z.string().nullable(),
  isRedundancyLost: z.boolean().nullable(),
  /** What the whole node draws. */
  drawW: z.number().nullable(),
  /** What is left to draw with one supply less, kept a tenth below its rating. Null: ratings or number are not told. */
  budgetW: z.number().nullable(),
  /** When the BMC first logged the trouble that is there now, by the node's clock. */
  sinceMs: z.number().nullable(),
});
export type PowerFeed = z.infer<typeof powerFeedSchema>;

/** Room that one supply fewer must leave. Source: step M2 of the diagnosis trees. */
const usableShare = 0.9;

export function powerFeed(sources: {
  bmc: BmcFacts | null;
  sensors: BmcSensorsFacts | null;
  redfish: RedfishFacts | null;
}): PowerFeed {
  const { bmc, sensors, redfish } = sources;
  const byIpmi = sensors?.powerSupplies ?? [];
  const byRedfish = redfish?.powerSupplies ?? [];
  const told = byIpmi.length > 0 ? byIpmi : byRedfish;
  // IPMI's sensors seldom tell the rating, Redfish does, under other names: equal when there are as many.
  const ratings = [...byIpmi, ...byRedfish].flatMap(({ capacityW }) => (capacityW == null ? [] : [capacityW]));
  const supplies = told
    .filter(({ state }) => state !== 'absent')
    .map(({ name, state, detail, capacityW }) => ({
      name,
      state,
      detail: detail ?? null,
      capacityW: capacityW ?? null,
    }));
  const redundancy = sensors?.redundancy ?? null;
  const rating = ratings.length > 0 ? Math.min(...ratings) : null;
  const isThere = sensors?.presence === 'present' || redfish?.access === 'read';
  return {
    source:
      byIpmi.length > 0 || redundancy !== null
        ? 'ipmi'
        : byRedfish.length > 0
          ? 'redfish'
          : !isThere && sensors?.presence === 'none'
            ? 'none'
            : 'untold',
    supplies,
    redundancy,
    isRedundancyLost: redundancy === null ? null : /lost|degraded|non-?redundant|insufficient/i.test(redundancy),
    drawW: bmc?.power?.nowW ?? redfish?.power?.find(({ nowW }) => nowW != null)?.nowW ?? null,
    budgetW: rating === null || supplies.length < 2 ? null : (supplies.length - 1) * rating * usableShare,
    sinceMs: sinceOf(sensors),
  };
}

/** The oldest of the newest log's entries on power that were not taken back since. */
function sinceOf(sensors: BmcSensorsFacts | null): number | null {
  const log = sensors?.log;
  if (!log) return null;
  const open = new Map<string, number | null>();
  for (const { sensor, event, isAsserted, atMs } of [...log.entries].reverse()) {
    if (!/power supply|power unit|\bps\w?\d|psu/i.test(`${sensor ?? ''} ${event ?? ''}`)) continue;
    if (/presence|fully redundant/i.test(event ?? '')) continue;
    const key = `${sensor}\n${event}`;
    if (isAsserted === false) open.delete(key);
    else if (!open.has(key)) open.set(key, atMs ?? null);
  }
  const times = [...open.values()].flatMap((time) => time ?? []);
  return times.length === 0 ? null : Math.min(...times) - (log.clockOffsetSeconds ?? 0) * 1000;
}

export const upsPlightSchema = z.object({
  name: z.string(),
  statusText: z.string().nullable(),
  /** `ending`: on battery, and told to shut down or minutes left. `unread`: its driver tells nothing. */
  plight: z.enum(['none', 'ending', 'on-battery', 'self-test', 'needs-service', 'unread']),
  chargePercent: z.number().nullable(),
  runtimeSeconds: z.number().nullable(),
  loadPercent: z.number().nullable(),
  powerW: z.number().nullable(),
  alarm: z.string().nullable(),
  problem: z.string().nullable(),
});

/** A UPS that holds shorter than this has no time for more than a clean end. Source: fix X-M2 of the diagnosis trees. */
const shortRuntimeSeconds = 300;

/** What each UPS is in, by the tokens of NUT's `ups.status` (developer guide) as the probe decodes them. */
export function upsPlights(ups: UpsFacts): z.infer<typeof upsPlightSchema>[] {
  return ups.devices.map((device) => {
    const has = (...wanted: string[]) => (device.states ?? []).some((state) => wanted.includes(state));
    const runtimeSeconds = device.runtimeSeconds ?? null;
    const isTest = has('calibrating', 'test');
    const isShort = runtimeSeconds !== null && runtimeSeconds < shortRuntimeSeconds;
    const plight = has('forced-shutdown')
      ? 'ending'
      : has('on-battery')
        ? isTest
          ? 'self-test'
          : has('low-battery') || isShort
            ? 'ending'
            : 'on-battery'
        : has('replace-battery', 'overloaded', 'bypass', 'off', 'alarm')
          ? 'needs-service'
          : has('online', 'eco', 'trimming', 'boosting')
            ? 'none'
            : 'unread';
    return {
      name: device.name,
      statusText: device.statusText ?? null,
      plight,
      chargePercent: device.chargePercent ?? null,
      runtimeSeconds,
      loadPercent: device.loadPercent ?? null,
      powerW: device.powerW ?? null,
      alarm: device.alarm ?? null,
      problem: device.problemText ?? device.problem ?? null,
    };
  });
}

export const heldGpuSchema = z.object({
  index: z.number(),
  uuid: z.string().nullable(),
  isBraked: z.boolean().nullable(),
  /** How long the brake held its clocks between the readings; null: one reading, or the counter was reset. */
  brakedUs: z.number().nullable(),
  limitW: z.number().nullable(),
  requestedLimitW: z.number().nullable(),
  defaultLimitW: z.number().nullable(),
  minLimitW: z.number().nullable(),
  /** `requested`: somebody set it. `outside`: what holds is below what was set, so it comes from the chassis. */
  cap: z.enum(['none', 'requested', 'outside']).nullable(),
});

/** Which GPUs an external power brake or a limit below their default holds back. A difference under 1 W is rounding. */
export function heldGpus(gpu: GpuFacts, readings: readonly Reading<GpuFacts>[]): z.infer<typeof heldGpuSchema>[] {
  return gpu.gpus.map((one) => {
    const reasons = one.clockEventReasons ?? null;
    const counts = readings.map(
      ({ facts }) => facts.gpus.find(({ uuid }) => uuid === one.uuid)?.clockEventCounters?.hardwarePowerBrakeUs ?? null,
    );
    const [first, last] = [counts[0] ?? null, counts.at(-1) ?? null];
    const limitW = one.power?.limitW ?? null;
    const requestedLimitW = one.power?.requestedLimitW ?? null;
    const defaultLimitW = one.power?.defaultLimitW ?? null;
    return {
      index: one.index,
      uuid: one.uuid ?? null,
      isBraked: reasons === null ? null : reasons.includes('hw_power_brake_slowdown'),
      brakedUs: counts.length < 2 || first === null || last === null || last < first ? null : last - first,
      limitW,
      requestedLimitW,
      defaultLimitW,
      minLimitW: one.power?.minLimitW ?? null,
      cap:
        limitW === null || defaultLimitW === null
          ? null
          : limitW > defaultLimitW - 1
            ? 'none'
            : requestedLimitW !== null && limitW < requestedLimitW - 1
              ? 'outside'
              : 'requested',
    };
  });
}
