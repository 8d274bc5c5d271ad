import type { Absences } from '#shared/domain/facts/absence';
import type { AmdGpu } from '#shared/domain/facts/amd-gpu';
import { FieldReader, isReport, listOf, lookup, type Report } from '../gpu/report';
import { normalizeBusId } from '../lib/bus-id';
import { absenceOf, type Reading, readBytes, readNumber, readText } from '../lib/values';

/**
 * One AMD GPU out of what each call said of it: sections `static`, `metric` and `xgmi` of amd-smi, or `rocm` of rocm-smi.
 * Paths name amd-smi's place first (ROCm 6 and 7), then rocm-smi's label in snake case (ROCm 4 to 6).
 */
export function readAmdGpu(report: Report, index: number): AmdGpu {
  const absences: Absences = {};
  const f = new FieldReader(report, absences);
  const gpu: AmdGpu = {
    index,
    pciBusId: null,
    ...f.group('', [''], readName, {
      name: ['static.asic.market_name', 'rocm.card_series', 'rocm.device_name'],
      uniqueId: ['static.asic.asic_serial', 'rocm.unique_id'],
      serial: ['static.board.product_serial', 'rocm.serial_number'],
    }),
    ...f.group('', [''], readText, {
      boardPartNumber: ['static.board.model_number', 'static.board.fru_id'],
      target: ['static.asic.target_graphics_version', 'rocm.gfx_version'],
      deviceId: ['static.asic.device_id', 'rocm.device_id', 'rocm.gpu_id'],
      vbiosVersion: ['static.vbios.version', 'static.ifwi.version'],
      // What rocm-smi calls the version is the part number of the image.
      vbiosPartNumber: ['static.vbios.part_number', 'static.ifwi.part_number', 'rocm.vbios_version'],
    }),
    ...f.group('', [''], readNumber, {
      oamId: ['static.asic.oam_id'],
      computeUnits: ['static.asic.num_compute_units'],
    }),
    memory: {
      ...f.group('memory', [''], (raw) => readBytes(raw, 'B'), {
        totalBytes: ['metric.mem_usage.total_vram', 'static.vram.size', 'rocm.vram_total_memory_b'],
        usedBytes: ['metric.mem_usage.used_vram', 'rocm.vram_total_used_memory_b'],
      }),
      ...f.group('memory', [''], readText, {
        kind: ['static.vram.type'],
        vendor: ['static.vram.vendor', 'rocm.gpu_memory_vendor'],
      }),
    },
    utilization: f.group('utilization', [''], (raw) => readNumber(raw, '%'), {
      gpuPercent: ['metric.usage.gfx_activity', 'rocm.gpu_use'],
      memoryPercent: ['metric.usage.umc_activity', 'rocm.gpu_memory_use', 'rocm.gpu_memory_read_write_activity'],
    }),
    temperature: f.group('temperature', [''], (raw) => readNumber(raw, 'C'), {
      edgeC: ['metric.temperature.edge', 'rocm.temperature_sensor_edge_c'],
      hotspotC: ['metric.temperature.hotspot', 'rocm.temperature_sensor_junction_c'],
      memoryC: ['metric.temperature.mem', 'rocm.temperature_sensor_memory_c', 'rocm.temperature_sensor_mem_c'],
      slowdownC: ['static.limit.slowdown_hotspot_temperature', 'static.limit.slowdown_edge_temperature'],
      shutdownC: ['static.limit.shutdown_hotspot_temperature', 'static.limit.shutdown_edge_temperature'],
      memorySlowdownC: ['static.limit.slowdown_vram_temperature'],
    }),
    power: f.group('power', [''], (raw) => readNumber(raw, 'W'), {
      drawW: [
        'metric.power.socket_power',
        'metric.power.current_socket_power',
        'metric.power.average_socket_power',
        'rocm.current_socket_graphics_package_power_w',
        'rocm.average_graphics_package_power_w',
      ],
      limitW: [
        'static.limit.socket_power',
        'static.limit.ppt0.socket_power_limit',
        'rocm.max_graphics_package_power_w',
      ],
      minLimitW: ['static.limit.min_power', 'static.limit.ppt0.min_power_limit'],
      maxLimitW: ['static.limit.max_power', 'static.limit.ppt0.max_power_limit'],
    }),
    clocks: f.group('clocks', [''], readMegahertz, {
      graphicsMHz: ['metric.clock.gfx_0.clk', 'rocm.sclk_clock_speed', 'rocm.sclk_clock_level'],
      memoryMHz: ['metric.clock.mem_0.clk', 'rocm.mclk_clock_speed', 'rocm.mclk_clock_level'],
      maxGraphicsMHz: ['metric.clock.gfx_0.max_clk'],
      maxMemoryMHz: ['metric.clock.mem_0.max_clk'],
    }),
    pcie: readPcie(f),
    eccMode: readEccMode(report, f),
    ecc: f.group('ecc', ['metric.ecc'], readNumber, {
      corrected: ['total_correctable_count'],
      uncorrected: ['total_uncorrectable_count'],
      deferred: ['total_deferred_count'],
    }),
    xgmi: readXgmi(report, index, f),
    partition: f.group('partition', [''], readText, {
      compute: ['static.partition.compute_partition', 'rocm.compute_partition'],
      memory: ['static.partition.memory_partition', 'rocm.memory_partition'],
    }),
    numaNode: f.read('numaNode', ['static.numa.node', 'rocm.topology_numa_node'], readNumaNode),
    fanPercent: f.number('fanPercent', '%', 'metric.fan.usage', 'rocm.fan_speed'),
    performanceLevel: f.text('performanceLevel', 'metric.perf_level', 'rocm.performance_level'),
    absences,
  };
  const pciBusId = normalizeBusId(lookup(report, 'static.bus.bdf') ?? lookup(report, 'rocm.pci_bus'));
  if (pciBusId === null) absences.pciBusId = 'not-reported';
  const performanceLevel = gpu.performanceLevel?.replace(/^AMDSMI_DEV_PERF_LEVEL_/, '').toLowerCase() ?? null;
  return { ...gpu, pciBusId, performanceLevel };
}

