import { z } from 'zod';
import type { EthernetSettingsFacts, RdmaFacts, RdmaPort } from './facts/network';
import { type Reading, spanOf } from './facts/readings';
import { isSaturated } from './rdma-counters';

const number = z.number().nullable();

/**
 * What the counters of a port did between two readings. Null: not counted, counted back (the driver was loaded again), or stands
 * at the last value that it can have, where it says nothing: never 0 for any of these.
 */
export const portRatesSchema = z.object({
  /** `mlx5_0/1`; of an interface without an RDMA device its name. */
  name: z.string(),
  netdev: z.string().nullable(),
  /** InfiniBand or Ethernet. */
  linkLayer: z.string().nullable(),
  isRdma: z.boolean(),
  seconds: z.number(),
  /** Of the line rate, in the busier direction. */
  loadPercent: number,
  linkDowns: number,
  /** Since the driver was loaded. */
  linkDownsTotal: number,
  bitErrors: number,
  /** Bits that forward error correction mended, of all bits: some are normal on PAM4 links. */
  correctedShare: number,
  discardsPerSec: number,
  retransmissionsPerSec: number,
  /** Also grows without loss where the fabric routes adaptively. */
  outOfOrderPerSec: number,
  notReadyPerSec: number,
  /** Of the time, for which the fabric told this port to be silent: the worst priority. */
  pausedPercent: number,
  pausesReceived: number,
  pausesSent: number,
  /** Ticks of waiting for credits, of ticks and words sent. A tick's length is the vendor's. */
  waitPercent: number,
  /** Packets with the mark of congestion that came in, since the driver was loaded. */
  ecnMarkedTotal: number,
  cnpSentPerSec: number,
  cnpHandledPerSec: number,
  /** What grew, as `port_rcv_errors +12`. */
  grown: z.array(z.string()),
  /** Counters at their last value. */
  saturated: z.array(z.string()),
});
export type PortRates = z.infer<typeof portRatesSchema>;

type Counters = Readonly<Record<string, number>>;
interface Sample {
  readonly counters: Counters;
  readonly rateMbitPerSec: number | null;
  readonly isUp: boolean;
  readonly about: Pick<PortRates, 'name' | 'netdev' | 'linkLayer' | 'isRdma'>;
}

/** Of InfiniBand, and of Ethernet: there the first stand at 0 whatever happens, so that their 0 says nothing. */
const bitErrorNames = {
  infiniband: ['symbol_error', 'port_rcv_errors', 'link_error_recovery', 'local_link_integrity_errors'],
  ethernet: ['rx_crc_errors_phy', 'rx_symbol_err_phy', 'rx_pcs_symbol_err_phy', 'rx_crc_errors', 'rx_fcs_errors'],
};
const linkDownNames = { infiniband: ['link_downed'], ethernet: ['link_down_events_phy'] };
const lossNames = ['packet_seq_err', 'local_ack_timeout_err', 'implied_nak_seq_err', 'req_transport_retries_exceeded'];
const priorities = [0, 1, 2, 3, 4, 5, 6, 7];

/** Ports that were up in one of the readings at least, from the first to the last reading. Empty: there are not two. */
export function portRates(
  rdma: readonly Reading<RdmaFacts>[],
  ethernet: readonly Reading<EthernetSettingsFacts>[],
): PortRates[] {
  const span = spanOf(rdma);
  if (span === null) return [];
  const { first, last, seconds } = span;
  const before = samplesOf(first, ethernet.length > 1 ? ethernet[0]?.facts : undefined);
  const after = samplesOf(last, ethernet.length > 1 ? ethernet.at(-1)?.facts : undefined);
  return [...after].flatMap(([name, sample]) => {
    const earlier = before.get(name);
    return earlier && (earlier.isUp || sample.isUp) ? [ratesOf(earlier, sample, seconds)] : [];
  });
}

function samplesOf(rdma: RdmaFacts, ethernet: EthernetSettingsFacts | undefined): Map<string, Sample> {
  const interfaces = new Map((ethernet?.interfaces ?? []).map((one) => [one.name, one]));
  const samples = new Map<string, Sample>();
  for (const device of rdma.devices.filter(({ isVirtualFunction }) => !isVirtualFunction)) {
    for (const port of device.ports) {
      const settings = port.linkLayer === 'Ethernet' && port.netdev !== null ? interfaces.get(port.netdev) : undefined;
      if (port.netdev !== null) interfaces.delete(port.netdev);
      samples.set(`${device.name}/${port.port}`, sampleOf(device.name, port, settings?.counters ?? {}));
    }
  }
  for (const { name, counters, isLinkDetected, speedMbitPerSec } of interfaces.values()) {
    const about = { name, netdev: name, linkLayer: 'Ethernet', isRdma: false };
    samples.set(name, { about, counters, rateMbitPerSec: speedMbitPerSec, isUp: isLinkDetected === true });
  }
  return samples;
}

