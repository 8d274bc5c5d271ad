import { describe, expect, it } from 'vitest';
import { chosenCounters, isErrorCounter, isSaturated } from './rdma-counters';

describe('counters of an RDMA port', () => {
  it.each([
    ['link_downed', 255, true],
    ['link_downed', 254, false],
    ['symbol_error', 65_535, true],
    ['excessive_buffer_overrun_errors', 15, true],
    ['port_rcv_errors', 70_000, false],
    ['out_of_sequence', 65_535, false],
  ])('%s at %i has stopped counting: %s', (name, value, expected) => {
    expect(isSaturated(name, value)).toBe(expected);
  });

  it('calls none of those an error that grow while all is well', () => {
    expect([...chosenCounters].filter((name) => !isErrorCounter(name))).toEqual([
      'port_xmit_wait',
      'port_xmit_data',
      'port_rcv_data',
    ]);
    expect(isErrorCounter('rp_cnp_handled')).toBe(false);
    expect(isErrorCounter('packet_seq_err')).toBe(true);
  });
});
