import type { NodeFacts, ProbeId } from './facts/index';
import type { BlockDevice, DiskHealth, NvmeController, NvmeHealth, RaidFacts } from './facts/storage';

/** What a disk is used for, as far as lsblk tells. `empty`: nothing lies on it. */
export type DiskUse = 'system' | 'ceph' | 'raid' | 'data' | 'empty';

/** One disk with all that several tools say of it. Null: no tool said. */
export interface Disk {
  /** `nvme0`, `sda`, or `/c0/e252/s0` behind a hardware controller. */
  readonly name: string;
  /** Its block devices, without `/dev/`. */
  readonly devices: readonly string[];
  readonly medium: 'nvme' | 'ssd' | 'hdd' | null;
  readonly transport: string | null;
  /** An NVMe disk in this node, not at the other end of a network. */
  readonly isLocalNvme: boolean;
  readonly state: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly firmware: string | null;
  readonly sizeBytes: number | null;
  readonly pciAddress: string | null;
  readonly numaNode: number | null;
  /** Null: what lies on it is not known. */
  readonly use: DiskUse | null;
  readonly mountPoints: readonly string[];
  readonly isStandby: boolean;
  /** The disk's own verdict. */
  readonly hasPassed: boolean | null;
  readonly temperatureC: number | null;
  readonly usedPercent: number | null;
  readonly powerOnHours: number | null;
  readonly mediaErrors: number | null;
  readonly reallocatedSectors: number | null;
  readonly pendingSectors: number | null;
  readonly failedAttributes: readonly { readonly name: string; readonly when: string }[];
  readonly nvme: NvmeHealth | null;
  /** Where its identity was read. */
  readonly source: Source;
  /** Where its wear and errors were read; null where they were not. */
  readonly healthSource: Source | null;
}

interface Source {
  readonly probeId: ProbeId;
  readonly factPath: string;
}

/** A disk of smartctl, with its place in the facts. */
interface Smart {
  readonly disk: DiskHealth;
  readonly source: Source;
}

/** Every disk of a node, NVMe first. Pure. Null: neither lsblk, nor the kernel's list of NVMe, nor SMART could be read. */
export function disksOf(facts: NodeFacts): Disk[] | null {
  const blocks = facts['block-devices'];
  const health = facts['disk-health'];
  if (!blocks && !facts.nvme && !health) return null;
  const roots = (blocks?.devices ?? []).map((device, index) => ({ device, index, name: shortName(device.name) }));
  const smart = (name: string): Smart | null => {
    const at = health?.disks.findIndex(({ device }) => shortName(device) === name) ?? -1;
    const disk = health?.disks[at];
    return disk ? { disk, source: { probeId: 'disk-health', factPath: `disks.${at}` } } : null;
  };
  const controllers = facts.nvme?.controllers ?? [];
  const nvmeDisks = controllers.flatMap((controller, index) => {
    // A disk with two ports has two controllers, and its namespaces once.
    if (isSecondPort(controller, controllers.slice(0, index))) return [];
    const devices = controller.namespaces.map(({ name }) => name);
    const own = roots.filter(({ name }) => devices.includes(name) || controllerOf(name) === controller.name);
    const lies = blocks ? own.map(({ device }) => device) : null;
    return [fromController(controller, index, devices, lies, smart(controller.name))];
  });
  const claimed = new Set([...controllers.map(({ name }) => name), ...nvmeDisks.flatMap(({ devices }) => devices)]);
  const others = roots
    .filter(({ device, name }) => isDisk(device, name) && !claimed.has(name) && !claimed.has(controllerOf(name) ?? ''))
    .map(({ device, index, name }) => fromBlockDevice(device, index, name, smart(controllerOf(name) ?? name)));
  const known = new Set([...controllers, ...others].map(({ name }) => name));
  const unlisted = (health?.disks ?? []).flatMap((disk, index) =>
    known.has(shortName(disk.device)) || disk.model === null ? [] : [fromSmart(disk, index)],
  );
  return [...nvmeDisks, ...others, ...unlisted, ...(facts.raid?.drives ?? []).map(fromDrive)];
}

