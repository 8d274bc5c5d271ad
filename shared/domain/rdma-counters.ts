/**
 * Counters of an InfiniBand or RoCE port that are kept: those that tell of a bad link, of losses and of congestion. The classic
 * ones are in the standard's own fields and stop at their last value, where a rate of 0 means nothing. Source: InfiniBand
 * Architecture Specification, PortCounters; Linux Documentation/ABI/stable/sysfs-class-infiniband.
 */
const counterBits: Readonly<Record<string, number>> = {
  link_downed: 8,
  link_error_recovery: 8,
  symbol_error: 16,
  port_rcv_errors: 16,
  port_rcv_remote_physical_errors: 16,
  port_rcv_switch_relay_errors: 16,
  port_rcv_constraint_errors: 8,
  port_xmit_constraint_errors: 8,
  port_xmit_discards: 16,
  local_link_integrity_errors: 4,
  excessive_buffer_overrun_errors: 4,
  VL15_dropped: 16,
  port_xmit_wait: 32,
  port_xmit_data: 64,
  port_rcv_data: 64,
};
export const chosenCounters: ReadonlySet<string> = new Set(Object.keys(counterBits));

/** Source: Linux mlx5 driver's `hw_counters`; other drivers (bnxt_re, irdma) have names of their own. */
export const chosenHardwareCounters: ReadonlySet<string> = new Set([
  'out_of_sequence',
  'packet_seq_err',
  'local_ack_timeout_err',
  'implied_nak_seq_err',
  'rnr_nak_retry_err',
  'out_of_buffer',
  'duplicate_request',
  'np_cnp_sent',
  'np_ecn_marked_roce_packets',
  'rp_cnp_handled',
  'rp_cnp_ignored',
  'roce_slow_restart',
  'roce_adp_retrans',
  'req_transport_retries_exceeded',
]);

/** Whether a counter stands at the last value it can have: it may have gone on since. */
export function isSaturated(name: string, value: number): boolean {
  const bits = counterBits[name];
  return bits !== undefined && value === 2 ** bits - 1;
}

/** Counters that grow while all is well: traffic in words of four bytes, waiting for credits, marking and pacing are how congestion is held. */
const ordinary: ReadonlySet<string> = new Set([
  'port_xmit_wait',
  'port_xmit_data',
  'port_rcv_data',
  'np_cnp_sent',
  'np_ecn_marked_roce_packets',
  'rp_cnp_handled',
  'roce_adp_retrans',
  'duplicate_request',
]);

/** Whether one that is not zero tells of something that went wrong, since the driver was loaded. */
export function isErrorCounter(name: string): boolean {
  return !ordinary.has(name);
}
