import type { MetricSpec, MetricThresholds, MetricUnit, SubjectKind } from './metric';

/* Names of node_exporter where it has one. Rates of the counters are computed where they are shown. */

interface Options {
  readonly thresholds?: MetricThresholds;
  readonly prometheus?: string;
  readonly scale?: number;
}

const spec =
  (subject: SubjectKind, kind: MetricSpec['kind']) =>
  (unit: MetricUnit, source: string, { thresholds, prometheus, scale = 1 }: Options = {}): MetricSpec => ({
    subject,
    unit,
    kind,
    sources: [source],
    ...(thresholds ? { thresholds } : {}),
    ...(prometheus ? { prometheus: { name: prometheus, scale } } : {}),
  });

const node = spec('node', 'gauge');
const nodeCounter = spec('node', 'counter');
const disk = spec('disk', 'counter');
const network = spec('network', 'counter');
const rdma = spec('rdma', 'counter');
const fileSystem = spec('fileSystem', 'gauge');
const above = (warn: number | null, critical: number | null): MetricThresholds => ({ bad: 'above', warn, critical });

export const hostMetrics = {
  'node.cpuBusyPercent': node('percent', '/proc/stat', { thresholds: above(95, null) }),
  'node.cpuWaitPercent': node('percent', '/proc/stat iowait', { thresholds: above(20, null) }),
  'node.cpuStallSeconds': nodeCounter('seconds', '/proc/pressure/cpu some', {
    prometheus: 'node_pressure_cpu_waiting_seconds_total',
  }),
  'node.load': node('count', '/proc/loadavg', { prometheus: 'node_load1' }),
  'node.memoryTotalBytes': node('bytes', '/proc/meminfo MemTotal', { prometheus: 'node_memory_MemTotal_bytes' }),
  'node.memoryAvailableBytes': node('bytes', '/proc/meminfo MemAvailable', {
    prometheus: 'node_memory_MemAvailable_bytes',
  }),
  'node.swapUsedBytes': node('bytes', '/proc/meminfo SwapTotal - SwapFree'),
  'node.memoryStallSeconds': nodeCounter('seconds', '/proc/pressure/memory full', {
    prometheus: 'node_pressure_memory_stalled_seconds_total',
  }),
  'node.ioStallSeconds': nodeCounter('seconds', '/proc/pressure/io full', {
    prometheus: 'node_pressure_io_stalled_seconds_total',
  }),
  'node.outOfMemoryKills': nodeCounter('count', '/proc/vmstat oom_kill', { prometheus: 'node_vmstat_oom_kill' }),
  'node.powerW': node('watts', 'BMC: dcmi power reading', { prometheus: 'ipmi_dcmi_power_consumption_watts' }),
  'disk.readBytes': disk('bytes', '/proc/diskstats', { prometheus: 'node_disk_read_bytes_total' }),
  'disk.writtenBytes': disk('bytes', '/proc/diskstats', { prometheus: 'node_disk_written_bytes_total' }),
  'disk.reads': disk('count', '/proc/diskstats', { prometheus: 'node_disk_reads_completed_total' }),
  'disk.writes': disk('count', '/proc/diskstats', { prometheus: 'node_disk_writes_completed_total' }),
  'disk.readSeconds': disk('seconds', '/proc/diskstats', { prometheus: 'node_disk_read_time_seconds_total' }),
  'disk.writeSeconds': disk('seconds', '/proc/diskstats', { prometheus: 'node_disk_write_time_seconds_total' }),
  'disk.busySeconds': disk('seconds', '/proc/diskstats', { prometheus: 'node_disk_io_time_seconds_total' }),
  'fileSystem.sizeBytes': fileSystem('bytes', 'df', { prometheus: 'node_filesystem_size_bytes' }),
  'fileSystem.availableBytes': fileSystem('bytes', 'df', { prometheus: 'node_filesystem_avail_bytes' }),
  'network.receivedBytes': network('bytes', '/proc/net/dev', { prometheus: 'node_network_receive_bytes_total' }),
  'network.sentBytes': network('bytes', '/proc/net/dev', { prometheus: 'node_network_transmit_bytes_total' }),
  'network.receiveErrors': network('count', '/proc/net/dev', { prometheus: 'node_network_receive_errs_total' }),
  'network.sendErrors': network('count', '/proc/net/dev', { prometheus: 'node_network_transmit_errs_total' }),
  'network.receiveDrops': network('count', '/proc/net/dev', { prometheus: 'node_network_receive_drop_total' }),
  'network.sendDrops': network('count', '/proc/net/dev', { prometheus: 'node_network_transmit_drop_total' }),
  'rdma.receivedBytes': rdma('bytes', 'counters/port_rcv_data × 4', {
    prometheus: 'node_infiniband_port_data_received_bytes_total',
  }),
  'rdma.sentBytes': rdma('bytes', 'counters/port_xmit_data × 4', {
    prometheus: 'node_infiniband_port_data_transmitted_bytes_total',
  }),
  'rdma.receiveErrors': rdma('count', 'counters/port_rcv_errors', {
    prometheus: 'node_infiniband_port_errors_received_total',
  }),
  'rdma.sendDiscards': rdma('count', 'counters/port_xmit_discards', {
    prometheus: 'node_infiniband_port_discards_transmitted_total',
  }),
  'rdma.sendWaitTicks': rdma('count', 'counters/port_xmit_wait', {
    prometheus: 'node_infiniband_port_transmit_wait_total',
  }),
  'rdma.linkDowned': rdma('count', 'counters/link_downed', { prometheus: 'node_infiniband_link_downed_total' }),
  'rdma.symbolErrors': rdma('count', 'counters/symbol_error', { prometheus: 'node_infiniband_symbol_error_total' }),
  'rdma.ackTimeouts': rdma('count', 'hw_counters/local_ack_timeout_err', {
    prometheus: 'node_infiniband_local_ack_timeout_errors_total',
  }),
  'rdma.outOfSequence': rdma('count', 'hw_counters/out_of_sequence', {
    prometheus: 'node_infiniband_out_of_sequence_packets_received_total',
  }),
  'rdma.sequenceErrors': rdma('count', 'hw_counters/packet_seq_err', {
    prometheus: 'node_infiniband_packet_sequence_errors_total',
  }),
  'rdma.congestionNotices': rdma('count', 'hw_counters/np_cnp_sent', {
    prometheus: 'node_infiniband_np_cnp_packets_sent_total',
  }),
} satisfies Record<string, MetricSpec>;