/** Older rocm-smi prints the vendor's id as the card's name, and 0 for no serial number. */
function readName(raw: string): Reading<string> {
  return /^(0|0x[0-9a-f]{4})$/i.test(raw.trim()) ? { absent: 'not-available' } : readText(raw);
}

/** `800 MHz` of amd-smi; `(300Mhz)`, `808Mhz` and `S: (137Mhz)` of rocm-smi. */
function readMegahertz(raw: string): Reading<number> {
  const absent = absenceOf(raw);
  if (absent) return { absent };
  const value = /(?:^|[(\s])(\d{1,6})\s?mhz\)?$/i.exec(raw.trim().slice(0, 60))?.[1];
  return value === undefined ? { absent: 'not-reported' } : { value: Number(value) };
}

/** -1, in some versions as 4294967295: the firmware does not say which node is near. */
function readNumaNode(raw: string): Reading<number> {
  const node = readNumber(raw);
  return 'value' in node && (node.value < 0 || node.value > 0xffff) ? { absent: 'not-available' } : node;
}

/** `"ras": {"ecc_block_state": [{"block": "UMC", "status": "ENABLED"}, …]}`: UMC is the memory controller. */
function readEccMode(report: Report, f: FieldReader): string | null {
  const blocks = lookup(report, 'static.ras.ecc_block_state');
  const memory = listOf(blocks)
    .filter(isReport)
    .find(({ block }) => block === 'UMC');
  const status = memory?.status ?? (isReport(blocks) ? blocks.UMC : blocks);
  if (typeof status !== 'string') return f.absent('eccMode', 'not-reported');
  const mode = readText(status);
  if ('absent' in mode) return f.absent('eccMode', mode.absent);
  return mode.value.charAt(0).toUpperCase() + mode.value.slice(1).toLowerCase();
}

const generations: Readonly<Record<string, number>> = { '2.5': 1, '5': 2, '8': 3, '16': 4, '32': 5, '64': 6 };

/** `16 GT/s`, `16000 MT/s`, `Gen 4`, or rocm-smi's `1 (16.0GT/s x16)`. */
function readGeneration(raw: string): Reading<number> {
  const absent = absenceOf(raw);
  if (absent) return { absent };
  const text = raw.slice(0, 60);
  const named = /^gen ?(\d)$/i.exec(text.trim())?.[1];
  if (named !== undefined) return { value: Number(named) };
  const [, amount, unit] = /(\d{1,5}(?:\.\d)?) ?(G|M)T\/s/i.exec(text) ?? [];
  const rate = Number(amount) / (unit?.toUpperCase() === 'M' ? 1000 : 1);
  const generation = generations[String(rate)];
  return generation === undefined ? { absent: 'unreadable' } : { value: generation };
}

function readWidth(raw: string): Reading<number> {
  const lanes = /GT\/s x(\d{1,2})\)/.exec(raw.slice(0, 60))?.[1];
  return lanes === undefined ? readNumber(raw) : { value: Number(lanes) };
}

function readPcie(f: FieldReader): AmdGpu['pcie'] {
  return {
    ...f.group('pcie', [''], readGeneration, {
      generation: ['metric.pcie.speed', 'rocm.pcie_clock_level'],
      maxGeneration: ['static.bus.pcie_interface_version', 'static.bus.max_pcie_speed'],
    }),
    ...f.group('pcie', [''], readWidth, {
      width: ['metric.pcie.width', 'rocm.pcie_clock_level'],
      maxWidth: ['static.bus.max_pcie_width'],
    }),
    replayCount: f.number('pcie.replayCount', '', 'metric.pcie.replay_count', 'rocm.pcie_replay_count'),
    slotKind: f.text('pcie.slotKind', 'static.bus.slot_type'),
  };
}

function readXgmi(report: Report, index: number, f: FieldReader): AmdGpu['xgmi'] {
  const links = listOf(lookup(report, 'xgmi.link_metrics.links')).filter(isReport);
  // A GPU's link to itself is in the list as well, with N/A for what went over it.
  const peers = links.filter((link) => link.gpu !== String(index) && absenceOf(String(link.read ?? 'N/A')) === null);
  return {
    bitRateGbps: f.number('xgmi.bitRateGbps', 'Gb/s', 'xgmi.link_metrics.bit_rate'),
    peers: links.length > 0 ? peers.length : f.number('xgmi.peers', '', 'rocm.xgmi_peers'),
    errors: f.text('xgmi.errors', 'metric.xgmi_err'),
  };
}
