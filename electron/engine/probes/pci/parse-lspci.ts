import type { PciFunction } from '#shared/domain/facts/pci';
import { integerOf, linesOf } from '../lib/lines';
import { blankFunction, busOf, generationOf, isLostWidth, pciAddress, widthOf } from './blank-function';
import { classCodes, vendors } from './pci-ids';

const statusBits = ['CorrErr', 'NonFatalErr', 'FatalErr', 'UnsupReq'] as const;

/**
 * Reads a plain listing of `lspci`, with or without -D, -n(n), -k and -v to -vvv; null when it is something else.
 *   0000:15:01.0 PCI bridge [0604]: Intel Corporation Device [8086:352a] (rev 04) (prog-if 00 [Normal decode])
 *   	Bus: primary=15, secondary=16, subordinate=1c, sec-latency=0
 *   		LnkSta:	Speed 16GT/s (downgraded), Width x4 (ok)
 */
export function parseLspci(text: string): PciFunction[] | null {
  const found: PciFunction[] = [];
  const bridges = new Map<string, string>();
  for (const line of linesOf(text)) {
    if (line.trim() === '') continue;
    const current = found.at(-1);
    if (!/^\s/.test(line)) {
      const one = readHeader(line);
      if (!one) return null;
      found.push(one);
    } else if (current) {
      const below = readDetail(current, line.trim());
      if (below) bridges.set(`${current.address.slice(0, current.address.indexOf(':'))}:${below}`, current.address);
    } else {
      return null;
    }
  }
  for (const one of found) one.parentAddress = bridges.get(busOf(one.address)) ?? null;
  return found.length > 0 ? found : null;
}

function readHeader(line: string): PciFunction | null {
  const match = /^(\S{7,17}) ([^:]{1,80}): (.{1,500})$/.exec(line);
  const address = pciAddress(match?.[1] ?? '');
  if (!match || address === null) return null;
  const one = blankFunction(address);
  const [, , kind = '', rest = ''] = match;
  const [, className = '', code] = /^(.*?)(?: ?\[([0-9a-f]{4})\])?$/.exec(kind) ?? [];
  // `lspci -n` prints the number alone.
  const isBare = /^[0-9a-f]{4}$/.test(className);
  one.className = className === '' || isBare ? null : className;
  one.classCode = code ?? (isBare ? className : (classCodes[className] ?? null));
  const revision = / \(rev ([0-9a-f]{2})\)/.exec(rest)?.[1] ?? null;
  one.revision = revision;
  // A device that has fallen off the bus answers every read with ones.
  if (revision === 'ff') one.state = 'lost';
  setName(one, rest.replace(/ \((?:rev [0-9a-f]{2}|prog-if [0-9a-f]{2}[^()]{0,80})\)/g, '').trim());
  return one;
}

/** `NVIDIA Corporation GA100 [A100 SXM4 80GB] [10de:20b2]`, `NVIDIA Corporation Device 2330`, `10de:2330`. */
function setName(one: PciFunction, text: string): void {
  const ids = /(?:^|\[)([0-9a-f]{4}):([0-9a-f]{4})\]?$/.exec(text);
  const name = (ids ? text.slice(0, ids.index) : text).trim();
  const vendor = vendors.find(([known]) => name.startsWith(known));
  const device = vendor ? name.slice(vendor[0].length).trim() : name;
  const unnamed = /^Device ?([0-9a-f]{4})?$/.exec(device);
  one.vendorId = ids?.[1] ?? vendor?.[1] ?? null;
  one.deviceId = ids?.[2] ?? unnamed?.[1] ?? null;
  one.vendorName = vendor?.[0] ?? null;
  one.deviceName = unnamed || device === '' ? null : device;
}

/** Reads an indented line into the function; returns the bus below it when it is a bridge that says so. */
function readDetail(one: PciFunction, line: string): string | null {
  const [, key = '', value = ''] = /^([A-Za-z][\w ]{1,24}): *\t?(.*)$/.exec(line) ?? [];
  switch (key) {
    case 'Subsystem':
      one.subsystemName = value.trim().slice(0, 200) || null;
      break;
    case 'Physical Slot':
      one.physicalSlot = value.trim().slice(0, 60) || null;
      break;
    case 'NUMA node':
      one.numaNode = natural(value);
      break;
    case 'IOMMU group':
      one.iommuGroup = natural(value);
      break;
    case 'Kernel driver in use':
      one.driver = value.trim().slice(0, 60) || null;
      break;
    case 'Bus':
      return /secondary=([0-9a-f]{2})/.exec(value)?.[1] ?? null;
    case 'LnkCap':
      Object.assign(linkOf(one), readLink(value, 'maxGeneration', 'maxWidth'));
      break;
    case 'LnkSta': {
      const link = linkOf(one);
      Object.assign(link, readLink(value, 'generation', 'width'));
      if (link.width === null) link.generation = null;
      if (isLostWidth(/Width (x\d+)/.exec(value)?.[1] ?? '')) one.state = 'lost';
      break;
    }
    case 'DevSta':
      one.statusErrors = statusBits.filter((bit) => value.includes(`${bit}+`));
      break;
    case 'ACSCtl':
      one.acsControls = [...value.matchAll(/([A-Za-z]{4,20})\+/g)].map((match) => match[1] ?? '');
      break;
    case 'Initial VFs': {
      const [, total, enabled] = /Total VFs: (\d{1,5}), Number of VFs: (\d{1,5})/.exec(value) ?? [];
      if (total !== undefined) one.virtualFunctions = { enabled: natural(enabled), total: natural(total) };
      break;
    }
    default:
      if (key.startsWith('Region ')) readRegion(one, line);
      else if (line.startsWith('!!! Unknown header type')) one.state = 'lost';
  }
  return null;
}

