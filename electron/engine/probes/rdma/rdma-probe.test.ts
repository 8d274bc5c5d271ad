import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording, recordingNames } from '../testing/recordings';
import { rdmaProbe } from './rdma-probe';

const sysfs = `mlx5_0/hca_type:MT4129
mlx5_0/sys_image_guid:946d:ae03:005a:1810
mlx5_0/ports/1/sm_lid:0x1
mlx5_0/ports/1/cap_mask:0xa751e848
mlx5_0/ports/1/counters/link_downed:255
mlx5_0/ports/1/counters/symbol_error:3
mlx5_0/ports/1/counters/port_xmit_data:123456789
mlx5_0/ports/1/hw_counters/lifespan:12
mlx5_0/ports/1/hw_counters/out_of_sequence:7
mlx5_0/ports/1/gid_attrs/types/0:IB/RoCE v1
mlx5_0/ports/1/gids/0:fe80:0000:0000:0000:946d:ae03:005a:1811
mlx5_0/ports/1/gids/1:0000:0000:0000:0000:0000:0000:0000:0000
mlx5_0/fw_ver:28.41.1000
mlx5_0/board_id:MT_0000000838
mlx5_0/node_guid:946d:ae03:005a:1810
mlx5_0/device/numa_node:1
mlx5_0/ports/1/state:4: ACTIVE
mlx5_0/ports/1/phys_state:5: LinkUp
mlx5_0/ports/1/rate:400 Gb/sec (4X NDR)
mlx5_0/ports/1/link_layer:InfiniBand
mlx5_0/ports/1/lid:0x70
mlx5_0/device/uevent:PCI_SLOT_NAME=0000:18:00.0
mlx5_0/device/net/ibp24s0/dev_port:0
rdma:end
`;
const verbs = `hca_id: mlx5_0
        phys_port_cnt:                  1
                port:   1
                        state:                  PORT_ACTIVE (4)
                        max_mtu:                4096 (5)
                        active_mtu:             4096 (5)
                        link_layer:             InfiniBand
`;
const parse = (text: string) => factsOf(rdmaProbe, { 'sysfs-infiniband': text }).devices;

describe('rdma probe', () => {
  it('reads devices and ports, with their GIDs and chosen counters', () => {
    expect(factsOf(rdmaProbe, { 'sysfs-infiniband': sysfs, 'ibv-devinfo': verbs }).devices).toEqual([
      {
        name: 'mlx5_0',
        hcaType: 'MT4129',
        firmwareVersion: '28.41.1000',
        boardId: 'MT_0000000838',
        nodeGuid: '946d:ae03:005a:1810',
        systemImageGuid: '946d:ae03:005a:1810',
        pciBusId: '0000:18:00.0',
        numaNode: 1,
        isVirtualFunction: false,
        ports: [
          {
            port: 1,
            state: 'ACTIVE',
            physicalState: 'LinkUp',
            rateGbitPerSec: 400,
            rateText: '4X NDR',
            width: 4,
            generation: 'NDR',
            linkLayer: 'InfiniBand',
            lid: 112,
            subnetManagerLid: 1,
            portGuid: '946d:ae03:005a:1811',
            capabilityMask: '0xa751e848',
            activeMtu: 4096,
            maxMtu: 4096,
            netdev: 'ibp24s0',
            gids: [{ index: 0, gid: 'fe80:0000:0000:0000:946d:ae03:005a:1811', type: 'IB/RoCE v1', netdev: null }],
            counters: { link_downed: 255, port_xmit_data: 123_456_789, symbol_error: 3 },
            hardwareCounters: { out_of_sequence: 7 },
          },
        ],
      },
    ]);
  });

  it('tells virtual functions from the cards that they are of', () => {
    const [device] = parse(sysfs.replace('rdma:end', 'mlx5_0/device/physfn:yes\nrdma:end'));
    expect(device?.isVirtualFunction).toBe(true);
  });

  it('tells a node without RDMA from output that ends early', () => {
    expect(parse('rdma:none\n')).toEqual([]);
    expect(rdmaProbe.parse({ 'sysfs-infiniband': printed(sysfs.slice(0, -12)) })).toMatchObject({
      state: 'unparsable',
    });
    expect(rdmaProbe.parse({ 'sysfs-infiniband': printed('') })).toMatchObject({ state: 'unparsable' });
  });

  it.each([
    ['netns shared copy-on-fork on\n', true],
    ['netns exclusive privileged-qkey off copy-on-fork off\n', false],
    ['netns shared\n', undefined],
  ])('tells whether the kernel protects pinned pages at fork: %j', (text, isCopyOnFork) => {
    const facts = factsOf(rdmaProbe, { 'sysfs-infiniband': 'rdma:none\n', 'rdma-system': text });
    expect(facts).toEqual({ devices: [], ...(isCopyOnFork === undefined ? {} : { isCopyOnFork }) });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(rdmaProbe, { 'sysfs-infiniband': sysfs, 'ibv-devinfo': verbs });
  });
});

