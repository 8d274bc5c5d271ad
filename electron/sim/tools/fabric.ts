import { adapterOf, guidOf } from '../model/adapters';
import { changeNic } from '../model/change-settings';
import type { NodeModel } from '../model/node-model';
import type { NicSpec } from '../profiles/profile';
import { isUp } from './network';
import { failed, lines, optionValue, printed, type Tool } from './tool';

function rdmaNics(model: NodeModel): NicSpec[] {
  return model.nics.filter((nic) => nic.rdmaDevice !== null);
}

export const ibvDevinfo: Tool = (model) =>
  printed(
    rdmaNics(model)
      .map((nic) => {
        const up = isUp(model, nic);
        const isInfiniband = nic.kind === 'infiniband';
        const field = (name: string, value: string | number): string => `\t${`${name}:`.padEnd(31)} ${value}`;
        const portField = (name: string, value: string | number): string => `\t\t\t${`${name}:`.padEnd(23)} ${value}`;
        return lines(
          `hca_id:\t${nic.rdmaDevice}`,
          field('transport', 'InfiniBand (0)'),
          field('fw_ver', nic.firmware),
          field('node_guid', guidOf(nic)),
          field('sys_image_guid', guidOf(nic)),
          field('vendor_id', '0x02c9'),
          field('vendor_part_id', adapterOf(nic).hcaType.slice(2)),
          field('hw_ver', '0x0'),
          field('board_id', adapterOf(nic).boardId),
          field('phys_port_cnt', 1),
          '\t\tport:\t1',
          portField('state', up ? 'PORT_ACTIVE (4)' : 'PORT_DOWN (1)'),
          portField('max_mtu', '4096 (5)'),
          portField('active_mtu', isInfiniband || nic.mtu >= 4200 ? '4096 (5)' : '1024 (3)'),
          portField('sm_lid', isInfiniband && up ? 1 : 0),
          portField('port_lid', isInfiniband && up ? (nic.lid ?? 0) : 0),
          portField('port_lmc', '0x00'),
          portField('link_layer', isInfiniband ? 'InfiniBand' : 'Ethernet'),
          '',
        );
      })
      .join(''),
  );

/** With NVIDIA's own driver: PFC, trust and the DSCP table, eight values of which go with each priority. */
export const mlnxQos: Tool = (model, args, context) => {
  const { uid } = context;
  const nic = model.nics.find(({ netdev }) => netdev === optionValue(args, '-i'));
  if (!nic?.roce) return failed(1, 'Netdev not found or DCB is not supported\n');
  const trust = optionValue(args, '--trust');
  const pfc = optionValue(args, '--pfc')?.split(',');
  if (trust !== undefined || pfc !== undefined) {
    if (uid !== 0) return failed(1, 'Operation not permitted\n');
    if ((pfc && pfc.length !== 8) || (trust && !/^(dscp|pcp)$/.test(trust))) return failed(1, 'Bad configuration\n');
    const isDscp = trust === undefined ? nic.roce.isDscpTrusted : trust === 'dscp';
    const paused = pfc ? pfc.flatMap((value, at) => (value === '1' ? [at] : [])) : nic.roce.lossless;
    changeNic(model, nic.netdev, { roce: { ...nic.roce, isDscpTrusted: isDscp, lossless: paused } });
    return mlnxQos(model, ['-i', nic.netdev], context);
  }
  const { lossless, isDscpTrusted } = nic.roce;
  const row = (name: string, values: readonly (string | number)[]): string =>
    `\t${name.padEnd(12)}${values.map((value) => String(value).padEnd(4)).join('')}`;
  const priorities = [0, 1, 2, 3, 4, 5, 6, 7];
  const enabled = priorities.map((priority) => (lossless.includes(priority) ? 1 : 0));
  return printed(
    lines(
      'DCBX mode: OS controlled',
      `Priority trust state: ${isDscpTrusted ? 'dscp' : 'pcp'}`,
      ...(isDscpTrusted
        ? [
            'dscp2prio mapping:',
            ...priorities.map((priority) => {
              const values = priorities.map((at) => String(priority * 8 + 7 - at).padStart(2, '0'));
              return `\tprio:${priority} dscp:${values.join(',')},`;
            }),
          ]
        : []),
      'default priority:',
      'Receive buffer size (bytes): 130944,130944,0,0,0,0,0,0,max_buffer_size=262016',
      'Cable len: 7',
      'PFC configuration:',
      row('priority', priorities),
      row('enabled', enabled),
      row('buffer', enabled),
      ...priorities.flatMap((priority) => [
        `tc: ${priority} ratelimit: unlimited, tsa: vendor`,
        `\t priority:  ${priority}`,
      ]),
    ),
  );
};

/** `dcb -j pfc|app show dev NETDEV` of iproute2. */
export const dcb: Tool = (model, args) => {
  const [object, verb] = args.filter((arg) => !arg.startsWith('-'));
  const nic = model.nics.find(({ netdev }) => netdev === optionValue(args, 'dev'));
  if (verb !== 'show' || (object !== 'pfc' && object !== 'app'))
    return failed(255, `Object "${object}" is unknown, try "dcb help".\n`);
  if (!nic?.roce) return failed(1, 'Attribute not found: Operation not supported\n');
  const { lossless, isDscpTrusted } = nic.roce;
  if (object === 'app')
    return printed(
      `${JSON.stringify(isDscpTrusted ? { dscp_prio: lossless.map((priority) => [priority * 8 + 2, priority]) } : {})}`,
    );
  const flags = Array.from({ length: 8 }, (_, priority) => lossless.includes(priority));
  return printed(JSON.stringify({ pfc_cap: 8, macsec_bypass: false, delay: 0, prio_pfc: flags }));
};

export const ofedInfo: Tool = (model) => printed(`${model.profile.fabric?.ofedVersion}:\n`);

export const gdscheck: Tool = (model, args) => {
  if (!args.includes('-p')) return failed(1, 'usage: gdscheck [-p]\n');
  return printed(
    lines(
      ` GDS release version: ${model.profile.fabric?.gdsVersion}`,
      ' nvidia_fs version:  2.19 libcufile version: 2.12',
      ' Platform: x86_64',
      ' ============',
      ' ENVIRONMENT:',
      ' ============',
      ' =====================',
      ' DRIVER CONFIGURATION:',
      ' =====================',
      ' NVMe               : Supported',
      ' NVMeOF             : Supported',
      ' SCSI               : Unsupported',
      ' NFS                : Supported',
      ' Userspace RDMA     : Unsupported',
      ' --Mellanox PeerDirect : Enabled',
      ' =========',
      ' GPU INFO:',
      ' =========',
      ...model.gpus.map(
        (gpu) =>
          ` GPU index ${gpu.index} ${gpu.slot.card.productName} bar:1 bar size (MiB):${gpu.slot.card.bar1TotalMib} supports GDS, IOMMU State: Pass-through or Enabled`,
      ),
      ' ==============',
    ),
  );
};
