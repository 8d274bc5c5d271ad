import type { NodeFacts } from '../../facts/index';
import type { LocalizedText } from '../../text';
import { checkFields } from '../check-fields';
import type { Generator, GeneratorExample, GeneratorProblem, Values } from '../generator';
import { both, copyOf, groupOf, isOn, numberOf, numbersOf, problem, rowsOf, textOf, textsOf } from '../values';
import { yamlFault } from '../yaml-file';
import { sections } from './fields';
import { devicePattern, files, interfacePattern, priorityOf, read } from './files';

const roceGuide = 'NVIDIA networking documentation, RoCE configuration';
const netplan = 'netplan documentation, YAML configuration';

const roce = (device: string) => ({
  isOn: true,
  device,
  pfcPriorities: [3],
  trafficClass: 106,
  cnpDscp: 48,
  ecn: true,
});

const examples: readonly GeneratorExample[] = [
  {
    id: 'roce',
    title: both('RoCE v2, one port', 'RoCE v2，单端口'),
    description: both(
      'Jumbo frames, DSCP trusted, PFC and ECN on priority 3.',
      '巨型帧，信任 DSCP，优先级 3 启用 PFC 与 ECN。',
    ),
    values: { interfaces: [{ name: 'ens1np0', kind: 'ethernet', mtu: 9000, roce: roce('mlx5_0') }] },
  },
  {
    id: 'rails',
    title: both('Two rails', '两条 rail'),
    description: both(
      'Two ports in networks of their own, and the sysctls that several ports on one node need.',
      '两个端口位于各自网络，并设置多端口所需的 sysctl。',
    ),
    values: {
      multiHomed: true,
      interfaces: [
        { name: 'ens1np0', kind: 'ethernet', mtu: 9000, addresses: ['10.10.1.7/24'], roce: roce('mlx5_0') },
        { name: 'ens2np0', kind: 'ethernet', mtu: 9000, addresses: ['10.10.2.7/24'], roce: roce('mlx5_1') },
      ],
    },
  },
];

/** The RDMA ports of the node that are Ethernet. */
function initial(facts: NodeFacts | null): Record<string, unknown> {
  const ports = (facts?.network?.interfaces ?? []).filter(
    ({ driver, isVirtualFunction, master }) => driver === 'mlx5_core' && !isVirtualFunction && master === null,
  );
  const values = copyOf(examples[0]?.values ?? {});
  if (ports.length === 0) return values;
  return {
    ...values,
    ...(ports.length > 1 ? { multiHomed: true } : {}),
    interfaces: ports.map(({ name }, index) => ({ name, kind: 'ethernet', mtu: 9000, roce: roce(`mlx5_${index}`) })),
  };
}

function problems(form: Values, facts: NodeFacts | null): GeneratorProblem[] {
  const found = checkFields(sections, form);
  const add = (
    severity: GeneratorProblem['severity'],
    path: GeneratorProblem['path'],
    text: LocalizedText,
    source: string,
  ) => found.push(problem(severity, path, text, source));
  const rows = rowsOf(form, 'interfaces');
  const names = rows.map((row) => textOf(row, 'name'));
  if (rows.length === 0) add('error', ['interfaces'], both('An interface at least.', '至少需要一个接口。'), netplan);
  for (const [index, row] of rows.entries()) {
    const at = (...path: GeneratorProblem['path']) => ['interfaces', index, ...path];
    const name = names[index] ?? null;
    if (name !== null && !interfacePattern.test(name)) {
      add(
        'error',
        at('name'),
        both('No name of an interface (15 letters and digits at most).', '不是有效的接口名（最多 15 个字符）。'),
        'linux/if.h',
      );
    } else if (name !== null && names.indexOf(name) < index) {
      add('error', at('name'), both('Listed twice.', '重复列出。'), netplan);
    }
    const known = facts?.network?.interfaces;
    const there = known?.find((one) => one.name === name);
    if (known && name !== null && there === undefined) {
      add('error', at('name'), both('This node has no such interface.', '此节点没有该接口。'), 'ip link');
    }
    if (there?.master != null) {
      add(
        'error',
        at('name'),
        both(`It belongs to ${there.master}: set that one up.`, `它属于 ${there.master}：请设置后者。`),
        netplan,
      );
    }
    if (there !== undefined && there.kind === 'bond' && textOf(row, 'kind') !== 'bond') {
      add('error', at('kind'), both('It is a bond.', '它是聚合接口（bond）。'), netplan);
    }
    for (const [line, address] of textsOf(row, 'addresses').entries()) {
      if (
        !/^(?:\d{1,3}(?:\.\d{1,3}){3}\/(?:[0-9]|[12]\d|3[0-2])|[0-9a-fA-F:]+:[0-9a-fA-F:.]*\/(?:\d|[1-9]\d|1[01]\d|12[0-8]))$/.test(
          address,
        )
      ) {
        add(
          'error',
          at('addresses', line),
          both('With the length of its prefix: 10.10.1.7/24.', '须带前缀长度：10.10.1.7/24。'),
          netplan,
        );
      }
    }
    ofRoce(row, at, add);
  }
  if (rows.length > 1 && !isOn(form, 'multiHomed')) {
    const text = both(
      'Several ports in one network answer for each other (ARP flux): needed unless each has a subnet of its own.',
      '同一网络中的多个端口会互相应答（ARP flux）：除非各自独立子网，否则需要。',
    );
    add('info', ['multiHomed'], text, 'Linux kernel documentation, ip-sysctl: arp_ignore');
  }
  return found;
}

