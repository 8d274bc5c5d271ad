import { z } from 'zod';
import type { BmcSensorsFacts, RedfishFacts } from './facts/power';
import type { GpuHeat } from './gpu-heat';

const peerSchema = z.object({ index: z.number(), peakC: z.number(), powerW: z.number() });

/** A hot GPU whose comparable neighbours are all at least 8 °C cooler: the trouble is at this card. */
export const coolingOutlierSchema = z.object({
  index: z.number(),
  uuid: z.string().nullable(),
  pciBusId: z.string(),
  peakC: z.number(),
  powerW: z.number(),
  peers: z.array(peerSchema),
});
export type CoolingOutlier = z.infer<typeof coolingOutlierSchema>;

const coolerByC = 8;
/** A GPU that throttles draws less than it did: one that draws as much, or more, and is cooler says the same and more. */
const leastPowerShare = 0.9;

export const isHeatTrouble = ({ isHot, isMemoryHot, isThermal }: GpuHeat): boolean =>
  isHot === true || isMemoryHot === true || isThermal === true;

/** Hot GPUs among cooler ones of the same model at the same power; null where no other one can be compared with. */
export function coolingOutliers(heat: readonly GpuHeat[]): CoolingOutlier[] | null {
  let isComparable = false;
  const found = heat.filter(isHeatTrouble).flatMap((one): CoolingOutlier[] => {
    const { peakC, powerW } = one;
    if (peakC === null || powerW === null) return [];
    const peers = heat.flatMap((other) =>
      other !== one &&
      other.name === one.name &&
      other.peakC !== null &&
      other.powerW !== null &&
      other.powerW >= powerW * leastPowerShare
        ? [{ index: other.index, peakC: other.peakC, powerW: other.powerW }]
        : [],
    );
    if (peers.length === 0) return [];
    isComparable = true;
    if (peers.some((peer) => peakC - peer.peakC < coolerByC)) return [];
    return [{ index: one.index, uuid: one.uuid, pciBusId: one.pciBusId, peakC, powerW, peers }];
  });
  return isComparable ? found : null;
}

/** What the chassis says of its own cooling. `fanFaults`: in the controller's words. */
export const chassisCoolingSchema = z.object({
  inletC: z.number().nullable(),
  inletSensor: z.string().nullable(),
  fanCount: z.number(),
  fanFaults: z.array(z.string()),
});
export type ChassisCooling = z.infer<typeof chassisCoolingSchema>;

/** Null: neither source has a fan or a temperature of the air that comes in. */
export function chassisCooling(bmc: BmcSensorsFacts | null, redfish: RedfishFacts | null): ChassisCooling | null {
  const sources = [bmc, redfish].filter((one) => one !== null);
  const source = sources.find(({ fans, sensors }) => fans.length > 0 || sensors.some(isInlet));
  if (source === undefined) return null;
  const inlets = source.sensors.filter((sensor) => isInlet(sensor) && sensor.value !== null);
  const inlet = inlets.reduce<(typeof inlets)[number] | null>(
    (top, one) => (top === null || (one.value ?? 0) > (top.value ?? 0) ? one : top),
    null,
  );
  // A fan that the controller lists without a reading is an empty place as often as a fault.
  const fans = source.fans.filter(({ state }) => state !== 'absent' && state !== 'unknown');
  const faults = fans.filter(({ speedRpm, speedPercent, state }) => {
    return state === 'critical' || speedRpm === 0 || (speedRpm === null && speedPercent === 0);
  });
  if (inlet === null && fans.length === 0) return null;
  return {
    inletC: inlet?.value ?? null,
    inletSensor: inlet?.name ?? null,
    fanCount: fans.length,
    fanFaults: faults.map(({ name, speedRpm, speedPercent, state }) => {
      const speed = speedRpm !== null ? `${speedRpm} RPM` : speedPercent !== null ? `${speedPercent} %` : null;
      return [name, speed, state === 'critical' ? 'critical' : null].filter((part) => part !== null).join(' ');
    }),
  };
}

function isInlet({ name, kind, state }: BmcSensorsFacts['sensors'][number]): boolean {
  // A power supply or an adapter has an inlet of its own, behind others that heat its air.
  if (/\b(?:PSU?|PS|CPU|GPU|NIC|OCP|HDD|SSD|DIMM|PCIe?)\s?\d*\b/i.test(name)) return false;
  return kind === 'temperature' && state !== 'absent' && /(?:^|[^a-z])(?:inlet|ambient|intake)/i.test(name);
}
