import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { Bond, NetworkInterface } from '#shared/domain/facts/network';
import { readEach } from '../lib/each';
import { integerOf, linesOf } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { blankMember, parseBonding } from './parse-bonding';
import { blankInterface, parseIp } from './parse-ip';

/** Links with their details and their addresses in one document. */
const ip: CommandSpec = { id: 'ip', argv: ['ip', '-j', '-d', 'address', 'show'] };
/** A virtio device has features to negotiate, and hangs on the PCI function that is its own. */
const sysfsScript = `cd /sys/class/net || exit 1
grep -sH '' */speed */duplex */operstate */carrier */flags */mtu */address */carrier_up_count */carrier_down_count \\
  */statistics/rx_errors */statistics/tx_errors */statistics/rx_dropped */statistics/tx_dropped \\
  */device/numa_node */device/sriov_numvfs
grep -sE 'DRIVER=|PCI_SLOT_NAME=' */device/uevent /dev/null
for features in */device/features; do
  device=\${features%features}
  [ -e "$features" ] && echo "\${device}uevent:$(grep -s PCI_SLOT_NAME= "$device../uevent")"
done
for function in */device/physfn; do [ -e "$function" ] && echo "$function:yes"; done
echo 'net:end'`;
const sysfs: CommandSpec = { id: 'sysfs-net', argv: ['sh', '-c', sysfsScript] };
const bonding: CommandSpec = { id: 'bonding', argv: ['cat', '{}'], forEach: '/proc/net/bonding/*' };

/** Interface -> the name of a sysfs file, or a key of its uevent -> value. */
type Hardware = ReadonlyMap<string, ReadonlyMap<string, string>>;

export const networkProbe = defineProbe({
  id: 'network',
  commands: [ip, sysfs, bonding],
  sources: {
    '': 'ip',
    'interfaces.speedMbitPerSec': 'sysfs-net',
    'interfaces.duplex': 'sysfs-net',
    'interfaces.driver': 'sysfs-net',
    'interfaces.pciBusId': 'sysfs-net',
    'interfaces.numaNode': 'sysfs-net',
    'interfaces.isVirtualFunction': 'sysfs-net',
    'interfaces.virtualFunctions': 'sysfs-net',
    'interfaces.linkUps': 'sysfs-net',
    'interfaces.linkDowns': 'sysfs-net',
    'interfaces.rxErrors': 'sysfs-net',
    'interfaces.txErrors': 'sysfs-net',
    'interfaces.rxDropped': 'sysfs-net',
    'interfaces.txDropped': 'sysfs-net',
    bonds: 'bonding|ip',
  },
  parse(outputs) {
    const output = readCommand(outputs, ip);
    const hardware = readSysfs(printedBy(outputs[sysfs.id]));
    const files = readEach(printedBy(outputs[bonding.id])).flatMap(
      ({ path, output: text }) => parseBonding(path.slice(path.lastIndexOf('/') + 1), text) ?? [],
    );
    const links = isProblem(output) ? null : parseIp(output.stdout);
    const bonds = mergeBonds(files, links?.bonds ?? []);
    const permanent = new Map(
      bonds.flatMap(({ members }) => members.map((member) => [member.name, member.permanentMacAddress])),
    );
    const withHardware = (one: NetworkInterface): NetworkInterface => {
      const joined = { ...one, ...hardwareOf(one, hardware?.get(one.name)) };
      const isMember = permanent.has(one.name);
      const own = joined.permanentMacAddress ?? permanent.get(one.name);
      // What has no other address told is not in a bond, or the bond would have told it.
      return {
        ...joined,
        permanentMacAddress: own ?? (joined.pciBusId !== null && !isMember ? joined.macAddress : null),
      };
    };
    if (links) return { state: 'ok', facts: { interfaces: links.interfaces.map(withHardware), bonds } };
    const names = new Set([
      ...(hardware?.keys() ?? []),
      ...bonds.flatMap(({ name, members }) => [name, ...members.map((member) => member.name)]),
    ]);
    if (names.size === 0) return isProblem(output) ? output : unparsable(ip, output);
    const interfaces = [...names].map((name) => withHardware(blankInterface(name)));
    return { state: 'ok', facts: { interfaces, bonds }, reason: { key: 'probes.addressesUnknown' } };
  },
});