function sampleOf(device: string, port: RdmaPort, settings: Counters): Sample {
  const { linkLayer, netdev, rateGbitPerSec } = port;
  return {
    about: { name: `${device}/${port.port}`, netdev, linkLayer, isRdma: true },
    counters: { ...settings, ...port.counters, ...port.hardwareCounters },
    rateMbitPerSec: rateGbitPerSec === null ? null : rateGbitPerSec * 1000,
    isUp: port.state === 'ACTIVE',
  };
}

function ratesOf(before: Sample, after: Sample, seconds: number): PortRates {
  const change = (name: string): number | null => changeOf(name, before.counters[name], after.counters[name]);
  const sum = (names: readonly string[]): number | null => {
    const there = names.filter((name) => after.counters[name] !== undefined);
    const changes = there.map(change);
    const known = changes.reduce<number>((total, one) => total + (one ?? 0), 0);
    return known > 0 || (there.length > 0 && !changes.includes(null)) ? known : null;
  };
  const ofLink = ({ infiniband, ethernet }: typeof bitErrorNames): number | null => {
    if (after.about.linkLayer !== 'Ethernet') return sum(infiniband);
    const [own, other] = [sum(ethernet), sum(infiniband)];
    return own !== null || other === 0 ? own : other;
  };
  const perSecond = (names: readonly string[]): number | null => over(sum(names), seconds);
  const paused = priorities.map((priority) => change(`rx_prio${priority}_pause_duration`));
  const [sent, received] = [change('port_xmit_data'), change('port_rcv_data')];
  const waited = change('port_xmit_wait');
  const busier = sent === null || received === null ? null : Math.max(sent, received);
  const names = Object.keys(after.counters);
  return {
    ...after.about,
    seconds,
    // Words of four bytes.
    loadPercent: over(busier === null ? null : busier * 32 * 100, seconds * (after.rateMbitPerSec ?? 0) * 1e6),
    linkDowns: ofLink(linkDownNames),
    linkDownsTotal: largest([after.counters.link_downed, after.counters.link_down_events_phy]),
    bitErrors: ofLink(bitErrorNames),
    correctedShare: over(change('rx_corrected_bits_phy'), change('rx_bits_phy') ?? 0),
    discardsPerSec: perSecond(['rx_discards_phy']),
    retransmissionsPerSec: perSecond(lossNames),
    outOfOrderPerSec: perSecond(['out_of_sequence']),
    notReadyPerSec: perSecond(['rnr_nak_retry_err', 'out_of_buffer']),
    pausedPercent: over(largest(paused), seconds * 1e6 * 0.01),
    pausesReceived: sum(priorities.map((priority) => `rx_prio${priority}_pause`)),
    pausesSent: sum(priorities.map((priority) => `tx_prio${priority}_pause`)),
    waitPercent: waited === null || sent === null ? null : (over(waited * 100, waited + sent) ?? 0),
    ecnMarkedTotal: after.counters.np_ecn_marked_roce_packets ?? null,
    cnpSentPerSec: perSecond(['np_cnp_sent']),
    cnpHandledPerSec: perSecond(['rp_cnp_handled']),
    grown: names.flatMap((name) => {
      const grew = quiet.has(name) ? null : change(name);
      return grew !== null && grew > 0 ? [`${name} +${grew}`] : [];
    }),
    saturated: names.filter((name) => isSaturated(name, after.counters[name] ?? 0)),
  };
}

/** Counters that say how much there was, not that anything went wrong. */
const quiet: ReadonlySet<string> = new Set(
  ['rx_bits_phy', 'port_xmit_data', 'port_rcv_data'].concat(
    priorities.flatMap((priority) => [`rx_prio${priority}_bytes`, `tx_prio${priority}_bytes`]),
  ),
);

/** Null: not counted at both times, counted back, or at its last value. */
export function changeOf(name: string, before: number | undefined, after: number | undefined): number | null {
  if (before === undefined || after === undefined || after < before || isSaturated(name, after)) return null;
  return after - before;
}

function over(value: number | null, divisor: number): number | null {
  return value === null || divisor <= 0 ? null : value / divisor;
}

function largest(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length > 0 ? Math.max(...known) : null;
}