type Add = (
  severity: GeneratorProblem['severity'],
  path: GeneratorProblem['path'],
  text: LocalizedText,
  source: string,
) => unknown;

function ofRoce(row: Values, at: (...path: GeneratorProblem['path']) => GeneratorProblem['path'], add: Add): void {
  const settings = groupOf(row, 'roce');
  if (!isOn(settings, 'isOn')) return;
  const mtu = numberOf(row, 'mtu');
  if (mtu !== null && mtu < 4200) {
    const text = both(
      'RDMA then sends in pieces of 1024 bytes or less than 4096: 9000 is usual.',
      'RDMA 的 MTU 将小于 4096：通常用 9000。',
    );
    add('warn', at('mtu'), text, roceGuide);
  }
  const device = textOf(settings, 'device');
  if (device !== null && !devicePattern.test(device))
    add(
      'error',
      at('roce', 'device'),
      both('As ibdev2netdev names it: mlx5_0.', '即 ibdev2netdev 所示名称：mlx5_0。'),
      roceGuide,
    );
  const priorities = numbersOf(settings, 'pfcPriorities');
  if (priorities.length > 1) {
    const text = both(
      'Each one takes buffers of its own on every port; switches mostly allow two.',
      '每个都占用各端口的缓冲区；交换机通常最多支持两个。',
    );
    add('warn', at('roce', 'pfcPriorities'), text, roceGuide);
  }
  const trafficClass = numberOf(settings, 'trafficClass');
  if (trafficClass !== null && trafficClass % 4 !== 0 && trafficClass % 4 !== 2) {
    add(
      'warn',
      at('roce', 'trafficClass'),
      both('Its last bits are ECN: 0 or 2 (ECT), so an even number.', '低两位为 ECN：应为 0 或 2（ECT），即偶数。'),
      'RFC 3168',
    );
  }
  if (trafficClass !== null && priorities.length > 0 && !priorities.includes(priorityOf(trafficClass))) {
    const [dscp, priority] = [trafficClass >> 2, priorityOf(trafficClass)];
    const text = both(
      `DSCP ${dscp} goes to priority ${priority}, which is not paused: packets get lost there.`,
      `DSCP ${dscp} 对应优先级 ${priority}，该优先级未启用 PFC：会丢包。`,
    );
    add('error', at('roce', 'trafficClass'), text, roceGuide);
  }
  if (trafficClass !== null && device === null) {
    add(
      'error',
      at('roce', 'device'),
      both('The traffic class is set on the RDMA device.', '流量类别需设置在 RDMA 设备上。'),
      roceGuide,
    );
  }
  if (isOn(settings, 'ecn') && priorities.length === 0 && trafficClass === null) {
    add('error', at('roce', 'ecn'), both('Say for which priority.', '请指明优先级。'), roceGuide);
  }
}

/** netplan and the settings of a RoCE port that are gone after a restart. */
export const rdmaNetwork: Generator = {
  id: 'rdma-network',
  title: both('RDMA network (netplan, mlnx_qos)', 'RDMA 网络（netplan、mlnx_qos）'),
  description: both(
    'MTU and addresses by netplan; DSCP trust, PFC, ECN and the traffic class by a unit at every boot.',
    '由 netplan 设置 MTU 与地址；每次启动由单元设置 DSCP 信任、PFC、ECN 和流量类别。',
  ),
  nodePath: '/etc/netplan/90-gantry-rdma.yaml',
  probeIds: ['network'],
  sections,
  examples,
  initial,
  problems,
  files,
  read,
  fault: yamlFault,
};
