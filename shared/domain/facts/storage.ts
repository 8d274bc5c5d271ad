import { z } from 'zod';

const number = z.number().nullable();
const text = z.string().nullable();

/** Facts of probe `block-devices` (`lsblk -J -b`). Children (partitions, RAID, crypt) nest. */
export interface BlockDevice {
  name: string;
  kind: string | null;
  sizeBytes: number | null;
  model: string | null;
  serial: string | null;
  isRotational: boolean | null;
  transport: string | null;
  fileSystem: string | null;
  mountPoints: string[];
  children: BlockDevice[];
}
export const blockDeviceSchema: z.ZodType<BlockDevice> = z.lazy(() =>
  z.object({
    name: z.string(),
    kind: text,
    sizeBytes: number,
    model: text,
    serial: text,
    isRotational: z.boolean().nullable(),
    transport: text,
    fileSystem: text,
    mountPoints: z.array(z.string()),
    children: z.array(blockDeviceSchema),
  }),
);
export const blockDevicesFactsSchema = z.object({ devices: z.array(blockDeviceSchema) });
export type BlockDevicesFacts = z.infer<typeof blockDevicesFactsSchema>;

/**
 * Facts of probe `file-systems` (`df` in bytes and in inodes, joined with /proc/self/mounts). Pseudo file systems are left
 * out. Inodes are null where a file system has no fixed number of them (btrfs, most network ones).
 */
export const fileSystemsFactsSchema = z.object({
  fileSystems: z.array(
    z.object({
      mountPoint: z.string(),
      source: z.string(),
      type: text,
      options: z.array(z.string()),
      /** Mounted to be written, and made read-only by the kernel, as it does after errors. */
      isForcedReadOnly: z.boolean().nullable(),
      sizeBytes: number,
      usedBytes: number,
      availableBytes: number,
      inodesTotal: number,
      inodesUsed: number,
      /** Network file systems are listed but not measured when their server does not answer. */
      isNetwork: z.boolean(),
    }),
  ),
});
export type FileSystemsFacts = z.infer<typeof fileSystemsFactsSchema>;

/** What NVMe's own log bits warn of, as the NVM Express base specification names them (SMART / Health log, byte 0). */
export const nvmeWarnings = [
  'spare-low',
  'temperature',
  'reliability-degraded',
  'read-only',
  'backup-failed',
  'persistent-memory-read-only',
] as const;
export type NvmeWarning = (typeof nvmeWarnings)[number];

/** The SMART / Health log of an NVMe controller. Data units are 1000 blocks of 512 B; here they are bytes. */
export const nvmeHealthSchema = z.object({
  warnings: z.array(z.enum(nvmeWarnings)).nullable(),
  temperatureC: number,
  /** Spare blocks that are left, and the share below which the drive warns. */
  sparePercent: number,
  spareThresholdPercent: number,
  /** Wear as the maker counts it; may pass 100. */
  usedPercent: number,
  readBytes: number,
  writtenBytes: number,
  mediaErrors: number,
  errorLogEntries: number,
  unsafeShutdowns: number,
  powerCycles: number,
  powerOnHours: number,
  warningTemperatureMinutes: number,
  criticalTemperatureMinutes: number,
});
export type NvmeHealth = z.infer<typeof nvmeHealthSchema>;

/** Facts of probe `nvme` (sysfs, `nvme list`, `nvme smart-log` with root). `health` null: its log could not be read. */
export const nvmeFactsSchema = z.object({
  controllers: z.array(
    z.object({
      /** `nvme0`; its namespaces are `nvme0n1` and so on. */
      name: z.string(),
      model: text,
      serial: text,
      firmware: text,
      /** `live`, `resetting`, `dead` … as the kernel says. */
      state: text,
      /** `pcie`, or `tcp`, `rdma`, `fc` for a disk that lies elsewhere. */
      transport: text,
      /** PCI address, or where a fabric's target is. */
      address: text,
      numaNode: number,
      namespaces: z.array(z.object({ name: z.string(), sizeBytes: number, usedBytes: number, sectorBytes: number })),
      health: nvmeHealthSchema.nullable(),
    }),
  ),
});
export type NvmeFacts = z.infer<typeof nvmeFactsSchema>;
export type NvmeController = NvmeFacts['controllers'][number];

