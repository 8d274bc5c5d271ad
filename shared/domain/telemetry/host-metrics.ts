import type { MetricSpec, MetricThresholds, MetricUnit, SubjectKind } from './metric';

/* Names of node_exporter where it has one. Rates of the counters are computed where they are shown. */

interface Options {
  readonly thresholds?: MetricThresholds;
  readonly prometheus?: string;
  readonly scale?: number;
  readonly periodMs?: number;
  readonly fullAt?: number;
}

const spec =
  (subject: SubjectKind, kind: MetricSpec['kind'], usual: Options = {}) =>
  (unit: MetricUnit, source: string, options: Options = {}): MetricSpec => {
    const { thresholds, prometheus, scale = 1, periodMs, fullAt } = { ...usual, ...options };
    return {
      subject,
      unit,
      kind,
      sources: [source],
      ...(thresholds ? { thresholds } : {}),
      ...(periodMs === undefined ? {} : { periodMs }),
      ...(fullAt === undefined ? {} : { fullAt }),
      ...(prometheus ? { prometheus: { name: prometheus, scale } } : {}),
    };
  };

/** What asks adapters or disks comes every tenth round of the slow pace; the rest as often as `slow` collectors say. */
const TENTH_ROUND = { periodMs: 100_000 };
const MINUTE = { periodMs: 60_000 };
const HALF_HOUR = { periodMs: 1_800_000 };

const node = spec('node', 'gauge');
const nodeCounter = spec('node', 'counter');
const nodeByMinute = spec('node', 'gauge', MINUTE);
const nodeCounterByMinute = spec('node', 'counter', MINUTE);
const disk = spec('disk', 'counter');
const diskHealth = spec('disk', 'gauge', HALF_HOUR);
const network = spec('network', 'counter');
const rdma = spec('rdma', 'counter', TENTH_ROUND);
const rdmaState = spec('rdma', 'gauge', TENTH_ROUND);
const fileSystem = spec('fileSystem', 'gauge', MINUTE);
const ups = spec('ups', 'gauge', { periodMs: 30_000 });
const above = (warn: number | null, critical: number | null): MetricThresholds => ({ bad: 'above', warn, critical });
const below = (warn: number | null, critical: number | null): MetricThresholds => ({ bad: 'below', warn, critical });