function isSecondPort({ namespaces }: NvmeController, before: readonly NvmeController[]): boolean {
  const seen = new Set(before.flatMap((controller) => controller.namespaces.map(({ name }) => name)));
  return namespaces.length > 0 && namespaces.every(({ name }) => seen.has(name));
}

function shortName(device: string): string {
  return device.replace(/^\/dev\//, '');
}

/** `nvme3n1` -> `nvme3`. */
function controllerOf(name: string): string | null {
  return /^(nvme\d+)(?:c\d+)?n\d+$/.exec(name)?.[1] ?? null;
}

function isDisk({ kind, sizeBytes }: BlockDevice, name: string): boolean {
  return kind === 'disk' && (sizeBytes ?? 1) > 0 && !/^(zram|ram|loop|nbd|rbd|drbd|md|dm-)/.test(name);
}

const systemMounts = new Set(['/', '/boot', '/boot/efi', '/usr', '/var', '[SWAP]']);

/** What lies on a disk, partitions and all that is built of them included. */
function usageOf(devices: readonly BlockDevice[] | null): Pick<Disk, 'use' | 'mountPoints'> {
  if (devices === null || devices.length === 0) return { use: null, mountPoints: [] };
  const all: BlockDevice[] = [];
  const visit = (device: BlockDevice) => {
    all.push(device);
    device.children.forEach(visit);
  };
  devices.forEach(visit);
  const mountPoints = [...new Set(all.flatMap((device) => device.mountPoints))];
  const isCeph = all.some(
    ({ name, fileSystem }) => fileSystem === 'ceph_bluestore' || /^(\/dev\/mapper\/)?ceph--/.test(name),
  );
  const isRaid = all.some(
    ({ kind, fileSystem }) => kind?.startsWith('raid') || /raid_member|zfs_member/.test(fileSystem ?? ''),
  );
  const isUsed = all.some(({ fileSystem, children }) => fileSystem !== null || children.length > 0);
  const use = mountPoints.some((mount) => systemMounts.has(mount))
    ? 'system'
    : isCeph
      ? 'ceph'
      : isRaid
        ? 'raid'
        : isUsed || mountPoints.length > 0
          ? 'data'
          : 'empty';
  return { use, mountPoints };
}

function healthOf(found: Smart | null, nvme: { log: NvmeHealth; factPath: string } | null) {
  const smart = found?.disk ?? null;
  const log = nvme?.log ?? smart?.nvme ?? null;
  const healthSource: Source | null = nvme ? { probeId: 'nvme', factPath: nvme.factPath } : (found?.source ?? null);
  return {
    healthSource,
    isStandby: smart?.isStandby ?? false,
    hasPassed: smart?.hasPassed ?? null,
    temperatureC: log?.temperatureC ?? smart?.temperatureC ?? null,
    usedPercent: log?.usedPercent ?? smart?.usedPercent ?? null,
    powerOnHours: log?.powerOnHours ?? smart?.powerOnHours ?? null,
    mediaErrors: log?.mediaErrors ?? smart?.uncorrectableErrors ?? null,
    reallocatedSectors: smart?.reallocatedSectors ?? null,
    pendingSectors: smart?.pendingSectors ?? null,
    failedAttributes: smart?.failedAttributes ?? [],
    nvme: log,
  };
}

function fromController(
  controller: NvmeController,
  index: number,
  devices: readonly string[],
  lies: readonly BlockDevice[] | null,
  found: Smart | null,
): Disk {
  const smart = found?.disk ?? null;
  const sizes = controller.namespaces.map(({ sizeBytes }) => sizeBytes).filter((size) => size !== null);
  const transport = controller.transport ?? 'pcie';
  return {
    name: controller.name,
    devices,
    medium: 'nvme',
    transport: transport === 'pcie' ? 'nvme' : `nvme ${transport}`,
    isLocalNvme: transport === 'pcie',
    state: controller.state,
    model: controller.model ?? smart?.model ?? null,
    serial: controller.serial ?? smart?.serial ?? null,
    firmware: controller.firmware ?? smart?.firmware ?? null,
    sizeBytes: sizes.length > 0 ? sizes.reduce((sum, size) => sum + size, 0) : (smart?.capacityBytes ?? null),
    pciAddress: /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i.test(controller.address ?? '')
      ? controller.address
      : null,
    numaNode: controller.numaNode,
    ...usageOf(lies),
    ...healthOf(found, controller.health ? { log: controller.health, factPath: `controllers.${index}.health` } : null),
    source: { probeId: 'nvme', factPath: `controllers.${index}` },
  };
}

function fromBlockDevice(device: BlockDevice, index: number, name: string, found: Smart | null): Disk {
  const smart = found?.disk ?? null;
  const isNvme = device.transport === 'nvme' || controllerOf(name) !== null;
  return {
    name: controllerOf(name) ?? name,
    devices: [name],
    medium: isNvme ? 'nvme' : device.isRotational === null ? null : device.isRotational ? 'hdd' : 'ssd',
    transport: device.transport ?? (name.startsWith('vd') ? 'virtio' : null),
    isLocalNvme: isNvme,
    state: null,
    model: device.model ?? smart?.model ?? null,
    serial: device.serial ?? smart?.serial ?? null,
    firmware: smart?.firmware ?? null,
    sizeBytes: device.sizeBytes ?? smart?.capacityBytes ?? null,
    pciAddress: null,
    numaNode: null,
    ...usageOf([device]),
    ...healthOf(found, null),
    source: { probeId: 'block-devices', factPath: `devices.${index}` },
  };
}

function fromSmart(disk: DiskHealth, index: number): Disk {
  const source: Source = { probeId: 'disk-health', factPath: `disks.${index}` };
  const isNvme = disk.nvme !== null;
  return {
    name: shortName(disk.device),
    devices: [],
    medium: isNvme ? 'nvme' : disk.rotationRpm === null ? null : disk.rotationRpm > 0 ? 'hdd' : 'ssd',
    transport: disk.protocol,
    isLocalNvme: isNvme,
    state: null,
    model: disk.model,
    serial: disk.serial,
    firmware: disk.firmware,
    sizeBytes: disk.capacityBytes,
    pciAddress: null,
    numaNode: null,
    use: null,
    mountPoints: [],
    ...healthOf({ disk, source }, null),
    source,
  };
}

function fromDrive(drive: RaidFacts['drives'][number], index: number): Disk {
  const isFailed = /^(failed|ubad|ubunsp|offln|msng)$/i.test(drive.state ?? '');
  return {
    name: drive.slot,
    devices: [],
    medium: drive.medium === 'HDD' ? 'hdd' : drive.medium === 'SSD' ? 'ssd' : null,
    transport: drive.transport,
    isLocalNvme: false,
    state: drive.state,
    model: drive.model,
    serial: drive.serial,
    firmware: drive.firmware,
    sizeBytes: drive.sizeBytes,
    pciAddress: null,
    numaNode: null,
    use: 'raid',
    mountPoints: [],
    ...healthOf(null, null),
    hasPassed:
      isFailed || drive.hasSmartAlert || (drive.predictiveFailures ?? 0) > 0
        ? false
        : drive.hasSmartAlert === false
          ? true
          : null,
    temperatureC: drive.temperatureC,
    mediaErrors: drive.mediaErrors,
    source: { probeId: 'raid', factPath: `drives.${index}` },
    healthSource: { probeId: 'raid', factPath: `drives.${index}` },
  };
}
