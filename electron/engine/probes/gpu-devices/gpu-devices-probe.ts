import type { CommandSpec } from '#shared/domain/command';
import type { GpuDevice } from '#shared/domain/facts/gpu-system';
import { normalizeBusId } from '../lib/bus-id';
import { integerOf, linesOf } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

/** Reads class files with the shell itself: a node has hundreds of devices. lspci is asked once, for their names. */
const script = `cd /sys/bus/pci/devices 2>/dev/null || { echo 'pci:none'; exit 0; }
for d in *; do
  [ -r "$d/class" ] && read -r c <"$d/class" && read -r v <"$d/vendor" || continue
  case $c$v in 0x03*|0x12*|0x0680*0x10de) ;; *) continue ;; esac
  p= sv= sd= n= b=
  read -r p <"$d/device"
  [ -r "$d/subsystem_vendor" ] && read -r sv <"$d/subsystem_vendor"
  [ -r "$d/subsystem_device" ] && read -r sd <"$d/subsystem_device"
  [ -r "$d/numa_node" ] && read -r n <"$d/numa_node"
  [ -r "$d/boot_vga" ] && read -r b <"$d/boot_vga"
  echo "device $d $c $v $p \${sv:--} \${sd:--} \${n:--} \${b:--} $(readlink "$d/driver" 2>/dev/null)"
done
lspci -Dnn 2>/dev/null | grep -E ' \\[(03|12|0680)[0-9a-f]*\\]: '
echo 'pci:end'`;
const devices: CommandSpec = { id: 'sysfs-pci', argv: ['sh', '-c', script] };

export const gpuDevicesProbe = defineProbe({
  id: 'gpu-devices',
  commands: [devices],
  sources: { '': 'sysfs-pci' },
  parse(outputs) {
    const output = readCommand(outputs, devices);
    if (isProblem(output)) return output;
    if (output.stdout.trim() === 'pci:none') return { state: 'ok', facts: { devices: [] } };
    const lines = linesOf(output.stdout);
    const listed = lines.flatMap(readListed);
    if (/^pci:end\s*$/m.test(output.stdout)) {
      const names = new Map(listed.map(({ pciBusId, name }) => [pciBusId, name]));
      return { state: 'ok', facts: { devices: lines.flatMap((line) => readDevice(line, names)) } };
    }
    // A recorded `lspci -nn` knows each device too, but not its driver.
    if (!listedLine.test(lines.find((line) => line !== '') ?? '')) return unparsable(devices, output);
    return { state: 'ok', facts: { devices: listed.filter(isGraphics) } };
  },
});

/** `device 0000:1b:00.0 0x030200 0x10de 0x2330 0x10de 0x16c1 0 - ../../../../bus/pci/drivers/nvidia` */
function readDevice(line: string, names: ReadonlyMap<string, string | null>): GpuDevice[] {
  const [word, address, pciClass, vendor, device, subVendor, subDevice, numa, boot, driver = ''] = line.split(' ');
  const pciBusId = normalizeBusId(address);
  const hex = (raw: string | undefined, digits: number) =>
    new RegExp(`^0x([0-9a-f]{${digits}})$`, 'i').exec(raw ?? '')?.[1]?.toLowerCase() ?? null;
  const ids = { pciClass: hex(pciClass, 6), vendorId: hex(vendor, 4), deviceId: hex(device, 4) };
  if (word !== 'device' || pciBusId === null) return [];
  if (ids.pciClass === null || ids.vendorId === null || ids.deviceId === null) return [];
  const numaNode = integerOf(numa);
  return [
    {
      pciBusId,
      kind: kindOf(ids.pciClass, ids.vendorId),
      pciClass: ids.pciClass,
      vendorId: ids.vendorId,
      deviceId: ids.deviceId,
      subsystemVendorId: hex(subVendor, 4),
      subsystemDeviceId: hex(subDevice, 4),
      name: names.get(pciBusId) ?? null,
      driver: driver === '' ? null : driver.slice(driver.lastIndexOf('/') + 1) || null,
      // -1: the firmware does not say.
      numaNode: numaNode === null || numaNode < 0 ? null : numaNode,
      isBootDisplay: boot === '1' ? true : boot === '0' ? false : null,
    },
  ];
}

/** ASPEED and Matrox make the graphics of BMCs. Of a Matrox card only the G200 is left in servers. */
const managementVendors = new Set(['1a03', '102b']);
/** virtio, Bochs/QEMU, QXL, VMware, Cirrus (QEMU), VirtualBox, Hyper-V. */
const virtualVendors = new Set(['1af4', '1234', '1b36', '15ad', '1013', '80ee', '1414']);

function kindOf(pciClass: string, vendorId: string): GpuDevice['kind'] {
  if (pciClass.startsWith('0680')) return 'nvswitch';
  if (managementVendors.has(vendorId)) return 'management-display';
  return virtualVendors.has(vendorId) ? 'virtual-display' : 'gpu';
}

const listedLine =
  /^((?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) .{1,80}? \[([0-9a-f]{4})\]: (.{1,300}) \[([0-9a-f]{4}):([0-9a-f]{4})\]/;

/** `0000:c1:00.0 VGA compatible controller [0300]: ASPEED Technology, Inc. ASPEED Graphics Family [1a03:2000] (rev 52)` */
function readListed(line: string): GpuDevice[] {
  const [, address = '', pciClass = '', name = '', vendorId = '', deviceId = ''] = listedLine.exec(line) ?? [];
  const pciBusId = normalizeBusId(address.length === 7 ? `0000:${address}` : address);
  if (pciBusId === null) return [];
  return [
    {
      pciBusId,
      kind: kindOf(pciClass, vendorId),
      pciClass: `${pciClass}00`,
      vendorId,
      deviceId,
      subsystemVendorId: null,
      subsystemDeviceId: null,
      // Of an id that it does not know lspci prints `Device`.
      name: /(^| )Device$/.test(name) ? null : name.trim(),
      driver: null,
      numaNode: null,
      isBootDisplay: null,
    },
  ];
}

function isGraphics({ pciClass, vendorId }: GpuDevice): boolean {
  return /^(03|12)/.test(pciClass) || (pciClass === '068000' && vendorId === '10de');
}