function printedBy(output: CommandOutput | undefined): string {
  return output?.state === 'exited' ? output.stdout : '';
}

/** What the kernel's file says, and of `ip` what only root may read in the file: the partner of an LACP bond. */
function mergeBonds(files: readonly Bond[], links: readonly Bond[]): Bond[] {
  const merged = new Map(links.map((bond) => [bond.name, bond]));
  for (const file of files) {
    const link = merged.get(file.name);
    merged.set(file.name, {
      ...fill(file, link),
      members: file.members.map((member) => {
        const other = link?.members.find((one) => one.name === member.name) ?? blankMember(member.name);
        return fill(member, other);
      }),
    });
  }
  return [...merged.values()];
}

/** `one`, with what it does not know taken from the other. */
function fill<T extends object>(one: T, other: T | undefined): T {
  if (!other) return one;
  const known = Object.entries(one).filter(([, value]) => value !== null);
  return { ...other, ...Object.fromEntries(known) };
}

/** `eth0/speed:100000`, with the folder's path or without, and `eth0/device/uevent:DRIVER=mlx5_core`, by interface. */
function readSysfs(text: string): Hardware | null {
  if (!text.trimEnd().endsWith('net:end')) return null;
  const interfaces = new Map<string, Map<string, string>>();
  for (const line of linesOf(text)) {
    const match =
      /^(?:\/sys\/class\/net\/)?([^/\s]{1,64})\/(?:device\/|statistics\/)?(\w{1,20}):(?:(DRIVER|PCI_SLOT_NAME)=)?(.*)$/.exec(
        line,
      );
    if (!match) continue;
    const values = interfaces.get(match[1] ?? '') ?? new Map<string, string>();
    values.set(match[3] ?? match[2] ?? '', (match[4] ?? '').trim());
    interfaces.set(match[1] ?? '', values);
  }
  return interfaces;
}

/** What sysfs knows of an interface; what `ip` has told already stays. */
function hardwareOf(one: NetworkInterface, values: ReadonlyMap<string, string> | undefined): Partial<NetworkInterface> {
  if (!values) return {};
  const count = (name: string) => nonNegative(values.get(name));
  const speed = count('speed');
  const flags = /^0x[0-9a-f]{1,8}$/.exec(values.get('flags') ?? '')?.[0];
  const duplex = values.get('duplex');
  const isEnabled = one.isEnabled ?? (flags === undefined ? null : Number.parseInt(flags, 16) % 2 === 1);
  return {
    macAddress: one.macAddress ?? (values.get('address') || null),
    mtu: one.mtu ?? count('mtu'),
    operationalState: one.operationalState ?? values.get('operstate')?.toUpperCase() ?? null,
    isEnabled,
    // Reading the carrier of a link that is switched off is an error.
    hasCarrier: one.hasCarrier ?? { '1': true, '0': false }[values.get('carrier') ?? ''] ?? null,
    // -1 (or the same unsigned) where the link is down.
    speedMbitPerSec: speed !== null && speed > 0 && speed < 4_294_967_295 ? speed : null,
    duplex: duplex === 'full' || duplex === 'half' ? duplex : null,
    driver: values.get('DRIVER') || null,
    pciBusId: values.get('PCI_SLOT_NAME') || null,
    numaNode: count('numa_node'),
    isVirtualFunction: values.has('physfn'),
    virtualFunctions: count('sriov_numvfs'),
    linkUps: count('carrier_up_count'),
    linkDowns: count('carrier_down_count'),
    rxErrors: count('rx_errors'),
    txErrors: count('tx_errors'),
    rxDropped: count('rx_dropped'),
    txDropped: count('tx_dropped'),
  };
}

function nonNegative(value: string | undefined): number | null {
  const number = integerOf(value);
  return number !== null && number >= 0 ? number : null;
}
