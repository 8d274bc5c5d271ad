import type { CommandSpec } from '#shared/domain/command';
import type { NetworkFacts } from '#shared/domain/facts/network';
import { integerOf, isObject, linesOf, readJson, textOf } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

type Interface = NetworkFacts['interfaces'][number];

/** Links with their details and their addresses in one document. */
const ip: CommandSpec = { id: 'ip', argv: ['ip', '-j', '-d', 'address', 'show'] };
const sysfsScript = `grep -sH '' /sys/class/net/*/speed /sys/class/net/*/operstate /sys/class/net/*/mtu \\
  /sys/class/net/*/address /sys/class/net/*/device/numa_node
grep -sE 'DRIVER=|PCI_SLOT_NAME=' /sys/class/net/*/device/uevent /dev/null
echo 'net:end'`;
const sysfs: CommandSpec = { id: 'sysfs-net', argv: ['sh', '-c', sysfsScript] };

export const networkProbe = defineProbe({
  id: 'network',
  commands: [ip, sysfs],
  sources: {
    '': 'ip',
    'interfaces.speedMbitPerSec': 'sysfs-net',
    'interfaces.driver': 'sysfs-net',
    'interfaces.pciBusId': 'sysfs-net',
    'interfaces.numaNode': 'sysfs-net',
  },
  parse(outputs) {
    const output = readCommand(outputs, ip);
    const hardware = readSysfs(outputs[sysfs.id]?.state === 'exited' ? (outputs[sysfs.id]?.stdout ?? '') : '');
    const links = isProblem(output) ? null : readIp(output.stdout);
    if (links) {
      const interfaces = links.map((link) => ({ ...link, ...hardwareOf(hardware?.get(link.name)) }));
      return { state: 'ok', facts: { interfaces } };
    }
    if (hardware && hardware.size > 0) {
      const interfaces = [...hardware].map(([name, values]) => fromSysfs(name, values));
      return { state: 'ok', facts: { interfaces }, reason: { key: 'probes.addressesUnknown' } };
    }
    return isProblem(output) ? output : unparsable(ip, output);
  },
});

/** `ip -j link` or `ip -j address`: an array of links; older iproute2 leaves empty objects in it. */
function readIp(text: string): Interface[] | null {
  const document = readJson(text.trimStart().startsWith('[') ? text : '');
  if (!Array.isArray(document)) return null;
  const interfaces: Interface[] = [];
  for (const entry of document) {
    if (!isObject(entry)) return null;
    if (typeof entry.ifname !== 'string' || entry.ifname === '') continue;
    const info = isObject(entry.linkinfo) ? entry.linkinfo : {};
    const addresses = Array.isArray(entry.addr_info) ? entry.addr_info.filter(isObject) : [];
    interfaces.push({
      name: entry.ifname,
      kind: textOf(info.info_kind) ?? textOf(entry.link_type),
      macAddress: textOf(entry.address),
      mtu: integerOf(entry.mtu),
      operationalState: textOf(entry.operstate),
      speedMbitPerSec: null,
      driver: null,
      pciBusId: null,
      numaNode: null,
      addresses: addresses.flatMap(({ local, prefixlen }) =>
        typeof local === 'string' ? [`${local}/${integerOf(prefixlen) ?? '?'}`] : [],
      ),
      master: textOf(entry.master),
    });
  }
  return interfaces.length > 0 ? interfaces : null;
}

/** `/sys/class/net/eth0/speed:100000` and `/sys/class/net/eth0/device/uevent:DRIVER=mlx5_core`, by interface. */
function readSysfs(text: string): Map<string, Map<string, string>> | null {
  if (!text.trimEnd().endsWith('net:end')) return null;
  const interfaces = new Map<string, Map<string, string>>();
  for (const line of linesOf(text)) {
    const match = /\/class\/net\/([^/\s]{1,64})\/(?:device\/)?(\w{1,20}):(?:(DRIVER|PCI_SLOT_NAME)=)?(.*)$/.exec(line);
    if (!match) continue;
    const values = interfaces.get(match[1] ?? '') ?? new Map<string, string>();
    values.set(match[3] ?? match[2] ?? '', (match[4] ?? '').trim());
    interfaces.set(match[1] ?? '', values);
  }
  return interfaces;
}

function hardwareOf(values: ReadonlyMap<string, string> | undefined) {
  const speed = integerOf(values?.get('speed'));
  const numaNode = integerOf(values?.get('numa_node'));
  return {
    // -1 (or the same unsigned) where the link is down.
    speedMbitPerSec: speed !== null && speed > 0 && speed < 4_294_967_295 ? speed : null,
    driver: values?.get('DRIVER') || null,
    pciBusId: values?.get('PCI_SLOT_NAME') || null,
    numaNode: numaNode !== null && numaNode >= 0 ? numaNode : null,
  };
}

function fromSysfs(name: string, values: ReadonlyMap<string, string>): Interface {
  return {
    name,
    kind: null,
    macAddress: values.get('address') || null,
    mtu: integerOf(values.get('mtu')),
    operationalState: values.get('operstate')?.toUpperCase() ?? null,
    ...hardwareOf(values),
    addresses: [],
    master: null,
  };
}
