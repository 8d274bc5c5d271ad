import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { roceSettingsProbe } from './roce-settings-probe';

const mlnxQos = `DCBX mode: OS controlled
Priority trust state: dscp
dscp2prio mapping:
	prio:0 dscp:07,06,05,04,03,02,01,00,
	prio:3 dscp:31,30,29,28,27,26,25,24,
	prio:6 dscp:55,54,53,52,51,50,49,48,
Receive buffer size (bytes): 130944,130944,0,0,0,0,0,0,max_buffer_size=262016
PFC configuration:
	priority    0   1   2   3   4   5   6   7
	enabled     0   0   0   1   0   0   0   0
	buffer      0   0   0   1   0   0   0   0
tc: 0 ratelimit: unlimited, tsa: vendor
`;
const text = `==> ens1f0np0 mlx5_0
mlx5_0/tc/1/traffic_class:Global tclass=106
/sys/class/net/ens1f0np0/ecn/roce_np/enable/0:0
/sys/class/net/ens1f0np0/ecn/roce_np/enable/3:1
/sys/class/net/ens1f0np0/ecn/roce_rp/enable/0:0
/sys/class/net/ens1f0np0/ecn/roce_rp/enable/3:0
/sys/class/net/ens1f0np0/ecn/roce_np/cnp_dscp:48
/sys/kernel/config/rdma_cm/mlx5_0/ports/1/default_roce_tos:106
/sys/kernel/config/rdma_cm/mlx5_0/ports/1/default_roce_mode:RoCE v2
${mlnxQos}==> ens1f1np1 mlx5_1
{"pfc_cap":8,"macsec_bypass":false,"delay":0,"prio_pfc":[false,false,false,false,false,true,false,false]}
{"dscp_prio":[[46,5],[48,6]]}

==> bond0 mlx5_bond_0

roce:end
`;
const parse = (output: string) => factsOf(roceSettingsProbe, { 'roce-settings': output }).interfaces;

describe('roce-settings probe', () => {
  it('reads mlnx_qos with the ECN files, and dcb where there is no mlnx_qos', () => {
    const [vendor, inbox, bond] = parse(text);
    expect(vendor).toEqual({
      name: 'ens1f0np0',
      rdmaDevice: 'mlx5_0',
      tool: 'mlnx_qos',
      trust: 'dscp',
      isTrustInferred: false,
      pfcPriorities: [3],
      dscpOfPriority: [
        [0, 1, 2, 3, 4, 5, 6, 7],
        [],
        [],
        [24, 25, 26, 27, 28, 29, 30, 31],
        [],
        [],
        [48, 49, 50, 51, 52, 53, 54, 55],
        [],
      ],
      ecnNotificationPriorities: [3],
      ecnReactionPriorities: [],
      cnpDscp: 48,
      trafficClass: 106,
      connectionManagerTos: 106,
      connectionManagerMode: 'RoCE v2',
    });
    expect(inbox).toMatchObject({
      tool: 'dcb',
      trust: 'dscp',
      isTrustInferred: true,
      pfcPriorities: [5],
      ecnNotificationPriorities: null,
      trafficClass: null,
    });
    expect(inbox?.dscpOfPriority?.[5]).toEqual([46]);
    expect(bond).toMatchObject({ rdmaDevice: 'mlx5_bond_0', tool: null, trust: null, pfcPriorities: null });
  });

  it('says that PFC is not known where no tool tells it', () => {
    expect(roceSettingsProbe.parse({ 'roce-settings': printed(text) })).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.qosUnknown' },
    });
  });

  it('infers the VLAN priority from an empty DSCP table', () => {
    const flags = Array(8).fill(false).join(',');
    expect(parse(`==> eth0 mlx5_0\n{"prio_pfc":[${flags}]}\n{}\n\nroce:end\n`)).toMatchObject([
      { tool: 'dcb', trust: 'pcp', isTrustInferred: true, pfcPriorities: [], dscpOfPriority: null },
    ]);
  });

  it('tells a node without RoCE from output that ends early', () => {
    expect(parse('roce:end\n')).toEqual([]);
    expect(roceSettingsProbe.parse({ 'roce-settings': printed(text.slice(0, 200)) })).toMatchObject({
      state: 'unparsable',
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(roceSettingsProbe, { 'roce-settings': text });
  });
});
