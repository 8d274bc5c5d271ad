import { z } from 'zod';
import type { NetworkFacts, RdmaDevice, RdmaFacts, RdmaPort, RoceSettingsFacts } from './facts/network';

interface Active {
  readonly device: RdmaDevice;
  readonly port: RdmaPort;
  readonly name: string;
}

function activePorts({ devices }: RdmaFacts): Active[] {
  return devices
    .filter(({ isVirtualFunction }) => !isVirtualFunction)
    .flatMap((device) =>
      device.ports
        .filter(({ state }) => state === 'ACTIVE')
        .map((port) => ({ device, port, name: `${device.name}/${port.port}` })),
    );
}

/** Ports that nobody has ever seen up: empty, or never plugged in right. Only a person can tell which. */
export function darkPorts({ devices }: RdmaFacts): string[] {
  return devices
    .filter(({ isVirtualFunction }) => !isVirtualFunction)
    .flatMap(({ name, ports }) =>
      ports.filter(({ state }) => state !== null && state !== 'ACTIVE').map(({ port }) => `${name}/${port}`),
    );
}

export const slowPortSchema = z.object({
  name: z.string(),
  rateGbitPerSec: z.number(),
  rateText: z.string().nullable(),
  /** What its siblings run at. */
  expectedGbitPerSec: z.number().nullable(),
  reason: z.enum(['siblings', 'one-lane']),
});
export type SlowPort = z.infer<typeof slowPortSchema>;

/** Active ports slower than another of the same product (board id) on the same kind of link, or on one lane of four. */
export function slowPorts(rdma: RdmaFacts): SlowPort[] {
  const ports = activePorts(rdma);
  return ports.flatMap(({ device, port, name }): SlowPort[] => {
    const rate = port.rateGbitPerSec;
    if (rate === null) return [];
    const about = { name, rateGbitPerSec: rate, rateText: port.rateText };
    const siblings = ports.filter((other) => isSibling(device, port, other)).map((other) => other.port.rateGbitPerSec);
    const best = Math.max(...siblings.filter((one) => one !== null));
    if (rate < best) return [{ ...about, expectedGbitPerSec: best, reason: 'siblings' }];
    return port.width === 1 && port.linkLayer === 'InfiniBand'
      ? [{ ...about, expectedGbitPerSec: null, reason: 'one-lane' }]
      : [];
  });
}

function isSibling(device: RdmaDevice, port: RdmaPort, other: Active): boolean {
  const isSameProduct = device.hcaType === other.device.hcaType && device.boardId === other.device.boardId;
  return isSameProduct && device.hcaType !== null && port.linkLayer === other.port.linkLayer;
}

export const mtuTroubleSchema = z.object({
  name: z.string(),
  netdev: z.string().nullable(),
  activeMtu: z.number(),
  /** Of the Ethernet interface, or what the port could do. */
  otherMtu: z.number(),
  reason: z.enum(['infiniband-small', 'below-interface', 'siblings']),
});
export type MtuTrouble = z.infer<typeof mtuTroubleSchema>;

/**
 * MTU of active ports. RoCE takes the largest of 256 to 4096 that fits the interface with its headers: 1024 for 1500, 4096 from
 * 4200. An MTU of 1500 everywhere is a choice and no trouble; one that differs from its siblings' is. Null: no port tells its MTU.
 */
export function mtuTroubles(rdma: RdmaFacts, network: NetworkFacts | null): MtuTrouble[] | null {
  const ports = activePorts(rdma);
  if (ports.length > 0 && ports.every(({ port }) => port.activeMtu === null)) return null;
  return ports.flatMap(({ device, port, name }): MtuTrouble[] => {
    const { activeMtu, maxMtu, netdev } = port;
    if (activeMtu === null) return [];
    const about = { name, netdev, activeMtu };
    if (port.linkLayer === 'InfiniBand') {
      const isSmall = activeMtu < 4096 && (maxMtu ?? 0) >= 4096;
      return isSmall ? [{ ...about, otherMtu: maxMtu ?? 4096, reason: 'infiniband-small' }] : [];
    }
    const mtu = network?.interfaces.find((one) => one.name === netdev)?.mtu ?? null;
    if (mtu !== null && mtu >= 4200 && activeMtu < 4096)
      return [{ ...about, otherMtu: mtu, reason: 'below-interface' }];
    const siblings = ports.filter((other) => isSibling(device, port, other)).map((other) => other.port.activeMtu ?? 0);
    const best = Math.max(activeMtu, ...siblings);
    return activeMtu < best ? [{ ...about, otherMtu: best, reason: 'siblings' }] : [];
  });
}

export const roceQosSchema = z.object({
  name: z.string(),
  rdmaDevice: z.string(),
  /** Null: nothing could tell it. Empty: PFC is off. */
  pfcPriorities: z.array(z.number()).nullable(),
  trust: z.string().nullable(),
  trafficClass: z.number().nullable(),
  /** The priority that the node's own traffic class leads to. */
  markedPriority: z.number().nullable(),
  isPfcOff: z.boolean().nullable(),
  /** Settings that contradict one another; whether PFC should be on at all is the network's choice. */
  troubles: z.array(z.enum(['many-priorities', 'trust-not-dscp', 'ecn-off', 'wrong-class'])),
});
export type RoceQos = z.infer<typeof roceQosSchema>;

/** PFC, trust, ECN and marking of each RoCE interface, and where they contradict one another. */
export function roceQos({ interfaces }: RoceSettingsFacts): RoceQos[] {
  return interfaces.map((one) => {
    const { name, rdmaDevice, pfcPriorities, trust } = one;
    const trafficClass = one.trafficClass ?? one.connectionManagerTos;
    const marked = priorityOf(trafficClass, one.dscpOfPriority);
    const lossless = pfcPriorities?.length === 1 ? (pfcPriorities[0] ?? null) : null;
    const lacks = (list: readonly number[] | null) => lossless !== null && list !== null && !list.includes(lossless);
    const troubles: RoceQos['troubles'] = [];
    if ((pfcPriorities?.length ?? 0) > 1) troubles.push('many-priorities');
    if ((pfcPriorities?.length ?? 0) > 0 && trust !== null && trust !== 'dscp') troubles.push('trust-not-dscp');
    if (lacks(one.ecnNotificationPriorities) || lacks(one.ecnReactionPriorities)) troubles.push('ecn-off');
    if (lossless !== null && (trafficClass ?? 0) > 0 && marked !== null && marked !== lossless)
      troubles.push('wrong-class');
    return {
      ...{ name, rdmaDevice, pfcPriorities, trust, trafficClass, markedPriority: marked },
      isPfcOff: pfcPriorities === null ? null : pfcPriorities.length === 0,
      troubles,
    };
  });
}

/** A traffic class is DSCP times four plus the ECN bits. Null: no table, or it does not name that DSCP. */
export function priorityOf(trafficClass: number | null, dscpOfPriority: readonly (readonly number[])[] | null) {
  if (trafficClass === null || dscpOfPriority === null) return null;
  const priority = dscpOfPriority.findIndex((values) => values.includes(trafficClass >> 2));
  return priority < 0 ? null : priority;
}