it('words the physical state of `rdma link` as sysfs does', () => {
  const lines = [
    'mlx5_0/1 state ACTIVE physical_state LINK_UP netdev eth0',
    'mlx5_1/1 state DOWN physical_state DISABLED',
  ];
  const text = lines.map((line) => `link ${line}\n`).join('');
  expect(parse(text).map(({ ports }) => ports[0]?.physicalState)).toEqual(['LinkUp', 'Disabled']);
});

describe.skipIf(!hasRecordings)('rdma probe on recorded outputs', () => {
  it('reads the sysfs of a node with 12 adapters', () => {
    const text = recording('fabric/sysfs-class-infiniband__h100-node.txt');
    const devices = parse(text);
    expect(devices.map((device) => device.name)).toEqual([...new Set(text.match(/^mlx5_\w+/gm))]);
    expect(devices[0]).toMatchObject({
      firmwareVersion: '28.41.1000',
      ports: [{ state: 'ACTIVE', rateGbitPerSec: 400, rateText: '4X NDR' }],
    });
  });

  it('reads sysfs with full paths, two ports and Omni-Path', () => {
    const devices = parse(recording('fabric/sysfs-class-infiniband__hfi1-mlx4.txt'));
    expect(
      devices.map((device) => [device.name, device.ports.map((port) => `${port.state} ${port.rateText}`)]),
    ).toEqual([
      ['hfi1_0', ['ACTIVE 4X EDR']],
      ['mlx4_0', ['ACTIVE 4X QDR', 'ACTIVE 4X QDR']],
      ['mlx5_0', ['ACTIVE 1X EDR']],
    ]);
    expect(devices[2]?.nodeGuid).toBe('0a7f:bc12:45ef:d23b');
  });

  it('has each field of the H100 node as its files have it', () => {
    const devices = parse(recording('fabric/sysfs-class-infiniband__h100-node.txt'));
    expect(devices.map(({ name }) => name)).toEqual([
      ...['mlx5_0', 'mlx5_1', 'mlx5_4', 'mlx5_5', 'mlx5_6', 'mlx5_7', 'mlx5_8', 'mlx5_9'],
      'mlx5_bond_0',
    ]);
    expect(devices[0]).toMatchObject({ hcaType: 'MT4129', boardId: 'MT_0000000838', nodeGuid: null });
    expect(devices[0]?.ports).toMatchObject([
      {
        port: 1,
        state: 'ACTIVE',
        physicalState: 'LinkUp',
        rateGbitPerSec: 400,
        rateText: '4X NDR',
        width: 4,
        generation: 'NDR',
        linkLayer: 'InfiniBand',
        gids: [],
        counters: {
          VL15_dropped: 0,
          excessive_buffer_overrun_errors: 15,
          link_downed: 0,
          link_error_recovery: 0,
          local_link_integrity_errors: 0,
          port_rcv_constraint_errors: 0,
          port_rcv_errors: 14,
          port_rcv_remote_physical_errors: 0,
          port_rcv_switch_relay_errors: 1,
          port_xmit_constraint_errors: 0,
          port_xmit_discards: 0,
          port_xmit_wait: 2489603687,
          symbol_error: 0,
        },
        hardwareCounters: {
          duplicate_request: 0,
          implied_nak_seq_err: 0,
          local_ack_timeout_err: 0,
          out_of_buffer: 0,
          out_of_sequence: 0,
          packet_seq_err: 0,
          rnr_nak_retry_err: 0,
          roce_adp_retrans: 3,
          roce_slow_restart: 0,
        },
      },
    ]);
    expect(devices[8]).toMatchObject({
      hcaType: 'MT41692',
      boardId: 'MT_0000000884',
      firmwareVersion: '32.38.3056',
      ports: [{ linkLayer: 'Ethernet', rateGbitPerSec: 200, rateText: '2X NDR', width: 2, generation: 'NDR' }],
    });
  });

  it('has the fields of ibstat as it prints them', () => {
    const devices = parse(recording('fabric/ibstat__h100-12-ports-active.txt'));
    expect(devices).toHaveLength(12);
    expect(devices[0]).toMatchObject({
      name: 'mlx5_0',
      hcaType: 'MT4129',
      firmwareVersion: '28.39.1002',
      nodeGuid: 'a088:c203:00e3:142a',
      systemImageGuid: 'a088:c203:00e3:142a',
      ports: [
        {
          port: 1,
          state: 'ACTIVE',
          physicalState: 'LinkUp',
          rateGbitPerSec: 400,
          lid: 0,
          subnetManagerLid: 0,
          capabilityMask: '0x00010000',
          portGuid: 'a288:c2ff:fee3:142a',
          linkLayer: 'Ethernet',
        },
      ],
    });
    // A GUID of zeros is none.
    expect(devices[1]).toMatchObject({ name: 'mlx5_1', hcaType: 'MT4125', ports: [{ portGuid: null }] });
  });

  it('has the three ports of an H100 node that are switched off, with the rate that is left over', () => {
    const ports = parse(recording('fabric/ibstat__h100-3-ports-down.txt')).flatMap(({ name, hcaType, ports }) =>
      ports.map((port) => ({ name, hcaType, ...port })),
    );
    const down = ports.filter(({ state }) => state === 'DOWN');
    expect(down.map(({ name }) => name)).toEqual(['mlx5_2', 'mlx5_7', 'mlx5_8']);
    expect(down[0]).toMatchObject({
      hcaType: 'MT4125',
      physicalState: 'Disabled',
      rateGbitPerSec: 40,
      lid: 0,
      linkLayer: 'Ethernet',
      portGuid: '966d:aeff:fec2:b691',
    });
  });

  it('has the BlueField of an H100 node beside its InfiniBand adapters', () => {
    const devices = parse(recording('fabric/ibstat__h100-bluefield3-9-ports.txt'));
    expect(devices[0]).toMatchObject({
      name: 'mlx5_0',
      firmwareVersion: '28.41.1000',
      nodeGuid: '58a2:e103:00a7:820e',
      ports: [{ lid: 128, subnetManagerLid: 1, capabilityMask: '0xa751e848', linkLayer: 'InfiniBand' }],
    });
    expect(devices.find(({ name }) => name === 'mlx5_bond_0')).toMatchObject({
      hcaType: 'MT41692',
      firmwareVersion: '32.38.3056',
      nodeGuid: '58a2:e103:0076:0398',
      ports: [{ rateGbitPerSec: 200, portGuid: '201d:97ff:fe00:56cf', linkLayer: 'Ethernet' }],
    });
  });

  it('has a virtual machine whose node GUID is not its image GUID', () => {
    expect(parse(recording('fabric/ibstat__a100-cx7-9-ports-active.txt'))[0]).toMatchObject({
      hcaType: 'MT4126',
      firmwareVersion: '22.35.2302',
      nodeGuid: '1e91:8eff:fe7a:03a0',
      systemImageGuid: 'b83f:d203:00b6:eb16',
      ports: [{ state: 'ACTIVE', rateGbitPerSec: 200, portGuid: '1c91:8eff:fe7a:03a0', linkLayer: 'Ethernet' }],
    });
  });

  it('has both ports of a ConnectX-3 with counters of their own', () => {
    const mlx4 = parse(recording('fabric/sysfs-class-infiniband__hfi1-mlx4.txt')).find(({ name }) => name === 'mlx4_0');
    expect(mlx4).toMatchObject({ hcaType: 'MT4099', boardId: 'SM_1141000001000', firmwareVersion: '2.31.5050' });
    expect(mlx4?.ports).toMatchObject([
      { port: 1, width: 4, generation: 'QDR', rateGbitPerSec: 40, counters: { port_xmit_wait: 3599, link_downed: 0 } },
      { port: 2, width: 4, generation: 'QDR', rateGbitPerSec: 40, counters: { port_xmit_wait: 3846, link_downed: 0 } },
    ]);
  });

  it('has the rates of two dumps of one node: HDR as it should be, and EDR as it was found', () => {
    const rates = (name: string) =>
      parse(classInfinibandOf(JSON.parse(recording(`fabric/sysfs-tree__${name}.json`)))).flatMap(({ ports }) =>
        ports.map(({ rateGbitPerSec, width, generation }) => `${rateGbitPerSec} ${width}X ${generation}`),
      );
    expect(rates('gpu-node-good')).toEqual(Array(8).fill('200 4X HDR'));
    expect(rates('gpu-node-ib-bad-rate')).toEqual(Array(8).fill('100 4X EDR'));
  });

  it.each(recordingNames('fabric', /^ibstat__/))('reads %s', (name) => {
    const text = recording(name);
    const ports = parse(text).flatMap((device) => device.ports);
    expect(ports.filter((port) => port.state === 'ACTIVE')).toHaveLength((text.match(/State: Active/g) ?? []).length);
    expect(ports.filter((port) => port.state === 'DOWN')).toHaveLength((text.match(/State: Down/g) ?? []).length);
    expect(ports.map((port) => port.rateGbitPerSec)).toEqual(
      [...text.matchAll(/^\s+Rate: (\d+)/gm)].map((match) => Number(match[1])),
    );
  });

  it('reads ibv_devinfo', () => {
    const text = recording('fabric/ibv_devinfo__asus-esc8000a-rtx6000ada-x4.txt');
    const devices = parse(text);
    expect(devices.map((device) => device.name)).toEqual(['mlx5_0', 'mlx5_1', 'mlx5_2', 'mlx5_3']);
    expect(devices[0]).toMatchObject({
      firmwareVersion: '28.41.1000',
      boardId: 'MT_0000000834',
      ports: [{ port: 1, state: 'DOWN', lid: 0, linkLayer: 'Ethernet', rateGbitPerSec: null }],
    });
  });

  it('reads ibstatus and rdma link', () => {
    const devices = parse(recording('fabric/ibstatus__a100-8-ports.txt'));
    expect(devices).toHaveLength(9);
    expect(devices[0]?.ports[0]).toMatchObject({
      state: 'ACTIVE',
      physicalState: 'LinkUp',
      rateGbitPerSec: 200,
      lid: 0x33bf,
    });
    expect(parse(recording('fabric/rdma-link__cx5-with-netdev.txt')).map((device) => device.ports[0]?.netdev)).toEqual([
      'ens6f0np0',
      'ens6f1np1',
    ]);
  });
});

/** The files of `infiniband` folders below PCI devices, as grep prints them from /sys/class/infiniband. */
function classInfinibandOf(tree: Record<string, unknown>): string {
  return Object.entries(tree)
    .map(([path, value]) => [/\/infiniband\/(mlx5_\d+\/[\w/]+)$/.exec(path)?.[1], value] as const)
    .filter(([path]) => path !== undefined)
    .map(([path, value]) => `${path}:${String(value).trim()}\n`)
    .join('');
}
