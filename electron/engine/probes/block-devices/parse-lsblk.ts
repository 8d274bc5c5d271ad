import type { BlockDevice, BlockDevicesFacts } from '#shared/domain/facts/storage';
import { integerOf, isObject, linesOf, readJson, textOf } from '../lib/lines';

/** Reads `lsblk -J`, `lsblk -P` or its tree. Null: none of them, or cut short. Sizes without -b are rounded by lsblk. */
export function parseLsblk(text: string): BlockDevicesFacts['devices'] | null {
  const start = text.trimStart();
  if (start.startsWith('{')) return fromJson(readJson(text));
  return start.startsWith('NAME="') ? fromPairs(text) : fromTree(text);
}

function fromJson(document: unknown): BlockDevice[] | null {
  if (!isObject(document) || !Array.isArray(document.blockdevices)) return null;
  return toDevices(document.blockdevices, 0);
}

function toDevices(entries: readonly unknown[], depth: number): BlockDevice[] | null {
  const devices: BlockDevice[] = [];
  for (const entry of entries) {
    if (!isObject(entry) || typeof entry.name !== 'string' || entry.name === '') return null;
    const children = Array.isArray(entry.children) && depth < 16 ? toDevices(entry.children, depth + 1) : [];
    if (children === null) return null;
    const mounts = Array.isArray(entry.mountpoints) ? entry.mountpoints : [entry.mountpoint];
    devices.push({
      name: entry.name,
      kind: textOf(entry.type),
      sizeBytes: toBytes(entry.size),
      model: textOf(entry.model),
      serial: textOf(entry.serial),
      isRotational: toFlag(entry.rota),
      transport: textOf(entry.tran),
      fileSystem: textOf(entry.fstype),
      mountPoints: mounts.map(textOf).filter((mount) => mount !== null),
      children,
    });
  }
  return devices;
}

function blankDevice(name: string): BlockDevice {
  return {
    name,
    kind: null,
    sizeBytes: null,
    model: null,
    serial: null,
    isRotational: null,
    transport: null,
    fileSystem: null,
    mountPoints: [],
    children: [],
  };
}

/** `NAME="/dev/sda1" TYPE="part" SIZE="209715200" … PKNAME="/dev/sda"`, parents before their children. */
function fromPairs(text: string): BlockDevice[] | null {
  const byName = new Map<string, BlockDevice>();
  const roots: BlockDevice[] = [];
  for (const line of linesOf(text)) {
    if (line.trim() === '') continue;
    const values = new Map(
      [...line.matchAll(/([A-Z:_-]{1,30})="([^"]{0,2000})"/g)].map((pair) => [pair[1], pair[2] ?? '']),
    );
    const name = values.get('NAME');
    if (!name || !line.trimEnd().endsWith('"')) return null;
    const device = {
      ...blankDevice(name),
      kind: textOf(values.get('TYPE')),
      sizeBytes: toBytes(values.get('SIZE')),
      model: textOf(values.get('MODEL')),
      serial: textOf(values.get('SERIAL')),
      isRotational: toFlag(values.get('ROTA')),
      transport: textOf(values.get('TRAN')),
      fileSystem: textOf(values.get('FSTYPE')),
      mountPoints: [textOf(values.get('MOUNTPOINT'))].filter((mount) => mount !== null),
    };
    const parent = byName.get(values.get('PKNAME') ?? '');
    (parent?.children ?? roots).push(device);
    byName.set(name, device);
  }
  return roots.length > 0 ? roots : null;
}

/**
 *   NAME            MAJ:MIN RM  SIZE RO TYPE MOUNTPOINT
 *   sda               8:0    0   20G  0 disk
 *   └─sda2            8:2    0   19G  0 part
 *     └─centos-root 253:0    0   17G  0 lvm  /
 */
function fromTree(text: string): BlockDevice[] | null {
  const lines = linesOf(text);
  const headerAt = lines.findIndex((line) => /^NAME\s+MAJ:MIN\s+RM\s+SIZE\s+RO\s+TYPE\s+MOUNTPOINTS?\b/.test(line));
  if (headerAt < 0 || !text.endsWith('\n')) return null;
  const roots: BlockDevice[] = [];
  const open: Array<{ depth: number; device: BlockDevice }> = [];
  for (const line of lines.slice(headerAt + 1)) {
    if (line.trim() === '') continue;
    const match =
      /^([ |`├└─│-]{0,64})(\S.{0,200}?) +(\d{1,6}:\d{1,7}) +\d +([\d.]{1,10}[BKMGTPE]?) +\d +([\w.-]{1,30}) *(.{0,1000})$/u.exec(
        line,
      );
    if (!match) {
      // Further mount points of the device above stand alone on their lines.
      const more = /^[ |│]*(\/.{0,1000}|\[SWAP\])\s*$/u.exec(line)?.[1];
      if (more === undefined || open.length === 0) return null;
      open.at(-1)?.device.mountPoints.push(more);
      continue;
    }
    const [, tree = '', name = '', , size, kind, rest = ''] = match;
    const depth = [...tree].length;
    const mount = /^(\/.*|\[SWAP\])$/.exec(rest.trim())?.[1];
    const device = {
      // Old versions add the kernel's name to one of the device mapper: `vg-root (dm-0)`.
      ...blankDevice(name.replace(/ \(dm-\d{1,6}\)$/, '')),
      kind: kind ?? null,
      sizeBytes: toBytes(size),
      mountPoints: mount === undefined ? [] : [mount],
    };
    while (open.length > 0 && (open.at(-1)?.depth ?? 0) >= depth) open.pop();
    (open.at(-1)?.device.children ?? roots).push(device);
    open.push({ depth, device });
  }
  return roots;
}

/** Bytes as number or text, or `63.9M` of lsblk without -b. */
function toBytes(value: unknown): number | null {
  const exact = integerOf(value);
  if (exact !== null) return exact >= 0 ? exact : null;
  const match = /^(\d{1,8}(?:\.\d{1,3})?)([BKMGTPE])$/.exec(textOf(value) ?? '');
  return match ? Math.round(Number(match[1]) * 1024 ** 'BKMGTPE'.indexOf(match[2] ?? 'B')) : null;
}

function toFlag(value: unknown): boolean | null {
  if (value === true || value === '1' || value === 1) return true;
  return value === false || value === '0' || value === 0 ? false : null;
}
