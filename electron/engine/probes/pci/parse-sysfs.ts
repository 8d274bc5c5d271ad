import type { PciFacts, PciFunction } from '#shared/domain/facts/pci';
import { integerOf, linesOf } from '../lib/lines';
import { blankFunction, generationOf, isLostWidth, pciAddress, widthOf } from './blank-function';

const devices = '/sys/bus/pci/devices';
const slotFolder = '/sys/bus/pci/slots/';

/**
 * One line a function, read by the shell itself: a process for each file of 500 functions would take a second. Only what is
 * long (registers, error counters) is left to grep. Virtual functions are counted by their physical one.
 */
export const sysfsScript = `[ -d ${devices} ] || { echo 'pci:none'; exit 0; }
cd ${devices} || exit 1
set --
for d in *; do
  cd -P "${devices}/$d" && [ -e vendor ] && [ ! -e physfn ] || continue
  line="fn $d $PWD"
  for f in vendor device class subsystem_vendor subsystem_device revision numa_node current_link_speed current_link_width \\
    max_link_speed max_link_width power_state power/runtime_status sriov_numvfs sriov_totalvfs; do
    v=
    [ -e "$f" ] && read -r v rest <"$f"
    line="$line \${v:--}"
    [ "$f" = class ] && class=$v
  done
  group=- type=- driver=-
  [ -e iommu_group ] && cd -P iommu_group && group=\${PWD##*/} && [ -e type ] && read -r type rest <type
  [ -e "${devices}/$d/driver" ] && cd -P "${devices}/$d/driver" && driver=\${PWD##*/}
  echo "$line $group $type $driver"
  case $class in 0x02*|0x03*|0x0108*|0x0680*|0x12*) set -- "$@" "$d/resource";; esac
done 2>/dev/null
cd ${devices}
[ $# -gt 0 ] && grep -snHv '^0x0000000000000000 ' "$@"
grep -sHE '^TOTAL| [1-9]' */aer_dev_correctable */aer_dev_nonfatal */aer_dev_fatal
grep -sH '' /sys/bus/pci/slots/*/address
for u in /sys/class/iommu/*; do [ -e "$u" ] && echo "iommu \${u##*/}"; done
set -f
read -r arguments </proc/cmdline
for word in $arguments; do case $word in *iommu*) echo "argument $word";; esac; done
echo 'pci:end'`;

export type PciTree = Pick<PciFacts, 'functions' | 'iommu'>;

/**
 * Reads what the script prints, null when it is something else or not whole:
 *   fn 0000:1b:00.0 /sys/devices/pci0000:15/0000:15:01.0/0000:1b:00.0 0x10de 0x2330 0x030200 … 32.0 16 32.0 16 D0 … 41 DMA-FQ nvidia
 *   0000:1b:00.0/resource:3:0x0000212000000000 0x0000213fffffffff 0x000000000014220c
 *   0000:1b:00.0/aer_dev_correctable:TOTAL_ERR_COR 12
 *   /sys/bus/pci/slots/21/address:0000:1b:00
 */
export function parseSysfs(text: string): PciTree | null {
  if (!text.trimEnd().endsWith('pci:end')) return null;
  const found = new Map<string, PciFunction>();
  const types = new Map<number, string>();
  const kernelArguments: string[] = [];
  const slots = new Map<string, string>();
  let units = 0;
  for (const line of linesOf(text)) {
    if (line.startsWith('fn ')) readFunction(line, found, types);
    else if (line.startsWith('iommu ')) units += 1;
    else if (line.startsWith('argument ')) kernelArguments.push(line.slice('argument '.length, 200).trim());
    else if (line.startsWith(slotFolder)) readSlot(line, slots);
    else readDetail(line, found);
  }
  for (const one of found.values()) one.physicalSlot = slots.get(one.address.slice(0, -2)) ?? null;
  const groupTypes: Record<string, number> = {};
  for (const type of types.values()) if (type !== '-') groupTypes[type] = (groupTypes[type] ?? 0) + 1;
  return {
    functions: [...found.values()],
    iommu: { isEnabled: types.size > 0 || units > 0, groupCount: types.size, groupTypes, kernelArguments },
  };
}

function readFunction(line: string, found: Map<string, PciFunction>, types: Map<number, string>): void {
  const [, name = '', path = '', ...fields] = line.split(' ');
  const address = pciAddress(name);
  if (address === null || fields.length < 18) return;
  const [vendor, device, classCode, subsystemVendor, subsystemDevice, revision, numa, ...rest] = fields;
  const [speed = '', width = '', maxSpeed = '', maxWidth = '', power, runtime, enabled, total, group, type, ...driver] =
    rest;
  const one = blankFunction(address);
  one.parentAddress = parentOf(path, address);
  one.vendorId = hex(vendor, 4);
  one.deviceId = hex(device, 4);
  one.classCode = hex(classCode, 6);
  one.subsystemVendorId = hex(subsystemVendor, 4);
  one.subsystemDeviceId = hex(subsystemDevice, 4);
  one.revision = hex(revision, 2);
  // -1: the firmware does not say.
  one.numaNode = natural(numa);
  one.driver = shown(driver.join(' '));
  one.powerState = shown(power);
  one.runtimeStatus = shown(runtime);
  one.iommuGroup = natural(group);
  if (one.iommuGroup !== null) types.set(one.iommuGroup, (type ?? '-').slice(0, 40));
  if (natural(total) !== null) one.virtualFunctions = { enabled: natural(enabled), total: natural(total) };
  if (isLostWidth(width) || vendor === '0xffff') one.state = 'lost';
  if (width !== '-' || maxWidth !== '-') {
    const lanes = one.state === 'lost' ? null : widthOf(width);
    one.link = {
      // Nothing below a port: there is no link, whatever the speed field says.
      generation: lanes === null ? null : generationOf(speed),
      width: lanes,
      maxGeneration: generationOf(maxSpeed),
      maxWidth: widthOf(maxWidth),
    };
  }
  found.set(address, one);
}

