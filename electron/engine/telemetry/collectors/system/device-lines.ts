import type { MetricId } from '#shared/domain/telemetry/metrics';

export interface DeviceLine {
  readonly name: string;
  readonly values: readonly number[];
}

/** Sectors of /proc/diskstats are 512 bytes, whatever the disk's own are. */
const SECTOR_BYTES = 512;

export const diskMetrics: readonly MetricId[] = [
  'disk.reads',
  'disk.readBytes',
  'disk.readSeconds',
  'disk.writes',
  'disk.writtenBytes',
  'disk.writeSeconds',
  'disk.busySeconds',
];

export const rotationalMetrics: readonly MetricId[] = ['disk.rotational'];

/** `/sys/block/sda/queue/rotational` and what is in it; null for what is no disk. */
export function readRotational(file: string, text: string): DeviceLine | null {
  const name = /^\/sys\/block\/([\w-]{1,32})\/queue\/rotational$/.exec(file)?.[1] ?? '';
  return WHOLE_DISK.test(name) && /^[01]$/.test(text) ? { name, values: [Number(text)] } : null;
}

export function isWholeDisk(name: string): boolean {
  return WHOLE_DISK.test(name);
}

/** Whole disks and arrays; partitions are parts of them, loop devices and RAM disks are none. */
const WHOLE_DISK = /^(sd[a-z]{1,3}|nvme\d{1,3}n\d{1,3}|vd[a-z]{1,2}|xvd[a-z]{1,2}|md\d{1,4}|dm-\d{1,4}|mmcblk\d{1,2})$/;

/** A line of /proc/diskstats (Documentation/admin-guide/iostats of the kernel); null for what is no disk. */
export function readDisk(text: string): DeviceLine | null {
  const words = text.trim().split(/\s+/);
  const name = words[2] ?? '';
  if (words.length < 14 || !WHOLE_DISK.test(name)) return null;
  const [reads, , readSectors, readMs, writes, , writtenSectors, writeMs, , busyMs] = words.slice(3).map(wholeNumber);
  return {
    name,
    values: [
      reads,
      (readSectors ?? Number.NaN) * SECTOR_BYTES,
      (readMs ?? Number.NaN) / 1000,
      writes,
      (writtenSectors ?? Number.NaN) * SECTOR_BYTES,
      (writeMs ?? Number.NaN) / 1000,
      (busyMs ?? Number.NaN) / 1000,
    ].map((value) => value ?? Number.NaN),
  };
}

export const networkMetrics: readonly MetricId[] = [
  'network.receivedBytes',
  'network.receiveErrors',
  'network.receiveDrops',
  'network.sentBytes',
  'network.sendErrors',
  'network.sendDrops',
];

/** Interfaces of containers and bridges come and go by the hundred and carry what the real ones carry. */
const NOT_WATCHED = /^(lo$|veth|docker|br-|cali|cni|flannel|virbr|vnet|tap|dummy)/;

export function isWatchedInterface(name: string): boolean {
  return !NOT_WATCHED.test(name);
}

/** A line of /proc/net/dev; null for what is not watched. */
export function readNetwork(text: string): DeviceLine | null {
  const match = /^ *([^ :]{1,32}): *(.*)$/.exec(text);
  const name = match?.[1] ?? '';
  const numbers = (match?.[2] ?? '').trim().split(/\s+/).map(wholeNumber);
  if (numbers.length < 16 || NOT_WATCHED.test(name)) return null;
  return { name, values: [0, 2, 3, 8, 10, 11].map((index) => numbers[index] ?? Number.NaN) };
}

function wholeNumber(word: string): number {
  return /^\d{1,20}$/.test(word) ? Number(word) : Number.NaN;
}
