import { choice, flag, group, list, text, texts, whole, wholes } from '../field-makers';
import type { Generator, GeneratorField, Values } from '../generator';
import { otherField } from '../other-settings';
import { both } from '../values';

const isShown = (around: Values) => around.isOn === true;

export const networkFields: readonly GeneratorField[] = [
  choice(
    'renderer',
    ['networkd', 'NetworkManager'],
    'Who carries it out. Default: as the node’s other netplan files say.',
    '由谁实施。默认：与节点其他 netplan 文件一致。',
  ),
  flag(
    'multiHomed',
    'arp_ignore, arp_announce and rp_filter, so that each port answers for itself only.',
    '设置 arp_ignore、arp_announce、rp_filter，使各端口只为自身应答。',
    {
      label: both('Several ports', '多个端口'),
    },
  ),
];

export const portFields: readonly GeneratorField[] = [
  text(
    'name',
    'As ip link names it. Not the one of the own connection.',
    '即 ip link 所示名称。不能是当前连接所用的接口。',
    { label: both('Interface', '接口'), isRequired: true, placeholder: 'ens1np0' },
  ),
  choice('kind', ['ethernet', 'bond'], 'bond: of one that another file sets up.', 'bond：由其他文件定义的聚合接口。', {
    label: both('Kind', '类型'),
  }),
  whole(
    'mtu',
    '9000 for RoCE (its own MTU is then 4096); switches and all nodes of a rail must agree.',
    'RoCE 用 9000（RDMA MTU 为 4096）；同一 rail 上的交换机和节点必须一致。',
    {
      label: both('MTU', 'MTU'),
      unit: 'B',
      minimum: 1280,
      maximum: 9978,
    },
  ),
  texts('addresses', 'With the length of the prefix. Empty: as it is.', '带前缀长度。留空则不变。', {
    label: both('Addresses', '地址'),
    placeholder: '10.10.1.7/24',
  }),
  group(
    'roce',
    'Gone after a restart: a unit sets them at every boot.',
    '重启后失效：由单元在每次启动时设置。',
    [
      flag('isOn', 'Sets trust to DSCP, and the following.', '将 trust 设为 DSCP，并设置以下各项。', {
        label: both('RoCE', 'RoCE'),
      }),
      text('device', 'As ibdev2netdev names it.', '即 ibdev2netdev 所示名称。', {
        label: both('RDMA device', 'RDMA 设备'),
        placeholder: 'mlx5_0',
        isShown,
      }),
      wholes(
        'pfcPriorities',
        'Paused instead of dropped; the switch must pause the same, or the fabric stalls. 3 is usual; empty: none, with ECN alone.',
        '暂停而不丢包的优先级；交换机必须一致，否则网络会停滞。通常为 3；留空则仅靠 ECN。',
        {
          label: both('PFC priorities', 'PFC 优先级'),
          minimum: 0,
          maximum: 7,
          isShown,
        },
      ),
      whole(
        'trafficClass',
        '106: DSCP 26 (priority 3) and ECN. NCCL wants the same in NCCL_IB_TC.',
        '106：DSCP 26（优先级 3）加 ECN。NCCL 的 NCCL_IB_TC 应相同。',
        {
          label: both('Traffic class', '流量类别'),
          minimum: 0,
          maximum: 255,
          isShown,
        },
      ),
      flag(
        'ecn',
        'The port marks and slows down (DCQCN) on these priorities.',
        '端口在这些优先级上标记并降速（DCQCN）。',
        { label: both('ECN', 'ECN'), isShown },
      ),
      whole(
        'cnpDscp',
        'DSCP of congestion notices. 48 is usual; switches must not drop it.',
        '拥塞通知包的 DSCP。通常 48；交换机不得丢弃。',
        {
          label: both('CNP DSCP', 'CNP DSCP'),
          minimum: 0,
          maximum: 63,
          isShown,
        },
      ),
    ],
    { label: both('RoCE settings', 'RoCE 设置') },
  ),
  otherField,
];

/** Source: netplan documentation, YAML configuration; NVIDIA networking documentation, RoCE configuration, mlnx_qos. */
export const sections: Generator['sections'] = [
  {
    title: both('Network', '网络'),
    fields: networkFields,
  },
  {
    title: both('Ports', '端口'),
    fields: [
      list(
        'interfaces',
        both('Port', '端口'),
        'What other netplan files say of it stays; these settings are added.',
        '其他 netplan 文件中的设置保留；此处为追加。',
        portFields,
        { label: both('Interfaces', '接口') },
      ),
    ],
  },
  { title: both('Other', '其他'), fields: [otherField] },
];
