import type { NodeModel } from '../model/node-model';
import type { NicSpec } from '../profiles/profile';
import { isUp, trafficBytes } from './network';
import { failed, lines, printed, type Tool, type ToolOutput } from './tool';

/** `ethtool [-i|-a|-g|-S|-m|--show-fec] NETDEV` */
export const ethtool: Tool = (model, args, context) => {
  const name = args.find((arg) => !arg.startsWith('-')) ?? '';
  const nic = model.nics.find((each) => each.netdev === name);
  if (!nic) {
    const isThere = model.profile.bonds?.some((bond) => bond.name === name) || name === 'lo';
    if (isThere) return printed(lines(`Settings for ${name}:`, '\tLink detected: yes'));
    return failed(
      71,
      `netlink error: no device matches name (offset 24)\nCannot get device ${name} settings: No such device\n`,
    );
  }
  const [option] = args.filter((arg) => arg.startsWith('-'));
  if (option === undefined) return settings(model, nic);
  if (option === '-m') {
    if (context.uid !== 0) return failed(1, 'netlink error: Operation not permitted\n');
    return moduleOf(model, nic);
  }
  const answer = answers[option]?.(model, nic);
  return answer ? printed(answer) : failed(95, 'netlink error: Operation not supported\n');
};

const answers: Readonly<Record<string, (model: NodeModel, nic: NicSpec) => string | null>> = {
  '-i': (model, nic) =>
    lines(
      `driver: ${nic.kind === 'infiniband' ? `${nic.driver}[ib_ipoib]` : nic.driver}`,
      `version: ${model.profile.fabric?.ofedVersion ? '23.10-2.1.3' : model.profile.kernelRelease}`,
      `firmware-version: ${nic.firmware}`,
      'expansion-rom-version: ',
      `bus-info: ${nic.pciAddress}`,
      'supports-statistics: yes',
      'supports-test: yes',
      'supports-eeprom-access: no',
      'supports-register-dump: no',
      'supports-priv-flags: yes',
    ),
  '-a': (_model, nic) =>
    lines(
      `Pause parameters for ${nic.netdev}:`,
      'Autonegotiate:\toff',
      // With priority flow control there is no pause of the whole link.
      `RX:\t\t${nic.roce?.lossless.length ? 'off' : 'on'}`,
      `TX:\t\t${nic.roce?.lossless.length ? 'off' : 'on'}`,
      '',
    ),
  '-g': (_model, nic) =>
    lines(
      `Ring parameters for ${nic.netdev}:`,
      'Pre-set maximums:',
      'RX:\t\t8192',
      'RX Mini:\tn/a',
      'RX Jumbo:\tn/a',
      'TX:\t\t8192',
      'Current hardware settings:',
      'RX:\t\t1024',
      'RX Mini:\tn/a',
      'RX Jumbo:\tn/a',
      'TX:\t\t1024',
      '',
    ),
  '--show-fec': (model, nic) =>
    nic.speedMbps < 25_000
      ? null
      : lines(
          `FEC parameters for ${nic.netdev}:`,
          'Supported/Configured FEC encodings: Auto',
          `Active FEC encoding: ${isUp(model, nic) ? 'RS' : 'None'}`,
        ),
  '-S': (model, nic) => {
    const traffic = trafficBytes(model, nic);
    const isMellanox = nic.driver === 'mlx5_core';
    return lines(
      'NIC statistics:',
      `     rx_bytes: ${traffic.rx}`,
      `     tx_bytes: ${traffic.tx}`,
      '     rx_errors: 0',
      '     tx_errors: 0',
      '     rx_dropped: 0',
      '     tx_dropped: 0',
      ...(isMellanox
        ? [
            `     rx_vport_rdma_unicast_bytes: ${nic.rdmaDevice === null ? 0 : traffic.rx}`,
            `     tx_vport_rdma_unicast_bytes: ${nic.rdmaDevice === null ? 0 : traffic.tx}`,
            '     rx_discards_phy: 0',
            '     tx_discards_phy: 0',
            '     rx_crc_errors_phy: 0',
            '     rx_pcs_symbol_err_phy: 0',
            `     link_down_events_phy: ${isUp(model, nic) || nic.isUnplugged ? 0 : 1}`,
            '     rx_prio3_pause: 0',
            '     tx_prio3_pause: 0',
          ]
        : ['     rx_crc_errors: 0']),
    );
  },
};

