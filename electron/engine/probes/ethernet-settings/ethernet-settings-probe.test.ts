import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { ethernetSettingsProbe } from './ethernet-settings-probe';
import { blankSettings } from './parse-ethtool';

const ethtool = `==> ens1f0np0
Settings for ens1f0np0:
	Supported ports: [ Backplane ]
	Supported link modes:   25000baseCR/Full
	                        100000baseCR4/Full
	                        200000baseCR4/Full
	Speed: 100000Mb/s
	Duplex: Full
	Auto-negotiation: on
	Port: Direct Attach Copper
	Link detected: yes
driver: mlx5_core
version: 5.15.0
firmware-version: 22.39.1002 (MT_0000000359)
expansion-rom-version:
bus-info: 0000:b1:00.0
supports-statistics: yes
Pause parameters for ens1f0np0:
Autonegotiate:	off
RX:		on
TX:		off

Ring parameters for ens1f0np0:
Pre-set maximums:
RX:		8192
RX Mini:	n/a
TX:		8192
Current hardware settings:
RX:		1024
RX Mini:	n/a
TX:		2048

FEC parameters for ens1f0np0:
Supported/Configured FEC encodings: Auto
Active FEC encoding: RS
NIC statistics:
     rx_discards_phy: 17
     link_down_events_phy: 3
     rx_prio3_pause: 40021
==> ibp24s0
driver: mlx5_core[ib_ipoib]
firmware-version: 28.39.3560 (MT_0000000838)
==> dead0
ethtool:end
`;
const parse = (text: string) => factsOf(ethernetSettingsProbe, { ethtool: text }).interfaces;

describe('ethernet-settings probe', () => {
  it('reads link, driver, pause, rings, error correction and counters of an interface', () => {
    expect(parse(ethtool)).toEqual([
      {
        name: 'ens1f0np0',
        driver: 'mlx5_core',
        firmwareVersion: '22.39.1002 (MT_0000000359)',
        pciBusId: '0000:b1:00.0',
        speedMbitPerSec: 100_000,
        maxSpeedMbitPerSec: 200_000,
        duplex: 'full',
        isAutonegotiationOn: true,
        port: 'Direct Attach Copper',
        isLinkDetected: true,
        forwardErrorCorrection: ['RS'],
        pauseRx: true,
        pauseTx: false,
        ringRx: 1024,
        ringRxMax: 8192,
        ringTx: 2048,
        ringTxMax: 8192,
        counters: { rx_discards_phy: 17, link_down_events_phy: 3, rx_prio3_pause: 40_021 },
      },
      {
        ...blankSettings('ibp24s0'),
        driver: 'mlx5_core[ib_ipoib]',
        firmwareVersion: '28.39.3560 (MT_0000000838)',
      },
      blankSettings('dead0'),
    ]);
  });

  it('tells a node without such cards from output that ends early', () => {
    expect(parse('ethtool:end\n')).toEqual([]);
    expect(ethernetSettingsProbe.parse({ ethtool: printed(ethtool.slice(0, 300)) })).toMatchObject({
      state: 'unparsable',
    });
    expect(ethernetSettingsProbe.parse({ ethtool: printed('', 127) })).toMatchObject({ state: 'missing-tool' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(ethernetSettingsProbe, { ethtool });
  });
});

describe.skipIf(!hasRecordings)('ethernet-settings probe on recorded outputs', () => {
  const of = (name: string) => parse(recording(`fabric/${name}.txt`));

  it('reads a gigabit port of a virtual machine', () => {
    expect(of('ethtool__default-1')).toEqual([
      {
        ...blankSettings('enp0s3'),
        speedMbitPerSec: 1000,
        maxSpeedMbitPerSec: 1000,
        duplex: 'full',
        isAutonegotiationOn: true,
        port: 'Twisted Pair',
        isLinkDetected: true,
      },
    ]);
  });

  it('reads a 40 gigabit port that could do 56', () => {
    expect(of('ethtool__default-2')).toEqual([
      {
        ...blankSettings('enp1s0'),
        speedMbitPerSec: 40_000,
        maxSpeedMbitPerSec: 56_000,
        duplex: 'full',
        isAutonegotiationOn: false,
        port: 'FIBRE',
        isLinkDetected: true,
      },
    ]);
  });

  it.each(['ethtool-i__driver', 'ethtool-i__missing-keys'])(
    'reads the driver of %s, whose firmware is not told',
    (name) => {
      expect(of(name)).toEqual([
        { ...blankSettings('unknown'), driver: 'virtio_net', pciBusId: '0000:00:03.0', firmwareVersion: null },
      ]);
    },
  );

  it('keeps of the counters of an Intel card those that tell of trouble', () => {
    expect(of('ethtool-S__igb-counters')[0]?.counters).toEqual({
      rx_crc_errors: 0,
      rx_missed_errors: 0,
      rx_flow_control_xon: 0,
      rx_flow_control_xoff: 0,
      tx_flow_control_xon: 0,
      tx_flow_control_xoff: 0,
      rx_errors: 0,
      tx_errors: 0,
      tx_dropped: 0,
      rx_length_errors: 0,
    });
  });
});
