import { z } from 'zod';
import { disksOf } from './disks';
import type { PciFacts } from './facts/pci';
import type { PressureFacts } from './facts/pressure';
import { type Reading, spanOf } from './facts/readings';
import type { BlockDevicesFacts, DiskHealthFacts, FileSystemsFacts, NvmeFacts, RaidFacts } from './facts/storage';
import type { NfsFacts } from './facts/storage-services';
import { ownMounts } from './own-mounts';
import { fullPercent, fullShare, isArrayWell, isReadOnly } from './storage-concerns';

export const diskStateSchema = z.object({
  name: z.string(),
  /** Where it is, as parts are told apart. */
  slot: z.string(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  /** By its own log; null: that could not be read. */
  isFailing: z.boolean().nullable(),
  isWorn: z.boolean().nullable(),
  isHot: z.boolean().nullable(),
  /** What speaks for it, in the words of its log. */
  signs: z.array(z.string()),
  /** It has counted errors or hot minutes in its life: worth a second look. */
  hasHistory: z.boolean(),
});

/** Disks by their own log. Null: no disk could be listed. Source: NVM Express base specification, SMART / Health log. */
export function diskStates(sources: {
  nvme: NvmeFacts | null;
  health: DiskHealthFacts | null;
  blocks: BlockDevicesFacts | null;
}): z.infer<typeof diskStateSchema>[] | null {
  const { nvme, health, blocks } = sources;
  const disks = disksOf({
    ...(nvme && { nvme }),
    ...(health && { 'disk-health': health }),
    ...(blocks && { 'block-devices': blocks }),
  });
  // Disks of a hypervisor have no log; drives of paper (loop, RAM) no more.
  return (disks ?? [])
    .filter(({ transport, isStandby }) => transport !== 'virtio' && !isStandby)
    .map((disk) => {
      const log = disk.nvme;
      const isRead = log !== null || disk.hasPassed !== null;
      const isSpareLow =
        log?.sparePercent != null && log.spareThresholdPercent != null && log.sparePercent < log.spareThresholdPercent;
      const failingNow = disk.failedAttributes.filter(({ when }) => /now/i.test(when));
      const failing = [
        ...(disk.hasPassed === false ? ['SMART: FAILED'] : []),
        ...(disk.state === 'dead' ? ['state: dead'] : []),
        ...(log?.warnings ?? []).filter((one) => one !== 'temperature').map((one) => `critical warning: ${one}`),
        ...(isSpareLow ? [`available spare ${log.sparePercent} % < ${log.spareThresholdPercent} %`] : []),
        ...failingNow.map(({ name }) => `${name}: FAILING NOW`),
        ...((disk.pendingSectors ?? 0) > 0 ? [`pending sectors ${disk.pendingSectors}`] : []),
      ];
      const isWorn = (disk.usedPercent ?? 0) >= 100;
      const isHot = log?.warnings?.includes('temperature') ?? false;
      return {
        name: disk.name,
        slot: disk.pciAddress ?? disk.name,
        model: disk.model,
        serial: disk.serial,
        isFailing: isRead || failing.length > 0 ? failing.length > 0 : null,
        isWorn: isRead ? isWorn : null,
        isHot: isRead ? isHot : null,
        signs: [
          ...failing,
          ...(isWorn ? [`percentage used ${disk.usedPercent} %`] : []),
          ...(isHot ? [`critical warning: temperature (${disk.temperatureC ?? '?'} °C)`] : []),
        ],
        hasHistory:
          (disk.mediaErrors ?? 0) > 0 ||
          (log?.warningTemperatureMinutes ?? 0) > 0 ||
          (log?.criticalTemperatureMinutes ?? 0) > 0,
      };
    });
}

export const diskGrowthSchema = z.object({
  name: z.string(),
  counter: z.enum(['media errors', 'minutes above warning temperature', 'minutes above critical temperature']),
  by: z.number(),
});
const growing = [
  ['media errors', 'mediaErrors'],
  ['minutes above warning temperature', 'warningTemperatureMinutes'],
  ['minutes above critical temperature', 'criticalTemperatureMinutes'],
] as const;

/** The logs count minutes: less than about one of them does not tell that nothing grows. */
const leastSeconds = 50;

/**
 * What the logs of NVMe disks counted between the readings. Null: fewer than two, or nothing in less than a minute. A counter that fell
 * says nothing.
 */
export function diskGrowth(readings: readonly Reading<NvmeFacts>[]): z.infer<typeof diskGrowthSchema>[] | null {
  const span = spanOf(readings);
  if (span === null) return null;
  const { first, last, seconds } = span;
  const grown = last.controllers.flatMap(({ name, serial, health }) => {
    const before = first.controllers.find((one) => one.name === name && one.serial === serial)?.health;
    if (!health || !before) return [];
    return growing.flatMap(([counter, key]) => {
      const [then, now] = [before[key] ?? null, health[key] ?? null];
      return then === null || now === null || now <= then ? [] : [{ name, counter, by: now - then }];
    });
  });
  return grown.length === 0 && seconds < leastSeconds ? null : grown;
}

export const slowLinkSchema = z.object({ address: z.string(), trained: z.string(), capable: z.string() });

/** NVMe disks whose link trained lower than both of its ends can. A disk does not lower it at rest, as a GPU does. */
export function slowDiskLinks({ functions }: PciFacts): z.infer<typeof slowLinkSchema>[] {
  return functions.flatMap(({ address, parentAddress, classCode, link }) => {
    if (!classCode?.startsWith('0108') || !link) return [];
    const port = functions.find((one) => one.address === parentAddress)?.link ?? null;
    const least = (own: number | null, other: number | null | undefined) =>
      own === null ? null : Math.min(own, other ?? own);
    const width = least(link.maxWidth, port?.maxWidth);
    const generation = least(link.maxGeneration, port?.maxGeneration);
    const isNarrow = link.width !== null && width !== null && link.width < width;
    const isSlow = link.generation !== null && generation !== null && link.generation < generation;
    return isNarrow || isSlow
      ? [{ address, trained: `x${link.width} Gen${link.generation}`, capable: `x${width} Gen${generation}` }]
      : [];
  });
}

export const arrayStateSchema = z.object({
  name: z.string(),
  state: z.string(),
  /** Null: its tool does not tell. */
  isWell: z.boolean().nullable(),
  operation: z.string().nullable(),
});

/** Arrays, pools and multipath maps. A check or scrub of a whole array is no trouble. */
export function arrayStates(raid: RaidFacts): z.infer<typeof arrayStateSchema>[] {
  const arrays = raid.arrays.map((array) => ({
    name: array.name,
    state: [array.level, array.state, membersText(array)].filter((part) => part !== null && part !== '').join(', '),
    isWell: isArrayWell(array),
    operation: array.operation
      ? `${array.operation.name}${array.operation.percent === null ? '' : ` ${array.operation.percent} %`}`
      : null,
  }));
  const maps = (raid.multipaths ?? []).map(({ name, paths }) => {
    const lost = paths.filter(({ isUsable }) => !isUsable).length;
    return {
      name,
      state: `multipath, ${paths.length - lost} of ${paths.length} paths`,
      isWell: lost === 0,
      operation: null,
    };
  });
  return [...arrays, ...maps];
}

function membersText({ membersActive, membersWanted }: RaidFacts['arrays'][number]): string | null {
  return membersActive == null || membersWanted == null ? null : `${membersActive}/${membersWanted}`;
}

export const mountStateSchema = z.object({
  mountPoint: z.string(),
  source: z.string(),
  type: z.string().nullable(),
  isNetwork: z.boolean(),
  /** Its server did not answer within the time that was given. */
  isSilent: z.boolean(),
  /** Made read-only by the kernel after an error; null: that could not be told from somebody's wish. */
  isForcedReadOnly: z.boolean().nullable(),
  usedPercent: z.number().nullable(),
  inodesPercent: z.number().nullable(),
  availableBytes: z.number().nullable(),
  fullness: z.enum(['none', 'warn', 'bad']),
});
type MountState = z.infer<typeof mountStateSchema>;

/** Below it a file system holds a loader of the firmware, or nothing, and is filled once. */
const smallestBytes = 256 * 1024 ** 2;
const unfilled = /^(tmpfs|ramfs|overlay|squashfs|erofs|iso9660|udf)$/;

/** The mounts that a node is set up with: how full they are, and whether they can be written to. */
export function mountStates({ fileSystems }: FileSystemsFacts): MountState[] {
  return ownMounts(fileSystems).map((one) => {
    const isWishedReadOnly = one.options.includes('ro') && one.isForcedReadOnly === false;
    const share = fullShare(one);
    const usedPercent = share === null ? null : share * 100;
    const inodesPercent = one.inodesTotal && one.inodesUsed !== null ? (one.inodesUsed / one.inodesTotal) * 100 : null;
    const highest = Math.max(usedPercent ?? 0, inodesPercent ?? 0);
    const canFill = !unfilled.test(one.type ?? '') && !isWishedReadOnly && (one.sizeBytes ?? 0) >= smallestBytes;
    return {
      mountPoint: one.mountPoint,
      source: one.source,
      type: one.type,
      isNetwork: one.isNetwork,
      isSilent: one.isNetwork && one.sizeBytes === null && !one.type?.startsWith('fuse.') && one.type !== 'autofs',
      isForcedReadOnly: one.isForcedReadOnly ?? (isReadOnly(one) ? null : false),
      usedPercent,
      inodesPercent,
      availableBytes: one.availableBytes,
      fullness: !canFill || highest < fullPercent.warn ? 'none' : highest >= fullPercent.bad ? 'bad' : 'warn',
    };
  });
}

/** The mount that a path lies on: the one with the longest way in common. */
export function mountOf(path: string, mounts: readonly MountState[]): MountState | null {
  const wanted = path.trim();
  if (!wanted.startsWith('/')) return null;
  const holding = mounts.filter(
    ({ mountPoint }) => mountPoint === '/' || wanted === mountPoint || wanted.startsWith(`${mountPoint}/`),
  );
  return holding.sort((one, other) => other.mountPoint.length - one.mountPoint.length)[0] ?? null;
}

export const storedFileSchema = z.object({ name: z.string(), sizeBytes: z.number(), storedBytes: z.number() });

/**
 * Files of which less than half is on the disk: sparse ones, and stubs whose data is on tape. Reads `stat -c '%s %b %n' FILES`: size,
 * blocks of 512 bytes, name. Null: no such line.
 */
export function stubFiles(text: string): z.infer<typeof storedFileSchema>[] | null {
  const files = text.split('\n').flatMap((line) => {
    const match = /^\s*(\d{1,17}) (\d{1,17})(?: (.{1,1000}))?\s*$/.exec(line);
    return match ? [{ name: match[3] ?? '?', sizeBytes: Number(match[1]), storedBytes: Number(match[2]) * 512 }] : [];
  });
  // Small files may lie in their inode.
  return files.length === 0
    ? null
    : files.filter(({ sizeBytes, storedBytes }) => sizeBytes > 1024 ** 2 && storedBytes < sizeBytes / 2);
}

export const nfsGrowthSchema = z.object({
  mountPoint: z.string(),
  /** Null: not told. */
  retransmissions: z.number().nullable(),
  timeouts: z.number().nullable(),
  /** Between the readings. */
  seconds: z.number(),
});

/**
 * NFS requests that had to be sent again between the readings. A remount starts counting anew. Null: there are fewer than two, or
 * none was seen to grow and not all was told.
 */
export function nfsGrowth(readings: readonly Reading<NfsFacts>[]): z.infer<typeof nfsGrowthSchema>[] | null {
  const span = spanOf(readings);
  if (span === null) return null;
  const { first, last, seconds } = span;
  const grown = (now: number | null | undefined, then: number | null | undefined) =>
    now == null || then == null || now < then ? null : now - then;
  const mounts = last.mounts.flatMap(({ mountPoint, mountedSeconds, retransmissions, timeouts }) => {
    const before = first.mounts.find((one) => one.mountPoint === mountPoint);
    if (!before || (mountedSeconds ?? 0) < (before.mountedSeconds ?? 0)) return [];
    const again = grown(retransmissions, before.retransmissions);
    return [{ mountPoint, retransmissions: again, timeouts: grown(timeouts, before.timeouts), seconds }];
  });
  const found = mounts.filter((one) => (one.retransmissions ?? 0) + (one.timeouts ?? 0) > 0);
  const isTold = mounts.every((one) => one.retransmissions !== null && one.timeouts !== null);
  return found.length > 0 || isTold ? found : null;
}

export const diskLoadSchema = z.object({
  name: z.string(),
  readMs: z.number().nullable(),
  writeMs: z.number().nullable(),
  bytesPerSec: z.number(),
  isSlow: z.boolean(),
});
/** What one request may take. Source: step K2 of the diagnosis trees. */
const slowMs = { nvme: 2, other: 20 } as const;

/** How long requests to each disk took between the readings. Null: fewer than two, or the node was restarted between. */
export function diskLoads(readings: readonly Reading<PressureFacts>[]): z.infer<typeof diskLoadSchema>[] | null {
  const span = spanOf(readings);
  if (span === null) return null;
  const { first, last, seconds } = span;
  const loads = last.disks.flatMap((now) => {
    const then = first.disks.find(({ name }) => name === now.name);
    if (!then || now.reads < then.reads || now.writes < then.writes) return [];
    const [reads, writes] = [now.reads - then.reads, now.writes - then.writes];
    const readMs = reads > 0 ? (now.readMs - then.readMs) / reads : null;
    const writeMs = writes > 0 ? (now.writeMs - then.writeMs) / writes : null;
    const limit = now.name.startsWith('nvme') ? slowMs.nvme : slowMs.other;
    return [
      {
        name: now.name,
        readMs,
        writeMs,
        bytesPerSec: (now.readBytes - then.readBytes + now.writtenBytes - then.writtenBytes) / seconds,
        isSlow: (readMs ?? 0) > limit || (writeMs ?? 0) > limit,
      },
    ];
  });
  return loads.length === 0 ? null : loads;
}