/** Where the counters of the classic PortCounters stop (InfiniBand specification, PMA); the wider ones do not. */
const BITS_8 = 255;
const BITS_16 = 65_535;
const BITS_32 = 4_294_967_295;

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
  'node.switchErrors': nodeCounter('count', 'journalctl -k SXid'),
  'node.switchErrorsFatal': nodeCounter('count', 'journalctl -k SXid … Fatal'),
  'node.powerW': nodeByMinute('watts', 'ipmitool dcmi power reading', {
    prometheus: 'ipmi_dcmi_power_consumption_watts',
  }),
  'node.clockOffsetSeconds': nodeByMinute('seconds', 'chronyc tracking, ntpq rv', {
    prometheus: 'node_timex_offset_seconds',
  }),
  'node.clockDifferenceSeconds': nodeByMinute('seconds', 'date'),
  'node.clockSynced': nodeByMinute('count', 'chronyc tracking, ntpq rv, timedatectl', {
    thresholds: below(1, null),
    prometheus: 'node_timex_sync_status',
  }),
  'node.memoryErrorsCorrected': nodeCounterByMinute('count', '/sys/devices/system/edac/mc ce_count', {
    prometheus: 'node_edac_correctable_errors_total',
  }),
  'node.memoryErrorsUncorrected': nodeCounterByMinute('count', '/sys/devices/system/edac/mc ue_count', {
    prometheus: 'node_edac_uncorrectable_errors_total',
  }),
  'node.cephHealth': nodeByMinute('count', 'ceph status', {
    thresholds: above(0, 1),
    prometheus: 'ceph_health_status',
  }),
  'disk.readBytes': disk('bytes', '/proc/diskstats', { prometheus: 'node_disk_read_bytes_total' }),
  'disk.writtenBytes': disk('bytes', '/proc/diskstats', { prometheus: 'node_disk_written_bytes_total' }),
  'disk.reads': disk('count', '/proc/diskstats', { prometheus: 'node_disk_reads_completed_total' }),
  'disk.writes': disk('count', '/proc/diskstats', { prometheus: 'node_disk_writes_completed_total' }),
  'disk.readSeconds': disk('seconds', '/proc/diskstats', { prometheus: 'node_disk_read_time_seconds_total' }),
  'disk.writeSeconds': disk('seconds', '/proc/diskstats', { prometheus: 'node_disk_write_time_seconds_total' }),
  'disk.busySeconds': disk('seconds', '/proc/diskstats', { prometheus: 'node_disk_io_time_seconds_total' }),
  'disk.rotational': spec('disk', 'gauge', TENTH_ROUND)('count', '/sys/block/*/queue/rotational'),
  'disk.temperatureC': diskHealth('celsius', 'smartctl, nvme smart-log', { prometheus: 'smartctl_device_temperature' }),
  'disk.criticalWarning': diskHealth('bits', 'smartctl, nvme smart-log', {
    thresholds: above(null, 0),
    prometheus: 'smartctl_device_critical_warning',
  }),
  'disk.wearPercent': diskHealth('percent', 'smartctl, nvme smart-log', {
    thresholds: above(90, 100),
    prometheus: 'smartctl_device_percentage_used',
  }),
  'disk.sparePercent': diskHealth('percent', 'smartctl, nvme smart-log', {
    prometheus: 'smartctl_device_available_spare',
  }),
  'disk.failing': diskHealth('count', 'smartctl -H', { thresholds: above(null, 0) }),
  'fileSystem.sizeBytes': fileSystem('bytes', 'df', { prometheus: 'node_filesystem_size_bytes' }),
  'fileSystem.availableBytes': fileSystem('bytes', 'df', { prometheus: 'node_filesystem_avail_bytes' }),
  'fileSystem.inodes': fileSystem('count', 'df -i', { prometheus: 'node_filesystem_files' }),
  'fileSystem.inodesFree': fileSystem('count', 'df -i', { prometheus: 'node_filesystem_files_free' }),
  'fileSystem.readOnly': fileSystem('count', '/proc/self/mounts', { prometheus: 'node_filesystem_readonly' }),
  'fileSystem.forcedReadOnly': fileSystem('count', '/proc/self/mountinfo', { thresholds: above(null, 0) }),
  'network.receivedBytes': network('bytes', '/proc/net/dev', { prometheus: 'node_network_receive_bytes_total' }),
  'network.sentBytes': network('bytes', '/proc/net/dev', { prometheus: 'node_network_transmit_bytes_total' }),
  'network.receiveErrors': network('count', '/proc/net/dev', { prometheus: 'node_network_receive_errs_total' }),
  'network.sendErrors': network('count', '/proc/net/dev', { prometheus: 'node_network_transmit_errs_total' }),
  'network.receiveDrops': network('count', '/proc/net/dev', { prometheus: 'node_network_receive_drop_total' }),
  'network.sendDrops': network('count', '/proc/net/dev', { prometheus: 'node_network_transmit_drop_total' }),
  'network.receiveDiscards': spec('network', 'counter', TENTH_ROUND)('count', 'ethtool -S rx_discards_phy', {
    prometheus: 'node_ethtool_received_discards_phy',
  }),
  'network.rdmaReceivedBytes': spec('network', 'counter', TENTH_ROUND)(
    'bytes',
    'ethtool -S rx_vport_rdma_unicast_bytes',
    {
      prometheus: 'node_ethtool_received_vport_rdma_unicast_bytes',
    },
  ),
  'network.rdmaSentBytes': spec('network', 'counter', TENTH_ROUND)('bytes', 'ethtool -S tx_vport_rdma_unicast_bytes', {
    prometheus: 'node_ethtool_transmitted_vport_rdma_unicast_bytes',
  }),
  'rdma.portState': rdmaState('count', 'ports/*/state', { prometheus: 'node_infiniband_state_id' }),
  'rdma.physicalState': rdmaState('count', 'ports/*/phys_state', { prometheus: 'node_infiniband_physical_state_id' }),
  'rdma.rateBytesPerSecond': rdmaState('bytesPerSecond', 'ports/*/rate', {
    prometheus: 'node_infiniband_rate_bytes_per_second',
  }),
  'rdma.receivedBytes': rdma('bytes', 'counters/port_rcv_data × 4', {
    prometheus: 'node_infiniband_port_data_received_bytes_total',
    fullAt: 4 * BITS_32,
  }),
  'rdma.sentBytes': rdma('bytes', 'counters/port_xmit_data × 4', {
    prometheus: 'node_infiniband_port_data_transmitted_bytes_total',
    fullAt: 4 * BITS_32,
  }),
  'rdma.receiveErrors': rdma('count', 'counters/port_rcv_errors', {
    prometheus: 'node_infiniband_port_errors_received_total',
    fullAt: BITS_16,
  }),
  'rdma.sendDiscards': rdma('count', 'counters/port_xmit_discards', {
    prometheus: 'node_infiniband_port_discards_transmitted_total',
    fullAt: BITS_16,
  }),
  'rdma.sendWaitTicks': rdma('count', 'counters/port_xmit_wait', {
    prometheus: 'node_infiniband_port_transmit_wait_total',
    fullAt: BITS_32,
  }),
  'rdma.linkDowned': rdma('count', 'counters/link_downed', {
    prometheus: 'node_infiniband_link_downed_total',
    fullAt: BITS_8,
  }),
  'rdma.symbolErrors': rdma('count', 'counters/symbol_error', {
    prometheus: 'node_infiniband_symbol_error_total',
    fullAt: BITS_16,
  }),
  'rdma.ackTimeouts': rdma('count', 'hw_counters/local_ack_timeout_err', {
    prometheus: 'node_infiniband_local_ack_timeout_errors_total',
  }),
  'rdma.outOfSequence': rdma('count', 'hw_counters/out_of_sequence', {
    prometheus: 'node_infiniband_out_of_sequence_packets_received_total',
  }),
  'rdma.sequenceErrors': rdma('count', 'hw_counters/packet_seq_err', {
    prometheus: 'node_infiniband_packet_sequence_errors_total',
  }),
  'rdma.receiverNotReady': rdma('count', 'hw_counters/rnr_nak_retry_err', {
    prometheus: 'node_infiniband_rnr_nak_retry_packets_received_total',
  }),
  'rdma.congestionNoticesHandled': rdma('count', 'hw_counters/rp_cnp_handled', {
    prometheus: 'node_infiniband_rp_cnp_packets_handled_total',
  }),
  'rdma.congestionNotices': rdma('count', 'hw_counters/np_cnp_sent', {
    prometheus: 'node_infiniband_np_cnp_packets_sent_total',
  }),
  'ups.onBattery': ups('count', 'upsc ups.status, apcaccess', { thresholds: above(null, 0) }),
  'ups.lowBattery': ups('count', 'upsc ups.status, apcaccess', { thresholds: above(null, 0) }),
  'ups.overloaded': ups('count', 'upsc ups.status, apcaccess', { thresholds: above(0, null) }),
  'ups.replaceBattery': ups('count', 'upsc ups.status, apcaccess', { thresholds: above(0, null) }),
  'ups.chargePercent': ups('percent', 'upsc battery.charge, apcaccess', {
    prometheus: 'network_ups_tools_battery_charge',
  }),
  'ups.loadPercent': ups('percent', 'upsc ups.load, apcaccess', { prometheus: 'network_ups_tools_ups_load' }),
  'ups.runtimeSeconds': ups('seconds', 'upsc battery.runtime, apcaccess', {
    prometheus: 'network_ups_tools_battery_runtime',
  }),
} satisfies Record<string, MetricSpec>;
