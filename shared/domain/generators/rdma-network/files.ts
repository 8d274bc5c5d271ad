import type { GeneratedFile, GeneratorProblem, Values } from '../generator';
import { completed, fitting, keeping, keptNote, otherOf } from '../other-settings';
import {
  asValues,
  both,
  filledIn,
  groupOf,
  isOn,
  numberOf,
  numbersOf,
  problem,
  rowsOf,
  textOf,
  textsOf,
} from '../values';
import { lostComments, readYamlFile, textsIn, yamlText } from '../yaml-file';
import { networkFields, portFields } from './fields';

/** IFNAMSIZ of linux/if.h; none that could be taken for an option, a path or a specifier. */
export const interfacePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/;
export const devicePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Where the adapter puts a traffic class unless told otherwise: the upper three bits of its DSCP. */
export function priorityOf(trafficClass: number): number {
  return trafficClass >> 5;
}

const portsOf = (form: Values) =>
  rowsOf(form, 'interfaces').filter((row) => interfacePattern.test(textOf(row, 'name') ?? ''));

export function files(form: Values): GeneratedFile[] {
  const ports = portsOf(form);
  const commands = ports.flatMap(commandsOf);
  return [
    {
      fileName: '90-gantry-rdma.yaml',
      language: 'yaml',
      text: yamlText(contentOf(form, ports)),
      path: '/etc/netplan/90-gantry-rdma.yaml',
      // netplan complains of files that others may read: they may hold keys of Wi-Fi.
      mode: '600',
      activation: 'netplan',
    },
    ...(commands.length > 0
      ? [
          {
            fileName: 'gantry-roce.service',
            language: 'ini' as const,
            text: unitText(ports, commands),
            path: '/etc/systemd/system/gantry-roce.service',
            activation: 'unit' as const,
          },
        ]
      : []),
    ...(isOn(form, 'multiHomed')
      ? [
          {
            fileName: '90-gantry-rdma.conf',
            language: 'ini' as const,
            text: sysctls,
            path: '/etc/sysctl.d/90-gantry-rdma.conf',
            activation: 'sysctl' as const,
          },
        ]
      : []),
  ];
}

/** The whole of netplan's file. */
function contentOf(form: Values, ports: readonly Values[]): Values {
  const of = (kind: string) =>
    Object.fromEntries(
      ports
        .filter((row) => (textOf(row, 'kind') ?? 'ethernet') === kind)
        .map((row) => [textOf(row, 'name') ?? '', portContent(row)]),
    );
  const network = filledIn({ renderer: textOf(form, 'renderer'), ethernets: of('ethernet'), bonds: of('bond') });
  return completed({ network: { version: 2, ...network } }, otherOf(form));
}

function portContent(row: Values): Values {
  const own = filledIn({ mtu: numberOf(row, 'mtu'), addresses: textsOf(row, 'addresses') });
  return completed(own ?? {}, otherOf(row));
}

/** What has to be done at every boot, as systemd takes it; names and numbers were checked, so nothing in it can be filled in. */
function commandsOf(row: Values): string[] {
  const name = textOf(row, 'name') ?? '';
  const roce = groupOf(row, 'roce');
  if (!isOn(roce, 'isOn')) return [];
  const priorities = numbersOf(roce, 'pfcPriorities').filter((one) => Number.isInteger(one) && one >= 0 && one <= 7);
  const pfc = [0, 1, 2, 3, 4, 5, 6, 7].map((priority) => (priorities.includes(priority) ? 1 : 0)).join(',');
  const given = textOf(roce, 'device') ?? '';
  const device = devicePattern.test(given) ? given : null;
  const trafficClass = wholeIn(roce, 'trafficClass', 255);
  const cnp = wholeIn(roce, 'cnpDscp', 63);
  const marked = priorities.length > 0 ? priorities : trafficClass === null ? [] : [priorityOf(trafficClass)];
  const write = (value: number, path: string) => `/bin/sh -c 'echo ${value} > ${path}'`;
  return [
    `/usr/bin/mlnx_qos -i ${name} --trust dscp --pfc ${pfc}`,
    ...(trafficClass !== null && device !== null
      ? [
          `/usr/sbin/cma_roce_tos -d ${device} -t ${trafficClass}`,
          write(trafficClass, `/sys/class/infiniband/${device}/tc/1/traffic_class`),
        ]
      : []),
    ...(isOn(roce, 'ecn')
      ? marked.flatMap((priority) =>
          ['roce_np', 'roce_rp'].map((side) => write(1, `/sys/class/net/${name}/ecn/${side}/enable/${priority}`)),
        )
      : []),
    ...(cnp === null ? [] : [write(cnp, `/sys/class/net/${name}/ecn/roce_np/cnp_dscp`)]),
  ];
}

function wholeIn(values: Values, name: string, maximum: number): number | null {
  const value = numberOf(values, name);
  return value !== null && Number.isInteger(value) && value >= 0 && value <= maximum ? value : null;
}

function unitText(ports: readonly Values[], commands: readonly string[]): string {
  const devices = ports
    .filter((row) => isOn(groupOf(row, 'roce'), 'isOn'))
    .map((row) => `sys-subsystem-net-devices-${escapedName(textOf(row, 'name') ?? '')}.device`);
  return [
    '[Unit]',
    'Description=RoCE settings of RDMA ports',
    `Wants=${devices.join(' ')}`,
    `After=${devices.join(' ')}`,
    '',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=true',
    ...commands.map((command) => `ExecStart=${command}`),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

/** As `systemd-escape` writes a name: a hyphen stands for a slash there. */
function escapedName(name: string): string {
  return name.replaceAll('-', '\\x2d');
}

const sysctls = `net.ipv4.conf.all.arp_ignore = 1
net.ipv4.conf.all.arp_announce = 2
net.ipv4.conf.all.rp_filter = 2
`;

/** Of netplan's file; the unit's settings stand elsewhere. */
export function read(text: string): { values: Record<string, unknown>; notes: GeneratorProblem[] } | null {
  const file = readYamlFile(text);
  const network = asValues(file?.network);
  if (file === null || network === null) return null;
  const rows = (kind: string, from: unknown) =>
    Object.entries(asValues(from) ?? {}).map(([name, one]) => {
      const port = asValues(one) ?? {};
      const own = filledIn({ mtu: port.mtu, addresses: textsIn(port.addresses) });
      return keeping(port, { name, kind, ...fitting(portFields, own ?? {}) }, portContent);
    });
  const interfaces = [...rows('ethernet', network.ethernets), ...rows('bond', network.bonds)];
  const taken = filledIn({ ...fitting(networkFields, filledIn({ renderer: network.renderer }) ?? {}), interfaces });
  const values = keeping(file, taken ?? {}, (form) => contentOf(form, portsOf(form)));
  const notes = [
    ...keptNote(
      values,
      interfaces.map((row) => [textOf(row, 'name') ?? '', row]),
    ),
    problem(
      'info',
      ['interfaces'],
      both('RoCE settings are in another file: fill them in.', 'RoCE 设置在另一个文件中：请填写。'),
    ),
  ];
  return { values, notes: [...notes, ...lostComments(text)] };
}
