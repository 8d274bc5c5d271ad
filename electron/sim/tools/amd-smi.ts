import { type SimGpu, sysfsAddress } from '../model/gpu';
import type { NodeModel } from '../model/node-model';
import { type GpuReading, readAll } from './nvidia-smi/reading';
import { failed, optionValue, printed, type Tool, type ToolOutput } from './tool';

const amount = (value: number, unit: string): object => ({ value, unit });
const NONE = 'N/A';
/** GT/s of each PCIe generation. */
const RATES = [0, 2.5, 5, 8, 16, 32, 64];
/** One that is neither NVIDIA's word nor a random one: AMD prints the chip's fuses. */
export const chipNumber = (gpu: SimGpu): string => `0x${gpu.uuid.replaceAll('-', '').slice(3, 19).toUpperCase()}`;

/** As a shell says it. */
const notInstalled = (tool: string): ToolOutput => failed(127, `sh: 1: exec: ${tool}: not found\n`);

/** The emulated amd-smi: what a probe asks it for, as JSON of ROCm 6. */
export const amdSmi: Tool = (model, args) => {
  if (model.faults.has('amd-tools-missing')) return notInstalled('amd-smi');
  const version = model.profile.amdDriver?.rocmVersion ?? '';
  if (args[0] === 'version')
    return printed(`AMDSMI Tool: 24.7.1+0012a68 | AMDSMI Library version: 24.7.1.0 | ROCm version: ${version}\n`);
  if (!args.includes('--json')) return failed(1, 'amd-smi: only the JSON form is emulated here\n');
  const document = { static: fixedOf, metric: metricOf, xgmi: xgmiOf }[args[0] ?? ''];
  if (!document) return failed(2, `amd-smi: argument: invalid choice: '${args[0]}'\n`);
  const round = (extra: object): string =>
    `${JSON.stringify(withEach(chosen(document(model, readAll(model)), args), extra), null, 4)}\n`;
  const seconds = Number(optionValue(args, '--watch', '-w'));
  if (!seconds || args[0] !== 'metric') return printed(round({}));
  return watched(seconds, Number(optionValue(args, '--iterations', '-i')), () =>
    round({ timestamp: Math.floor(model.clockMs() / 1000) }),
  );
};

/** Stays until it is ended, or for so many rounds; each GPU's part begins with the time in whole seconds. */
function watched(seconds: number, iterations: number, round: () => string): ToolOutput {
  let left = (iterations || Number.POSITIVE_INFINITY) - 1;
  const next = (): string | null => {
    left -= 1;
    return left < 0 ? null : round();
  };
  return {
    ...printed(`'CTRL' + 'C' to stop watching output:\n${round()}`),
    goesOn: { everyMs: seconds * 1000, next },
  };
}

/** With `--power --usage` only those sections. */
function chosen(document: object, args: readonly string[]): object {
  const sections = args.flatMap(
    (arg) => /^--(?!json|watch|iterations)(\w[\w-]*)$/.exec(arg)?.[1]?.replaceAll('-', '_') ?? [],
  );
  if (sections.length === 0 || !Array.isArray(document)) return document;
  return document.map((gpu: object) =>
    Object.fromEntries(Object.entries(gpu).filter(([name]) => name === 'gpu' || sections.includes(name))),
  );
}

function withEach(document: object, extra: object): object {
  return Array.isArray(document) ? document.map((gpu: object) => ({ ...extra, ...gpu })) : document;
}

