import { disksOf } from '#shared/domain/disks';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import { ownMounts } from '#shared/domain/own-mounts';
import type { ProbeState } from '#shared/domain/probe';
import { diskConcerns, fullShare, isArrayWell } from '#shared/domain/storage-concerns';
import { type TierState, terabytes, tiersOf } from '#shared/domain/storage-tiers';
import type { CliContext } from './context';
import { bytes } from './format';
import { amount, type Cell, type Tone } from './table';

type Section = readonly [headers: readonly string[], rows: readonly (readonly Cell[])[]];

const tierTones: Readonly<Partial<Record<TierState, Tone>>> = {
  present: 'good',
  insufficient: 'warn',
  missing: 'warn',
};

/** The tiers of storage with their reasons, disks with wear and errors, arrays, Ceph and tape. */
export function storageSections(
  context: Pick<CliContext, 'say'>,
  facts: NodeFacts,
  states: Readonly<Partial<Record<ProbeId, ProbeState>>>,
): Section[] {
  const isAsked = (['block-devices', 'nvme', 'file-systems'] as const).some((id) => states[id] !== undefined);
  const tiers = isAsked ? tiersOf(facts, states) : [];
  return [
    [
      ['TIER', 'STATE', 'SIZE', 'WHY', 'WHAT TO DO'],
      tiers.map(({ id, state, sizeBytes, reasons, next }) => [
        context.say({ key: `storage.tier.${id}` }),
        withTone(context.say({ key: `storage.tierState.${state}` }), tierTones[state]),
        sizeBytes ? amount(`${terabytes(sizeBytes)} TB`) : null,
        reasons.map(context.say).join(' '),
        next ? context.say(next) : '',
      ]),
    ],
    [['DISK', 'USE', 'MODEL', 'SERIAL', 'SIZE', 'WEAR', 'TEMP', 'ERRORS', 'STATE'], diskRows(context, facts)],
    [
      ['ARRAY', 'LEVEL', 'STATE', 'SIZE', 'MEMBERS'],
      (facts.raid?.arrays ?? []).map(({ name, level, sizeBytes, membersActive, membersWanted, ...array }) => [
        name,
        level,
        withTone(array.state ?? '—', wellTones[String(isArrayWell({ level, ...array }))]),
        amount(bytes(sizeBytes)),
        membersWanted === null ? null : `${membersActive ?? '?'} / ${membersWanted}`,
      ]),
    ],
    [['CEPH', 'OSDS UP', 'OSDS IN', 'USED', 'SIZE'], cephRows(facts)],
    [
      ['CEPH CHECK', 'SUMMARY'],
      (facts.ceph?.checks ?? []).map(({ code, severity, summary }) => [
        withTone(code, severity === 'HEALTH_ERR' ? 'bad' : 'warn'),
        summary,
      ]),
    ],
    [['OSD', 'IN', 'STATE', 'CLASS', 'FULL'], osdRows(facts)],
    [['TAPE', 'MODEL', 'SERIAL', 'STATE'], tapeRows(context, facts)],
    [['FILE SYSTEM', 'SIZE', 'FREE', 'USED', 'TYPE', 'SOURCE', 'OPTIONS'], fileSystemRows(facts)],
    [['NFS MOUNT', 'VERSION', 'READ', 'WRITE', 'SENT AGAIN', 'TIMEOUTS'], nfsRows(facts)],
    [
      ['NFS EXPORT', 'CLIENT', 'OPTIONS'],
      (facts.nfs?.server?.exports ?? []).map(({ path, client, options }) => [path, client, options.join(',')]),
    ],
  ];
}

const wellTones: Readonly<Record<string, Tone>> = { true: 'good', false: 'bad' };

function withTone(text: string, tone: Tone | undefined): Cell {
  return tone === undefined ? text : { text, tone };
}

