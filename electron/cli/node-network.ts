import type { NodeFacts } from '#shared/domain/facts/index';
import { type GpudirectWay, gpudirectWays, type Verdict } from '#shared/domain/gpudirect';
import { linkTroubleMessage, linkTroubles } from '#shared/domain/link-troubles';
import { nicAffinities } from '#shared/domain/nic-affinity';
import { isErrorCounter } from '#shared/domain/rdma-counters';
import { sharpCapability } from '#shared/domain/sharp';
import type { CliContext } from './context';
import { amount, type Cell, type Tone } from './table';

type Section = readonly [headers: readonly string[], rows: readonly (readonly Cell[])[]];

const wayNames: Record<GpudirectWay['id'], string> = {
  'peer-memory': 'GPUDirect RDMA, peer memory',
  'dma-buf': 'GPUDirect RDMA, DMA-BUF',
  storage: 'GPUDirect Storage',
  gdrcopy: 'GDRCopy',
};
const verdictTones: Readonly<Partial<Record<Verdict, Tone>>> = { met: 'good', unknown: 'warn' };

/** Links that are down, interfaces, bonds, RDMA ports with their settings, and what is near to which GPU. */
export function networkSections(context: Pick<CliContext, 'say'>, facts: NodeFacts): Section[] {
  const affinity = new Map(nicAffinities(facts).map((one) => [one.nic, one]));
  const sharp = sharpCapability(facts);
  return [
    [
      ['LINKS'],
      linkTroubles(facts).map((one): Cell[] => [{ text: context.say(linkTroubleMessage(one)), tone: 'warn' }]),
    ],
    [['INTERFACE', 'STATE', 'SPEED', 'MTU', 'DRIVER', 'PART OF', 'ADDRESSES'], interfaceRows(facts)],
    [['BOND', 'MODE', 'MEMBER', 'STATE', 'SPEED', 'FAILURES', 'LACP PARTNER'], bondRows(facts)],
    [
      ['RDMA PORT', 'STATE', 'RATE', 'LINK', 'FIRMWARE', 'GUID', 'ERRORS', 'NEAREST GPU'],
      (facts.rdma?.devices ?? []).flatMap((device) =>
        device.ports.map((port): Cell[] => {
          const near = affinity.get(device.name);
          const counted = Object.entries({ ...port.counters, ...port.hardwareCounters });
          const errors = counted.reduce((sum, [name, value]) => sum + (isErrorCounter(name) ? value : 0), 0);
          return [
            `${device.name}/${port.port}`,
            port.state === 'ACTIVE' ? { text: port.state, tone: 'good' } : { text: port.state ?? '—', tone: 'warn' },
            port.rateGbitPerSec === null
              ? null
              : `${port.rateGbitPerSec} Gbit/s${port.rateText ? ` (${port.rateText})` : ''}`,
            port.linkLayer,
            device.firmwareVersion,
            port.portGuid ?? device.nodeGuid,
            counted.length === 0 ? null : amount(String(errors)),
            near && near.nearest.length > 0 ? `${near.nearest.join(',')} (${near.distance})` : null,
          ];
        }),
      ),
    ],
    [
      ['ROCE', 'PFC', 'TRUST', 'ECN', 'TRAFFIC CLASS', 'TOLD BY'],
      (facts['roce-settings']?.interfaces ?? []).map((one): Cell[] => [
        one.name,
        priorities(one.pfcPriorities),
        one.trust,
        priorities(one.ecnNotificationPriorities),
        one.trafficClass === null ? null : amount(String(one.trafficClass)),
        one.tool,
      ]),
    ],
    [
      ['GPU TO NIC AND DISK', 'STATE', 'STANDS ON'],
      (gpudirectWays(facts) ?? []).map(({ id, verdict, conditions }): Cell[] => [
        wayNames[id],
        {
          text: verdict === 'met' ? 'ready' : verdict === 'unknown' ? 'not known' : 'not ready',
          tone: verdictTones[verdict],
        },
        conditions
          .map(
            (one) =>
              `${one.name}${one.value === null ? '' : ` ${one.value}`}${one.verdict === 'met' ? '' : `: ${one.verdict}`}`,
          )
          .join(', '),
      ]),
    ],
    [
      ['SHARP', 'ADAPTERS', 'LIBSHARP', 'NCCL PLUGIN'],
      sharp?.hasInfiniband
        ? [
            [
              sharp.devices[0] ? `up to v${sharp.devices[0].version}` : 'not known',
              sharp.devices[0]
                ? `${sharp.devices.length} × ${sharp.devices[0].adapter}`
                : sharp.unknownDevices.join(', '),
              installed(sharp.hasLibrary),
              installed(sharp.hasNcclPlugin),
            ],
          ]
        : [],
    ],
  ];
}

function interfaceRows({ network }: NodeFacts): Cell[][] {
  return (network?.interfaces ?? [])
    .filter(({ addresses, speedMbitPerSec, pciBusId }) => addresses.length > 0 || speedMbitPerSec !== null || pciBusId)
    .filter(({ isVirtualFunction, kind }) => !isVirtualFunction && kind !== 'loopback')
    .map((one): Cell[] => [
      one.name,
      one.operationalState,
      speed(one.speedMbitPerSec),
      one.mtu === null ? null : amount(String(one.mtu)),
      one.driver,
      one.master ?? one.parent,
      one.addresses.join(' '),
    ]);
}

function bondRows({ network }: NodeFacts): Cell[][] {
  return (network?.bonds ?? []).flatMap((bond) =>
    bond.members.map((member): Cell[] => [
      bond.name,
      bond.mode,
      member.name,
      member.state === 'up' ? { text: 'up', tone: 'good' } : { text: member.state ?? '—', tone: 'warn' },
      speed(member.speedMbitPerSec),
      member.linkFailures === null ? null : amount(String(member.linkFailures)),
      bond.partnerMacAddress,
    ]),
  );
}

function speed(mbitPerSec: number | null): Cell {
  return mbitPerSec === null ? null : amount(`${mbitPerSec / 1000} Gbit/s`);
}

function priorities(list: readonly number[] | null): string | null {
  return list === null ? null : list.join(',') || 'none';
}

function installed(isThere: boolean | null): string | null {
  return isThere === null ? null : isThere ? 'installed' : 'not found';
}
