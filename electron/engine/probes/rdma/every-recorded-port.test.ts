import { describe, expect, it } from 'vitest';
import type { RdmaDevice } from '#shared/domain/facts/network';
import { networkProbe } from '../network/network-probe';
import { factsOf } from '../testing/check';
import { hasRecordings, recording } from '../testing/recordings';
import { rdmaProbe } from './rdma-probe';

const devicesOf = (name: string) => factsOf(rdmaProbe, { 'sysfs-infiniband': recording(`fabric/${name}.txt`) }).devices;
/** A line for each port, its values in the order in which the tool prints them. */
const lines = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line) => line.trim());
/** As the tools write it: `0x` and sixteen digits. */
const hex = (guid: string | null) => (guid === null ? '0x0000000000000000' : `0x${guid.replaceAll(':', '')}`);
const state = (word: string | null) => word && `${word.charAt(0)}${word.slice(1).toLowerCase()}`;

function asIbstat(devices: readonly RdmaDevice[]): string[] {
  return devices.flatMap((device) =>
    device.ports.map((port) =>
      [
        ...[device.name, device.hcaType, device.firmwareVersion, hex(device.nodeGuid), hex(device.systemImageGuid)],
        ...[
          `${port.port}:${state(port.state)}`,
          port.physicalState,
          port.rateGbitPerSec,
          port.lid,
          port.subnetManagerLid,
        ],
        ...[port.capabilityMask, hex(port.portGuid), port.linkLayer],
      ].join(' '),
    ),
  );
}