/** smartctl's exit status is a bit mask (smartctl(8), EXIT STATUS), lowest bit first. */
export const smartExitFlags = [
  'command-line',
  'open-failed',
  'command-failed',
  'failing',
  'prefail-now',
  'prefail-past',
  'errors-logged',
  'self-test-failed',
] as const;

/** Facts of probe `disk-health`: SMART of every disk that smartctl can ask, sleeping ones left asleep. */
export const diskHealthFactsSchema = z.object({
  disks: z.array(
    z.object({
      device: z.string(),
      /** `ATA`, `SCSI`, `NVMe`. */
      protocol: text,
      model: text,
      family: text,
      serial: text,
      firmware: text,
      capacityBytes: number,
      /** 0 for solid state. */
      rotationRpm: number,
      formFactor: text,
      /** The link as it is and as it could be, e.g. `6.0 Gb/s`. */
      linkSpeed: text,
      maxLinkSpeed: text,
      /** Not asked, because that would have woken it. */
      isStandby: z.boolean(),
      /** The disk's own verdict. */
      hasPassed: z.boolean().nullable(),
      exitFlags: z.array(z.enum(smartExitFlags)),
      /** What smartctl said instead of, or beside, the values. */
      messages: z.array(z.string()),
      temperatureC: number,
      powerOnHours: number,
      powerCycles: number,
      usedPercent: number,
      reallocatedSectors: number,
      pendingSectors: number,
      uncorrectableErrors: number,
      interfaceCrcErrors: number,
      loggedErrors: number,
      /** Attributes at or below their threshold, now or in the past. */
      failedAttributes: z.array(z.object({ name: z.string(), when: z.string() })),
      nvme: nvmeHealthSchema.nullable(),
    }),
  ),
});
export type DiskHealthFacts = z.infer<typeof diskHealthFactsSchema>;
export type DiskHealth = DiskHealthFacts['disks'][number];

export const raidMemberStates = ['active', 'spare', 'faulty', 'missing', 'rebuilding', 'unknown'] as const;

/** Facts of probe `raid`: md arrays, ZFS pools, hardware controllers, LVM volumes and multipath maps of a node. */
export const raidFactsSchema = z.object({
  arrays: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['md', 'zfs', 'controller']),
      /** `raid1`, `raid10`, `raidz2`, `RAID6` as its own tool says; for ZFS the kinds of its groups. */
      level: text,
      /** `active`, `clean, degraded`, `ONLINE`, `Optl` … as its own tool says. */
      state: text,
      /** Fewer members than it should have; null when not told. */
      isDegraded: z.boolean().nullable(),
      sizeBytes: number,
      usedBytes: number,
      membersWanted: number,
      membersActive: number,
      members: z.array(z.object({ name: z.string(), state: z.enum(raidMemberStates), errors: number })),
      /** Resync, recovery, check, scrub … that is under way; `percent` null while it waits. */
      operation: z.object({ name: z.string(), percent: number, finishMinutes: number }).nullable(),
      uuid: text,
    }),
  ),
  /** A controller is there that nobody told of: what `drives` lists is not all of them. Absent in older results. */
  hasUnreadDrives: z.boolean().optional(),
  /** Disks behind a hardware controller, which the kernel does not see one by one. */
  drives: z.array(
    z.object({
      slot: z.string(),
      state: text,
      model: text,
      serial: text,
      firmware: text,
      sizeBytes: number,
      transport: text,
      medium: text,
      temperatureC: number,
      mediaErrors: number,
      otherErrors: number,
      predictiveFailures: number,
      hasSmartAlert: z.boolean().nullable(),
    }),
  ),
  volumes: z.array(
    z.object({
      group: z.string(),
      name: z.string(),
      sizeBytes: number,
      attributes: text,
      /** Of thin pools and snapshots. */
      dataPercent: number,
      metadataPercent: number,
    }),
  ),
  multipaths: z.array(
    z.object({
      name: z.string(),
      wwid: text,
      device: text,
      product: text,
      sizeBytes: number,
      paths: z.array(z.object({ name: z.string(), address: text, state: text, isUsable: z.boolean() })),
    }),
  ),
});
export type RaidFacts = z.infer<typeof raidFactsSchema>;
export type RaidArray = RaidFacts['arrays'][number];