function settings(model: NodeModel, nic: NicSpec): ToolOutput {
  const up = isUp(model, nic);
  const media = nic.speedMbps >= 25_000 ? 'CR' : 'T';
  const speeds = [1000, 10_000, 25_000, 100_000, 200_000].filter((speed) => speed <= nic.speedMbps);
  return printed(
    lines(
      `Settings for ${nic.netdev}:`,
      ...(nic.kind === 'infiniband'
        ? ['\tSupported link modes:   Not reported']
        : speeds.map((speed, index) => {
            const mode = `${speed}base${media}${speed >= 100_000 ? '4' : ''}/Full`;
            return index === 0 ? `\tSupported link modes:   ${mode}` : `\t                        ${mode}`;
          })),
      '\tSupports auto-negotiation: Yes',
      `\tSpeed: ${up ? `${nic.speedMbps}Mb/s` : 'Unknown!'}`,
      `\tDuplex: ${up ? 'Full' : 'Unknown! (255)'}`,
      '\tAuto-negotiation: on',
      `\tPort: ${nic.kind === 'infiniband' ? 'FIBRE' : media === 'CR' ? 'Direct Attach Copper' : 'Twisted Pair'}`,
      `\tLink detected: ${up ? 'yes' : 'no'}`,
    ),
  );
}

/** InfiniBand ports have optics, 25 Gbit/s and faster Ethernet copper cables, and what is slower nothing to plug in. */
function moduleOf(model: NodeModel, nic: NicSpec): ToolOutput {
  if (nic.isUnplugged || nic.speedMbps < 25_000) return failed(95, 'netlink error: Operation not supported\n');
  const field = (name: string, value: string): string => `\t${name.padEnd(41)} : ${value}`;
  const index = model.nics.indexOf(nic);
  if (nic.kind === 'ethernet') {
    return printed(
      lines(
        field('Identifier', '0x11 (QSFP28)'),
        field('Connector', '0x23 (No separable connector)'),
        field('Transceiver type', '100G Ethernet: 100G Base-CR4'),
        field('Length (Copper or Active cable)', '2m'),
        field('Vendor name', 'Mellanox'),
        field('Vendor PN', 'MCP1600-C002E30N'),
        field('Vendor SN', `MT2231VS0${1000 + index}`),
      ),
    );
  }
  const lanes = [1, 2, 3, 4];
  const dark = !isUp(model, nic);
  return printed(
    lines(
      field('Identifier', '0x19 (OSFP 8X Pluggable Transceiver)'),
      field('Connector', '0x0c (MPO Parallel Optic)'),
      field('Vendor name', 'NVIDIA'),
      field('Vendor PN', 'MMA4Z00-NS400'),
      field('Vendor SN', `MT2305FT0${1000 + index}`),
      field('Module temperature', `${46 + (index % 4)}.25 degrees C / ${115 + (index % 4)}.25 degrees F`),
      field('Module voltage', '3.2817 V'),
      ...lanes.map((lane) => field(`Laser tx bias current (Channel ${lane})`, `${(7.2 + lane / 50).toFixed(3)} mA`)),
      ...lanes.map((lane) => field(`Transmit avg optical power (Channel ${lane})`, '1.0520 mW / 0.22 dBm')),
      ...lanes.map((lane) =>
        field(
          `Rcvr signal avg optical power(Channel ${lane})`,
          dark ? '0.0000 mW / -inf dBm' : '0.9120 mW / -0.40 dBm',
        ),
      ),
      field('Module temperature high alarm', 'Off'),
    ),
  );
}
