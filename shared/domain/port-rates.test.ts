import { describe, expect, it } from 'vitest';
import type { EthernetSettingsFacts, RdmaFacts } from './facts/network';
import { changeOf, portRates } from './port-rates';

const rdma = (counters: Record<string, number>, port: object = {}, device: object = {}): RdmaFacts =>
  ({
    devices: [
      {
        name: 'mlx5_0',
        isVirtualFunction: false,
        ports: [
          {
            port: 1,
            state: 'ACTIVE',
            linkLayer: 'InfiniBand',
            netdev: null,
            rateGbitPerSec: 100,
            counters,
            hardwareCounters: {},
            ...port,
          },
        ],
        ...device,
      },
    ],
  }) as unknown as RdmaFacts;
const ethernet = (counters: Record<string, number>, name = 'eth0'): EthernetSettingsFacts =>
  ({
    interfaces: [{ name, isLinkDetected: true, speedMbitPerSec: 100_000, counters }],
  }) as unknown as EthernetSettingsFacts;
const twice = <Facts>(before: Facts, after: Facts) => [
  { observedAtMs: 0, facts: before },
  { observedAtMs: 10_000, facts: after },
];
const roce = { linkLayer: 'Ethernet', netdev: 'eth0' };

describe('the difference of a counter', () => {
  it.each([
    ['symbol_error', 3, 8, 5],
    ['symbol_error', 8, 8, 0],
    ['symbol_error', 8, 3, null],
    ['symbol_error', 65_535, 65_535, null],
    ['symbol_error', 65_000, 65_535, null],
    ['link_downed', 255, 255, null],
    ['packet_seq_err', 65_535, 65_535, 0],
    ['symbol_error', undefined, 3, null],
    ['symbol_error', 3, undefined, null],
  ])('%s from %s to %s is %s', (name, before, after, expected) => {
    expect(changeOf(name, before, after)).toBe(expected);
  });
});

describe('rates of a port', () => {
  it('are of the time between the readings', () => {
    const before = rdma({ symbol_error: 1, port_xmit_data: 0, port_rcv_data: 0, port_xmit_wait: 0 });
    const after = rdma({
      symbol_error: 4,
      port_xmit_data: 3_125_000_000,
      port_rcv_data: 0,
      port_xmit_wait: 3_125_000_000,
    });
    const [port] = portRates(twice(before, after), []);
    expect(port).toMatchObject({
      name: 'mlx5_0/1',
      seconds: 10,
      loadPercent: 10,
      bitErrors: 3,
      waitPercent: 50,
      linkDowns: null,
      grown: ['symbol_error +3', 'port_xmit_wait +3125000000'],
    });
  });

  it('say nothing with one reading, or with two of one moment', () => {
    const reading = { observedAtMs: 5, facts: rdma({}) };
    expect(portRates([reading], [])).toEqual([]);
    expect(portRates([reading, reading], [])).toEqual([]);
  });

  it('take a known growth for what it is although another counter is at its last value, and never a 0', () => {
    const still = { symbol_error: 65_535, port_rcv_errors: 2 };
    expect(portRates(twice(rdma(still), rdma(still)), [])[0]).toMatchObject({
      bitErrors: null,
      saturated: ['symbol_error'],
    });
    expect(portRates(twice(rdma(still), rdma({ ...still, port_rcv_errors: 5 })), [])[0]?.bitErrors).toBe(3);
  });

  it('do not take the zeros of InfiniBand counters for those of a RoCE port', () => {
    const zeros = { symbol_error: 0, link_downed: 0 };
    const both = twice(rdma(zeros, roce), rdma(zeros, roce));
    expect(portRates(both, [])[0]).toMatchObject({ bitErrors: null, linkDowns: null });
    const counted = ethernet({ rx_crc_errors_phy: 0, link_down_events_phy: 3 });
    expect(portRates(both, twice(counted, counted))[0]).toMatchObject({
      bitErrors: 0,
      linkDowns: 0,
      linkDownsTotal: 3,
    });
  });

  it('take pauses of the worst priority as part of the time', () => {
    const found = portRates(
      twice(rdma({}, roce), rdma({}, roce)),
      twice(
        ethernet({ rx_prio3_pause_duration: 0, rx_prio4_pause_duration: 0, rx_prio3_pause: 1, tx_prio3_pause: 0 }),
        ethernet({
          rx_prio3_pause_duration: 1_500_000,
          rx_prio4_pause_duration: 9,
          rx_prio3_pause: 5,
          tx_prio3_pause: 0,
        }),
      ),
    );
    expect(found[0]).toMatchObject({ pausedPercent: 15, pausesReceived: 4, pausesSent: 0 });
  });

  it('leave out virtual functions and ports that were down both times', () => {
    const down = rdma({}, { state: 'DOWN' });
    expect(portRates(twice(down, down), [])).toEqual([]);
    expect(portRates(twice(down, rdma({})), [])).toHaveLength(1);
    const virtual = rdma({}, {}, { isVirtualFunction: true });
    expect(portRates(twice(virtual, virtual), [])).toEqual([]);
  });

  it('list interfaces without an RDMA device under their own name', () => {
    const none = { devices: [] };
    const found = portRates(twice(none, none), twice(ethernet({ rx_crc_errors: 1 }), ethernet({ rx_crc_errors: 2 })));
    expect(found).toMatchObject([{ name: 'eth0', isRdma: false, bitErrors: 1, linkLayer: 'Ethernet' }]);
  });
});