/** Every value that these tools print of every port, written down from the recordings. */
describe.skipIf(!hasRecordings)('every port of recorded tools', () => {
  it.each([
    [
      'ibstat__a100-cx7-9-ports-active',
      `
        mlx5_0 MT4126 22.35.2302 0x1e918efffe7a03a0 0xb83fd20300b6eb16 1:Active LinkUp 200 0 0 0x00010000 0x1c918efffe7a03a0 Ethernet
        mlx5_1 MT4126 28.37.1014 0x6b9d7f2c99902a63 0x946dae03009377da 1:Active LinkUp 200 1369 83 0xa651ec48 0x6b9d7f2c99902a63 InfiniBand
        mlx5_2 MT4126 28.37.1014 0xb6f5686b2a0384d3 0x946dae0300937c6a 1:Active LinkUp 200 1372 83 0xa651ec48 0xb6f5686b2a0384d3 InfiniBand
        mlx5_3 MT4126 28.37.1014 0xbcaf66ff1fb84de3 0x946dae03009377ba 1:Active LinkUp 200 1374 83 0xa651ec48 0xbcaf66ff1fb84de3 InfiniBand
        mlx5_4 MT4126 28.37.1014 0xff764023a4d54d1f 0x946dae030093df72 1:Active LinkUp 200 1379 83 0xa651ec48 0xff764023a4d54d1f InfiniBand
        mlx5_5 MT4126 28.37.1014 0x85b89152a49a6c7f 0x946dae030093e39a 1:Active LinkUp 200 1383 83 0xa651ec48 0x85b89152a49a6c7f InfiniBand
        mlx5_6 MT4126 28.37.1014 0xf405e6a5caf90755 0x946dae0300937c8a 1:Active LinkUp 200 1387 83 0xa651ec48 0xf405e6a5caf90755 InfiniBand
        mlx5_7 MT4126 28.37.1014 0x8127c63ef9e8fc5f 0x946dae0300937902 1:Active LinkUp 200 1392 83 0xa651ec48 0x8127c63ef9e8fc5f InfiniBand
        mlx5_8 MT4126 28.37.1014 0x4c1037318e9cd20a 0x946dae030093e0ba 1:Active LinkUp 200 1396 83 0xa651ec48 0x4c1037318e9cd20a InfiniBand
`,
    ],
    [
      'ibstat__h100-12-ports-active',
      `
        mlx5_0 MT4129 28.39.1002 0xa088c20300e3142a 0xa088c20300e3142a 1:Active LinkUp 400 0 0 0x00010000 0xa288c2fffee3142a Ethernet
        mlx5_1 MT4125 22.39.1002 0xe8ebd303003307da 0xe8ebd303003307da 1:Active LinkUp 100 0 0 0x00010000 0x0000000000000000 Ethernet
        mlx5_10 MT4129 28.39.1002 0xa088c20300e313fa 0xa088c20300e313fa 1:Active LinkUp 400 0 0 0x00010000 0xa288c2fffee313fa Ethernet
        mlx5_11 MT4129 28.39.1002 0xa088c20300e0478e 0xa088c20300e0478e 1:Active LinkUp 400 0 0 0x00010000 0xa288c2fffee0478e Ethernet
        mlx5_2 MT4125 22.39.1002 0xe8ebd303003307db 0xe8ebd303003307da 1:Active LinkUp 100 0 0 0x00010000 0x0000000000000000 Ethernet
        mlx5_3 MT4129 28.39.1002 0xa088c20300e312f2 0xa088c20300e312f2 1:Active LinkUp 400 0 0 0x00010000 0xa288c2fffee312f2 Ethernet
        mlx5_4 MT4129 28.39.1002 0xa088c20300e31372 0xa088c20300e31372 1:Active LinkUp 400 0 0 0x00010000 0xa288c2fffee31372 Ethernet
        mlx5_5 MT4129 28.39.1002 0xa088c20300e04776 0xa088c20300e04776 1:Active LinkUp 400 0 0 0x00010000 0xa288c2fffee04776 Ethernet
        mlx5_6 MT4129 28.39.1002 0xa088c20300e0476e 0xa088c20300e0476e 1:Active LinkUp 400 0 0 0x00010000 0xa288c2fffee0476e Ethernet
        mlx5_7 MT4125 22.39.1002 0xe8ebd303003308d6 0xe8ebd303003308d6 1:Active LinkUp 100 0 0 0x00010000 0x0000000000000000 Ethernet
        mlx5_8 MT4125 22.39.1002 0xe8ebd303003308d7 0xe8ebd303003308d6 1:Active LinkUp 100 0 0 0x00010000 0x0000000000000000 Ethernet
        mlx5_9 MT4129 28.39.1002 0xa088c20300e313f2 0xa088c20300e313f2 1:Active LinkUp 400 0 0 0x00010000 0xa288c2fffee313f2 Ethernet
`,
    ],
    [
      'ibstat__h100-3-ports-down',
      `
        mlx5_0 MT4129 28.39.1002 0x946dae0300cde72c 0x946dae0300cde72c 1:Active LinkUp 400 75 334 0xa751e848 0x946dae0300cde72c InfiniBand
        mlx5_1 MT4125 22.38.1002 0x946dae0300c2b690 0x946dae0300c2b690 1:Active LinkUp 100 0 0 0x00010000 0x966daefffec2b690 Ethernet
        mlx5_10 MT4129 28.39.1002 0x946dae0300cde884 0x946dae0300cde884 1:Active LinkUp 400 828 334 0xa751e848 0x946dae0300cde884 InfiniBand
        mlx5_11 MT4129 28.39.1002 0x946dae0300cdea00 0x946dae0300cdea00 1:Active LinkUp 400 944 334 0xa751e848 0x946dae0300cdea00 InfiniBand
        mlx5_2 MT4125 22.38.1002 0x946dae0300c2b691 0x946dae0300c2b690 1:Down Disabled 40 0 0 0x00010000 0x966daefffec2b691 Ethernet
        mlx5_3 MT4129 28.39.1002 0x946dae0300cde728 0x946dae0300cde728 1:Active LinkUp 400 143 334 0xa751e848 0x946dae0300cde728 InfiniBand
        mlx5_4 MT4129 28.39.1002 0x946dae0300cde78c 0x946dae0300cde78c 1:Active LinkUp 400 343 334 0xa751e848 0x946dae0300cde78c InfiniBand
        mlx5_5 MT4129 28.39.1002 0x946dae0300cde780 0x946dae0300cde780 1:Active LinkUp 400 454 334 0xa751e848 0x946dae0300cde780 InfiniBand
        mlx5_6 MT4129 28.39.1002 0x946dae0300cde8ac 0x946dae0300cde8ac 1:Active LinkUp 400 597 334 0xa751e848 0x946dae0300cde8ac InfiniBand
        mlx5_7 MT4125 22.38.1002 0x946dae0300c2b648 0x946dae0300c2b648 1:Down Disabled 40 0 0 0x00010000 0x966daefffec2b648 Ethernet
        mlx5_8 MT4125 22.38.1002 0x946dae0300c2b649 0x946dae0300c2b648 1:Down Disabled 40 0 0 0x00010000 0x966daefffec2b649 Ethernet
        mlx5_9 MT4129 28.39.1002 0x946dae0300cde9c8 0x946dae0300cde9c8 1:Active LinkUp 400 771 334 0xa751e848 0x946dae0300cde9c8 InfiniBand
`,
    ],
    [
      'ibstat__h100-bluefield3-9-ports',
      `
        mlx5_0 MT4129 28.41.1000 0x58a2e10300a7820e 0x58a2e10300a7820e 1:Active LinkUp 400 128 1 0xa751e848 0x58a2e10300a7820e InfiniBand
        mlx5_1 MT4129 28.41.1000 0xa088c20300da6342 0xa088c20300da6342 1:Active LinkUp 400 534 1 0xa751e848 0xa088c20300da6342 InfiniBand
        mlx5_4 MT4129 28.41.1000 0xa088c20300da656a 0xa088c20300da656a 1:Active LinkUp 400 972 1 0xa751e848 0xa088c20300da656a InfiniBand
        mlx5_5 MT4129 28.41.1000 0xa088c20300da62aa 0xa088c20300da62aa 1:Active LinkUp 400 1775 1 0xa751e848 0xa088c20300da62aa InfiniBand
        mlx5_6 MT4129 28.41.1000 0x58a2e10300a78796 0x58a2e10300a78796 1:Active LinkUp 400 1494 1 0xa751e848 0x58a2e10300a78796 InfiniBand
        mlx5_7 MT4129 28.41.1000 0x58a2e10300a78756 0x58a2e10300a78756 1:Active LinkUp 400 717 1 0xa751e848 0x58a2e10300a78756 InfiniBand
        mlx5_8 MT4129 28.41.1000 0x58a2e10300a78b5e 0x58a2e10300a78b5e 1:Active LinkUp 400 774 1 0xa751e848 0x58a2e10300a78b5e InfiniBand
        mlx5_9 MT4129 28.41.1000 0xa088c20300da62c2 0xa088c20300da62c2 1:Active LinkUp 400 2015 1 0xa751e848 0xa088c20300da62c2 InfiniBand
        mlx5_bond_0 MT41692 32.38.3056 0x58a2e10300760398 0x58a2e10300760398 1:Active LinkUp 200 0 0 0x00010000 0x201d97fffe0056cf Ethernet
`,
    ],
  ])('%s', (name, table) => {
    expect(asIbstat(devicesOf(name))).toEqual(lines(table));
  });

  it('ibstatus__a100-8-ports', () => {
    const read = devicesOf('ibstatus__a100-8-ports').flatMap(({ name, ports }) =>
      ports.map((port) =>
        [
          ...[name, port.port, port.lid, port.subnetManagerLid, port.state, port.physicalState],
          ...[port.rateGbitPerSec, port.rateText, port.width, port.generation, port.linkLayer, hex(port.portGuid)],
        ].join(' '),
      ),
    );
    expect(read).toEqual(
      lines(`
        mlx5_0 1 13247 1 ACTIVE LinkUp 200 4X HDR 4 HDR InfiniBand 0x00155dfffd3411eb
        mlx5_1 1 13246 1 ACTIVE LinkUp 200 4X HDR 4 HDR InfiniBand 0x00155dfffd3411ec
        mlx5_2 1 13259 1 ACTIVE LinkUp 200 4X HDR 4 HDR InfiniBand 0x00155dfffd3411ed
        mlx5_3 1 13276 1 ACTIVE LinkUp 200 4X HDR 4 HDR InfiniBand 0x00155dfffd3411ee
        mlx5_4 1 13301 1 ACTIVE LinkUp 200 4X HDR 4 HDR InfiniBand 0x00155dfffd3411ef
        mlx5_5 1 13300 1 ACTIVE LinkUp 200 4X HDR 4 HDR InfiniBand 0x00155dfffd3411f0
        mlx5_6 1 13302 1 ACTIVE LinkUp 200 4X HDR 4 HDR InfiniBand 0x00155dfffd3411f1
        mlx5_7 1 13305 1 ACTIVE LinkUp 200 4X HDR 4 HDR InfiniBand 0x00155dfffd3411f2
        mlx5_8 1 0 0 ACTIVE LinkUp 40 4X QDR 4 QDR Ethernet 0x0000000000000000
`),
    );
  });

  it('ibv_devinfo__asus-esc8000a-rtx6000ada-x4', () => {
    const read = devicesOf('ibv_devinfo__asus-esc8000a-rtx6000ada-x4').flatMap((device) =>
      device.ports.map((port) =>
        [
          ...[device.name, device.firmwareVersion, device.nodeGuid, device.systemImageGuid, device.boardId, port.port],
          ...[port.state, port.maxMtu, port.activeMtu, port.subnetManagerLid, port.lid, port.linkLayer],
        ].join(' '),
      ),
    );
    expect(read).toEqual(
      lines(`
        mlx5_0 28.41.1000 9c63:c003:00d4:20f0 9c63:c003:00d4:20f0 MT_0000000834 1 DOWN 4096 1024 0 0 Ethernet
        mlx5_1 28.41.1000 9c63:c003:00d4:20f1 9c63:c003:00d4:20f0 MT_0000000834 1 DOWN 4096 1024 0 0 Ethernet
        mlx5_2 28.43.2566 b8e9:2403:004e:deb0 b8e9:2403:004e:deb0 MT_0000000834 1 DOWN 4096 4096 0 0 Ethernet
        mlx5_3 28.43.2566 b8e9:2403:004e:deb1 b8e9:2403:004e:deb0 MT_0000000834 1 DOWN 4096 4096 0 0 Ethernet
`),
    );
  });

  it('rdma-link__cx5-with-netdev', () => {
    const read = devicesOf('rdma-link__cx5-with-netdev').flatMap(({ name, ports }) =>
      ports.map((port) => [name, port.port, port.state, port.physicalState, port.netdev].join(' ')),
    );
    expect(read).toEqual(['mlx5_0 1 ACTIVE LinkUp ens6f0np0', 'mlx5_1 1 ACTIVE LinkUp ens6f1np1']);
  });

  it('ip-j-link__ipoib-8-ports', () => {
    const { interfaces } = factsOf(networkProbe, { ip: recording('fabric/ip-j-link__ipoib-8-ports.json') });
    const read = interfaces.map((one) =>
      [
        ...[one.name, one.kind, one.mtu, one.operationalState, one.isEnabled, one.hasCarrier, one.master, one.vlanId],
        ...[one.macAddress, one.addresses.length],
      ].join(' '),
    );
    expect(read).toEqual(
      lines(`
        ibp12s0 infiniband 2044 UP true true   00:00:10:29:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:0b:cc:d6 0
        ibp18s0 infiniband 2044 UP true true   00:00:10:29:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:0b:cd:42 0
        ibp75s0 infiniband 2044 UP true true   00:00:10:29:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:5d:f4:54 0
        ibp84s0 infiniband 2044 UP true true   00:00:10:29:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:5d:ee:14 0
        ibp141s0 infiniband 2044 UP true true   00:00:10:29:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:5d:f4:5c 0
        ibp148s0 infiniband 2044 UP true true   00:00:10:29:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:5d:f4:14 0
        ibp186s0 infiniband 2044 UP true true   00:00:10:29:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:5d:ee:a0 0
        ibp204s0 infiniband 2044 UP true true   00:00:10:29:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:74:7a:3e 0
`),
    );
  });
});