/** The nearest function above it on the path; `pci10000:00` of a volume management device lies between two of them. */
function parentOf(path: string, address: string): string | null {
  const above = path.slice(0, 4096).split('/').map(pciAddress);
  return above.filter((each) => each !== null && each !== address).at(-1) ?? null;
}

function readDetail(line: string, found: ReadonlyMap<string, PciFunction>): void {
  const register = /^([0-9a-f:.]{10,17})\/resource:(\d{1,2}):0x([0-9a-f]{16}) 0x([0-9a-f]{16}) 0x([0-9a-f]{16})$/.exec(
    line,
  );
  if (register) {
    const [, address = '', number, first, last, flags] = register;
    readRegister(
      found.get(address),
      Number(number) - 1,
      BigInt(`0x${first}`),
      BigInt(`0x${last}`),
      Number(`0x${flags?.slice(-8)}`),
    );
    return;
  }
  const error = /^([0-9a-f:.]{10,17})\/aer_dev_(correctable|nonfatal|fatal):(\w{1,40}) (\d{1,15})$/.exec(line);
  if (error) {
    const [, address = '', severity, kind = '', count] = error;
    const one = found.get(address);
    if (!one) return;
    one.aer ??= { correctable: null, nonFatal: null, fatal: null, kinds: {} };
    if (!kind.startsWith('TOTAL')) one.aer.kinds[kind] = (one.aer.kinds[kind] ?? 0) + Number(count);
    else if (severity === 'correctable') one.aer.correctable = Number(count);
    else if (severity === 'fatal') one.aer.fatal = Number(count);
    else one.aer.nonFatal = Number(count);
  }
}

/** A slot is of a card: of all its functions. */
function readSlot(line: string, slots: Map<string, string>): void {
  const slot = /^([^/\s]{1,60})\/address:([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2})$/.exec(line.slice(slotFolder.length));
  if (slot) slots.set(slot[2] ?? '', slot[1] ?? '');
}

/** Flags of the kernel's ioport.h: 0x200 memory, 0x2000 prefetchable, 0x100000 64-bit. Six registers; then ROM and windows. */
function readRegister(one: PciFunction | undefined, index: number, first: bigint, last: bigint, flags: number): void {
  const sizeBytes = Number(last - first + 1n);
  if (!one || index < 0 || index > 5 || (flags & 0x200) === 0 || sizeBytes < 1 || !Number.isSafeInteger(sizeBytes))
    return;
  one.bars.push({
    index,
    sizeBytes,
    isPrefetchable: (flags & 0x2000) !== 0,
    is64Bit: (flags & 0x10_0000) !== 0,
  });
}

function hex(value: string | undefined, digits: number): string | null {
  const match = /^0x([0-9a-f]{2,6})$/.exec(value ?? '');
  return match?.[1]?.length === digits ? match[1] : null;
}

function natural(value: string | undefined): number | null {
  const number = integerOf(value);
  return number !== null && number >= 0 ? number : null;
}

function shown(value: string | undefined): string | null {
  return value === undefined || value === '-' || value === '' ? null : value.slice(0, 60);
}

/**
 * Files of sysfs kept as one JSON document, path to content: what of them is about PCIe links.
 *   "/sys/class/pci_bus/0000:61/device/0000:61:00.0/current_link_width": "4\n"
 */
export function parseSysfsJson(text: string): PciFunction[] | null {
  const files = /^\s*\{\s*"\/sys\//.test(text) ? jsonObject(text) : null;
  if (files === null) return null;
  const found = new Map<string, PciFunction>();
  for (const [path, content] of Object.entries(files)) {
    const match = /\/([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\/(current|max)_link_(speed|width)$/.exec(path);
    if (!match || typeof content !== 'string') continue;
    const [, address = '', end, what] = match;
    const one = found.get(address) ?? blankFunction(address);
    found.set(address, one);
    one.link ??= { generation: null, width: null, maxGeneration: null, maxWidth: null };
    if (what === 'speed') one.link[end === 'max' ? 'maxGeneration' : 'generation'] = generationOf(content);
    else one.link[end === 'max' ? 'maxWidth' : 'width'] = widthOf(content);
    if (what === 'width' && isLostWidth(content)) one.state = 'lost';
  }
  return found.size > 0 ? [...found.values()].sort((a, b) => (a.address < b.address ? -1 : 1)) : null;
}

function jsonObject(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