function linkOf(one: PciFunction): NonNullable<PciFunction['link']> {
  one.link ??= { generation: null, width: null, maxGeneration: null, maxWidth: null };
  return one.link;
}

/** `Port #0, Speed 32GT/s, Width x16, ASPM L1` and `Speed 16GT/s (downgraded), Width x4 (ok)`. */
function readLink<G extends string, W extends string>(value: string, generation: G, width: W) {
  const speed = /Speed (\d{1,3}(?:\.\d)?GT\/s)/.exec(value)?.[1];
  const lanes = /Width (x\d{1,3})/.exec(value)?.[1];
  return { [generation]: speed ? generationOf(speed) : null, [width]: lanes ? widthOf(lanes) : null };
}

/** `Region 1: Memory at 3f000000000 (64-bit, prefetchable) [size=64G]` */
function readRegion(one: PciFunction, line: string): void {
  const match =
    /^Region (\d): Memory at .{1,40}?\((32|64)-bit, (non-)?prefetchable\).*\[size=(\d{1,5})([KMGT]?)\]/.exec(line);
  if (!match) return;
  const [, index, bits, non, size, unit = ''] = match;
  one.bars.push({
    index: Number(index),
    sizeBytes: Number(size) * 1024 ** ['', 'K', 'M', 'G', 'T'].indexOf(unit),
    isPrefetchable: non === undefined,
    is64Bit: bits === '64',
  });
}

function natural(value: string | undefined): number | null {
  const number = integerOf(value);
  return number !== null && number >= 0 ? number : null;
}

/** A name and its number as -mm and -vmm print them: `GH100 [H100 SXM5 80GB] [2330]`, `Device [2330]`, `Device 2330`. */
function nameAndId(text: string, digits = 4): { name: string | null; id: string | null } {
  const [, name = text, id] = new RegExp(`^(.*?) ?\\[([0-9a-f]{${digits}})\\]$`).exec(text) ?? [];
  const unnamed = /^Device ?([0-9a-f]{4})?$/.exec(name);
  return { name: unnamed || name === '' ? null : name, id: id ?? unnamed?.[1] ?? null };
}

/**
 * `lspci -mm` with any of -D and -nn, one line a function; null when it is something else.
 *   0000:1b:00.0 "3D controller [0302]" "NVIDIA Corporation [10de]" "GH100 [2330]" -ra1 "NVIDIA Corporation [10de]" "Device [16c1]"
 */
export function parseLspciLines(text: string): PciFunction[] | null {
  const found: PciFunction[] = [];
  for (const line of linesOf(text)) {
    if (line.trim() === '') continue;
    const address = pciAddress(line.split(' ', 1)[0] ?? '');
    const quoted = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => (match[1] ?? '').replace(/\\(.)/g, '$1'));
    if (address === null || quoted.length < 3) return null;
    const one = blankFunction(address);
    setFields(one, quoted[0] ?? '', quoted[1] ?? '', quoted[2] ?? '', quoted[3], quoted[4]);
    one.revision = / -r([0-9a-f]{2})\b/.exec(line)?.[1] ?? null;
    found.push(one);
  }
  return found.length > 0 ? found : null;
}

/**
 * `lspci -vmm` with or without -nn and -k: records of `Key:<tab>value` with an empty line between; null for anything else.
 *   Slot:	00:07.1
 *   Class:	IDE interface [0101]
 */
export function parseLspciRecords(text: string): PciFunction[] | null {
  if (!/^\s*Slot:\s/.test(text)) return null;
  const found: PciFunction[] = [];
  for (const record of text.split(/\r?\n\s*\n/)) {
    if (record.trim() === '') continue;
    const fields = new Map(
      linesOf(record).flatMap((line) => {
        const match = /^([A-Za-z]{2,12}):\s(.*)$/.exec(line);
        return match ? [[match[1] ?? '', (match[2] ?? '').trim()] as const] : [];
      }),
    );
    const address = pciAddress(fields.get('Slot') ?? '');
    if (address === null) return null;
    const one = blankFunction(address);
    setFields(
      one,
      fields.get('Class') ?? '',
      fields.get('Vendor') ?? '',
      fields.get('Device') ?? '',
      fields.get('SVendor'),
      fields.get('SDevice'),
    );
    one.revision = /^[0-9a-f]{2}$/.exec(fields.get('Rev') ?? '')?.[0] ?? null;
    if (one.revision === 'ff') one.state = 'lost';
    one.driver = fields.get('Driver')?.slice(0, 60) ?? null;
    one.numaNode = natural(fields.get('NUMANode'));
    one.iommuGroup = natural(fields.get('IOMMUGroup'));
    one.physicalSlot = fields.get('PhySlot')?.slice(0, 60) ?? null;
    found.push(one);
  }
  return found.length > 0 ? found : null;
}

function setFields(
  one: PciFunction,
  kind: string,
  vendor: string,
  device: string,
  subsystemVendor: string | undefined,
  subsystem: string | undefined,
): void {
  const classField = nameAndId(kind);
  one.className = classField.name;
  one.classCode = classField.id ?? classCodes[kind] ?? null;
  const vendorField = nameAndId(vendor);
  one.vendorName = vendorField.name;
  one.vendorId = vendorField.id ?? vendors.find(([name]) => name === vendor)?.[1] ?? null;
  const deviceField = nameAndId(device);
  one.deviceName = deviceField.name;
  one.deviceId = deviceField.id;
  one.subsystemVendorId = nameAndId(subsystemVendor ?? '').id;
  const subsystemField = nameAndId(subsystem ?? '');
  one.subsystemName = subsystemField.name;
  one.subsystemDeviceId = subsystemField.id;
}
