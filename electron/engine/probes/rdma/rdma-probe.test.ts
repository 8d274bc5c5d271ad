import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording, recordingNames } from '../testing/recordings';
import { rdmaProbe } from './rdma-probe';

const sysfs = `mlx5_0/fw_ver:28.41.1000
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
const parse = (text: string) => factsOf(rdmaProbe, { 'sysfs-infiniband': text }).devices;

describe('rdma probe', () => {
  it('reads devices and ports', () => {
    expect(parse(sysfs)).toEqual([
      {
        name: 'mlx5_0',
        firmwareVersion: '28.41.1000',
        boardId: 'MT_0000000838',
        nodeGuid: '946d:ae03:005a:1810',
        pciBusId: '0000:18:00.0',
        numaNode: 1,
        ports: [
          {
            port: 1,
            state: 'ACTIVE',
            physicalState: 'LinkUp',
            rateGbitPerSec: 400,
            rateText: '4X NDR',
            linkLayer: 'InfiniBand',
            lid: 112,
            netdev: 'ibp24s0',
          },
        ],
      },
    ]);
  });

  it('tells a node without RDMA from output that ends early', () => {
    expect(parse('rdma:none\n')).toEqual([]);
    expect(rdmaProbe.parse({ 'sysfs-infiniband': printed(sysfs.slice(0, -12)) })).toMatchObject({
      state: 'unparsable',
    });
    expect(rdmaProbe.parse({ 'sysfs-infiniband': printed('') })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(rdmaProbe, { 'sysfs-infiniband': sysfs });
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