function diskRows(context: Pick<CliContext, 'say'>, facts: NodeFacts): Cell[][] {
  return (disksOf(facts) ?? []).map((disk) => {
    const concerns = diskConcerns(disk);
    const isBad = concerns.some(({ level }) => level === 'bad');
    const words = concerns.map(({ message }) => context.say(message)).join(' ');
    return [
      disk.name,
      disk.use,
      disk.model,
      disk.serial,
      amount(bytes(disk.sizeBytes)),
      disk.usedPercent === null ? null : amount(`${disk.usedPercent} %`),
      disk.temperatureC === null ? null : amount(`${disk.temperatureC} °C`),
      disk.mediaErrors,
      words
        ? { text: words, tone: isBad ? 'bad' : 'warn' }
        : disk.healthSource === null
          ? context.say({ key: 'storage.isNotKnown' })
          : { text: context.say({ key: 'storage.isFine' }), tone: 'good' },
    ];
  });
}

function cephRows({ ceph }: NodeFacts): Cell[][] {
  if (!ceph) return [];
  const tone = ceph.health === 'HEALTH_OK' ? 'good' : ceph.health === 'HEALTH_ERR' ? 'bad' : 'warn';
  return [
    [
      withTone(ceph.health ?? '—', tone),
      ceph.osds.up === null ? null : amount(`${ceph.osds.up} / ${ceph.osds.total ?? '?'}`),
      ceph.osds.in,
      amount(bytes(ceph.capacity.usedBytes)),
      amount(bytes(ceph.capacity.totalBytes)),
    ],
  ];
}

/** OSDs that do not serve, each below the host that it is on. */
function osdRows({ ceph }: NodeFacts): Cell[][] {
  let host = '';
  return (ceph?.tree ?? []).flatMap(({ name, kind, status, reweight, deviceClass, usedBytes, totalBytes }) => {
    if (kind === 'host') host = name;
    const isServing = (status === null || status === 'up') && reweight !== 0;
    if (kind !== 'osd' || isServing) return [];
    const words = [status, reweight === 0 && 'out'].filter(Boolean).join(', ');
    return [
      [
        name,
        host,
        { text: words, tone: 'bad' as const },
        deviceClass,
        percent(totalBytes && usedBytes !== null ? usedBytes / totalBytes : null),
      ],
    ];
  });
}

function fileSystemRows(facts: NodeFacts): Cell[][] {
  return ownMounts(facts['file-systems']?.fileSystems ?? []).map((system) => [
    system.mountPoint,
    amount(bytes(system.sizeBytes)),
    amount(bytes(system.availableBytes)),
    percent(fullShare(system)),
    system.type,
    system.source,
    system.options.join(','),
  ]);
}

function percent(share: number | null): Cell {
  return share === null ? null : amount(`${Math.round(100 * share)} %`);
}

function nfsRows({ nfs }: NodeFacts): Cell[][] {
  const mean = (ms: number | null): Cell => (ms === null ? null : amount(`${ms.toFixed(2)} ms`));
  return (nfs?.mounts ?? []).map(({ mountPoint, version, read, write, retransmissions, timeouts }) => [
    mountPoint,
    version,
    mean(read.exeMs),
    mean(write.exeMs),
    retransmissions,
    timeouts,
  ]);
}

function tapeRows(context: Pick<CliContext, 'say'>, { tape }: NodeFacts): Cell[][] {
  const drives = (tape?.drives ?? []).map(({ device, scsiAddress, vendor, model, serial, status }): Cell[] => [
    device ?? scsiAddress,
    [vendor, model].filter(Boolean).join(' '),
    serial,
    status === null ? null : context.say({ key: status.isOnline ? 'storage.tapeOnline' : 'storage.tapeEmpty' }),
  ]);
  const libraries = (tape?.libraries ?? []).map(({ device, vendor, model, serial, inventory }): Cell[] => [
    device,
    [vendor, model].filter(Boolean).join(' '),
    serial,
    inventory === null
      ? null
      : context.say({
          key: 'storage.slotCount',
          params: {
            full: inventory.slots.filter(({ isFull }) => isFull).length,
            total: inventory.slotCount ?? inventory.slots.length,
          },
        }),
  ]);
  return [...drives, ...libraries];
}