function fixedOf(model: NodeModel, readings: readonly GpuReading[]): object {
  return readings.map(({ gpu }) => {
    const { card, numaNode } = gpu.slot;
    return {
      gpu: gpu.index,
      asic: {
        market_name: card.productName,
        vendor_id: '0x1002',
        vendor_name: 'Advanced Micro Devices Inc. [AMD/ATI]',
        subvendor_id: '0x1002',
        device_id: `0x${card.pciDeviceId.slice(0, 4).toLowerCase()}`,
        rev_id: '0x00',
        asic_serial: chipNumber(gpu),
        oam_id: gpu.moduleId - 1,
        num_compute_units: card.amd?.computeUnits,
        target_graphics_version: card.amd?.target,
      },
      bus: {
        bdf: sysfsAddress(gpu),
        max_pcie_width: card.pciWidth,
        max_pcie_speed: amount(RATES[card.pciGeneration] ?? 0, 'GT/s'),
        pcie_interface_version: `Gen ${card.pciGeneration}`,
        slot_type: 'OAM',
      },
      vbios: {
        name: 'AMD MI300X_HW',
        build_date: '2024/11/27 20:39',
        part_number: card.amd?.vbiosPartNumber,
        version: gpu.vbiosVersion,
      },
      limit: {
        max_power: amount(card.maxPowerLimitW, 'W'),
        min_power: amount(card.minPowerLimitW, 'W'),
        socket_power: amount(gpu.powerLimitW, 'W'),
        slowdown_edge_temperature: NONE,
        slowdown_hotspot_temperature: amount(card.slowdownC, 'C'),
        slowdown_vram_temperature: card.memoryMaxC === null ? NONE : amount(card.memoryMaxC, 'C'),
        shutdown_edge_temperature: NONE,
        shutdown_hotspot_temperature: amount(card.shutdownC, 'C'),
        shutdown_vram_temperature: NONE,
      },
      driver: { name: 'amdgpu', version: model.profile.amdDriver?.version },
      board: {
        model_number: card.boardPartNumber,
        product_serial: gpu.serial,
        fru_id: NONE,
        product_name: card.productName,
        manufacturer_name: 'AMD',
      },
      ras: {
        eeprom_version: '0x10000',
        parity_schema: 'DISABLED',
        single_bit_schema: 'DISABLED',
        ecc_block_state: [{ block: 'UMC', status: 'ENABLED' }],
      },
      partition: { compute_partition: 'SPX', memory_partition: 'NPS1' },
      numa: { node: numaNode, affinity: numaNode },
      vram: {
        type: card.amd?.memoryKind,
        vendor: card.amd?.memoryVendor,
        size: amount(card.memoryTotalMib, 'MB'),
      },
    };
  });
}

function metricOf(_model: NodeModel, readings: readonly GpuReading[]): object {
  return readings.map((reading) => {
    const { gpu } = reading;
    const { card } = gpu.slot;
    return {
      gpu: gpu.index,
      usage: {
        gfx_activity: amount(gpu.utilizationPercent, '%'),
        umc_activity: amount(gpu.memoryUtilizationPercent, '%'),
        mm_activity: NONE,
      },
      power: { socket_power: amount(Math.round(reading.powerW), 'W'), throttle_status: NONE },
      clock: {
        gfx_0: clock(reading.graphicsMhz, 500, card.maxGraphicsMhz),
        mem_0: clock(reading.memoryMhz, card.idleMemoryMhz, card.maxMemoryMhz),
      },
      temperature: {
        edge: NONE,
        hotspot: amount(reading.temperatureC, 'C'),
        mem: reading.memoryTemperatureC === null ? NONE : amount(reading.memoryTemperatureC, 'C'),
      },
      pcie: {
        width: reading.link.width,
        speed: amount(RATES[reading.link.generation] ?? 0, 'GT/s'),
        replay_count: gpu.replays,
      },
      ecc: {
        total_correctable_count: gpu.dramCorrected,
        total_uncorrectable_count: gpu.dramUncorrected,
        total_deferred_count: 0,
        cache_correctable_count: 0,
        cache_uncorrectable_count: 0,
      },
      fan: { speed: NONE, max: NONE, rpm: NONE, usage: NONE },
      perf_level: 'AMDSMI_DEV_PERF_LEVEL_AUTO',
      xgmi_err: NONE,
      mem_usage: {
        total_vram: amount(card.memoryTotalMib, 'MB'),
        used_vram: amount(Math.floor(reading.memoryUsedMib + card.memoryReservedMib), 'MB'),
        free_vram: amount(Math.floor(reading.memoryFreeMib), 'MB'),
      },
    };
  });
}

function clock(now: number, least: number, most: number): object {
  return {
    clk: amount(now, 'MHz'),
    min_clk: amount(least, 'MHz'),
    max_clk: amount(most, 'MHz'),
    clk_locked: 'DISABLED',
    deep_sleep: 'DISABLED',
  };
}

function xgmiOf(model: NodeModel, readings: readonly GpuReading[]): object {
  return {
    xgmi_metric: readings.map(({ gpu }) => ({
      gpu: gpu.index,
      bdf: sysfsAddress(gpu),
      link_metrics: {
        bit_rate: amount(gpu.slot.card.amd?.xgmiGbitPerSec ?? 0, 'Gb/s'),
        max_bandwidth: amount((gpu.slot.card.amd?.xgmiGbitPerSec ?? 0) * 16, 'Gb/s'),
        link_type: 'XGMI',
        links: model.gpus.map((other) => ({
          gpu: other.index,
          bdf: sysfsAddress(other),
          read: other === gpu ? NONE : amount(1024 * (other.index + 1), 'KB'),
          write: other === gpu ? NONE : amount(1024 * (other.index + 2), 'KB'),
        })),
      },
    })),
  };
}

/** The emulated rocm-smi, which newer ROCm keeps beside amd-smi. */
export const rocmSmi: Tool = (model, args) => {
  if (model.faults.has('amd-tools-missing')) return notInstalled('rocm-smi');
  if (!args.includes('--json')) return failed(1, 'rocm-smi: only the JSON form is emulated here\n');
  const cards = readAll(model).map((reading): [string, object] => {
    const { gpu } = reading;
    const { card } = gpu.slot;
    const { link } = reading;
    return [
      `card${gpu.index}`,
      {
        'Device Name': card.productName,
        'Device ID': `0x${card.pciDeviceId.slice(0, 4).toLowerCase()}`,
        'Unique ID': chipNumber(gpu).toLowerCase(),
        'VBIOS version': card.amd?.vbiosPartNumber ?? NONE,
        'Temperature (Sensor junction) (C)': reading.temperatureC.toFixed(1),
        'Temperature (Sensor memory) (C)': reading.memoryTemperatureC?.toFixed(1) ?? NONE,
        'mclk clock speed:': `(${reading.memoryMhz}Mhz)`,
        'sclk clock speed:': `(${reading.graphicsMhz}Mhz)`,
        'pcie clock level': `1 (${(RATES[link.generation] ?? 0).toFixed(1)}GT/s x${link.width})`,
        'Performance Level': 'auto',
        'Max Graphics Package Power (W)': gpu.powerLimitW.toFixed(1),
        'Current Socket Graphics Package Power (W)': reading.powerW.toFixed(1),
        'GPU use (%)': String(gpu.utilizationPercent),
        'GPU memory vendor': card.amd?.memoryVendor.toLowerCase() ?? NONE,
        'PCIe Replay Count': String(gpu.replays),
        'Serial Number': gpu.serial,
        'PCI Bus': sysfsAddress(gpu).toUpperCase(),
        'VRAM Total Memory (B)': String(card.memoryTotalMib * 2 ** 20),
        'VRAM Total Used Memory (B)': String(Math.floor(reading.memoryUsedMib + card.memoryReservedMib) * 2 ** 20),
        'Card Series': card.productName,
        'GFX Version': card.amd?.target ?? NONE,
        'Compute Partition': 'SPX',
        'Memory Partition': 'NPS1',
        '(Topology) Numa Node': String(gpu.slot.numaNode),
      },
    ];
  });
  const system = { 'Driver version': model.profile.amdDriver?.version ?? NONE };
  return printed(`\n${JSON.stringify({ ...Object.fromEntries(cards), system }, null, 4)}\n`);
};
