import type { SimGpu } from '../../model/gpu';
import type { NodeModel } from '../../model/node-model';
import { failed, printed, type ToolOutput } from '../tool';
import type { CsvFormat } from './csv-format';
import { csvTime, driverBranch, type GpuReading, isFabricUp, readGpu } from './reading';

/** A value and, where the CSV shows one, its unit. */
type Cell = string | readonly [value: string, unit: string];
type Field = (reading: GpuReading, model: NodeModel) => Cell;

const NONE = '[N/A]';
const mib = (value: number): Cell => [String(Math.floor(value)), 'MiB'];
const watt = (value: number): Cell => [value.toFixed(2), 'W'];
const mhz = (value: number): Cell => [String(value), 'MHz'];
const percent = (value: number | null): Cell => (value === null ? NONE : [String(value), '%']);
const always =
  (value: string): Field =>
  () =>
    value;
const eccCount =
  (pick: (reading: GpuReading) => number): Field =>
  (reading) =>
    reading.gpu.isEccEnabled ? String(pick(reading)) : NONE;
const utilization =
  (pick: (reading: GpuReading) => number): Field =>
  (reading) =>
    percent(reading.isMigEnabled ? null : pick(reading));
const reason =
  (isActive: (reading: GpuReading) => boolean): Field =>
  (reading) =>
    isActive(reading) ? 'Active' : 'Not Active';

/** Bits of `clocks_event_reasons.active`, from nvml.h. */
function reasonBits({ isIdle, gpu }: GpuReading): string {
  const { throttle } = gpu.heat;
  let bits = isIdle ? 0x1 : 0;
  if (throttle.softwarePowerCap) bits |= 0x4;
  if (throttle.hardwareThermal) bits |= 0x8 | 0x40;
  if (throttle.softwareThermal) bits |= 0x20;
  if (gpu.isBraked) bits |= 0x8 | 0x80;
  return `0x${bits.toString(16).padStart(16, '0')}`;
}

const migMode: Field = ({ gpu, isMigEnabled }) =>
  gpu.slot.card.supportsMig ? (isMigEnabled ? 'Enabled' : 'Disabled') : NONE;
const eccMode: Field = ({ gpu }) => (gpu.isEccEnabled ? 'Enabled' : 'Disabled');
const powerLimit: Field = ({ gpu }) => watt(gpu.powerLimitW);
const fullPowerLimit: Field = ({ gpu }) => watt(gpu.slot.card.maxPowerLimitW);
const dramUncorrected = eccCount((reading) => reading.gpu.dramUncorrected);
const dramCorrected = eccCount((reading) => reading.gpu.dramCorrected);
const remapped =
  (pick: (reading: GpuReading) => string): Field =>
  (reading) =>
    reading.gpu.isEccEnabled && !reading.isMigEnabled ? pick(reading) : NONE;

/** Each field with the driver branch that brought it. */
const FIELDS: Readonly<Record<string, readonly [since: number, field: Field]>> = {
  timestamp: [0, (_, model) => csvTime(model)],
  driver_version: [0, (_, model) => model.profile.driverVersion ?? ''],
  count: [0, (_, model) => String(model.gpus.length)],
  name: [0, ({ gpu }) => gpu.slot.card.productName],
  serial: [0, ({ gpu }) => gpu.serial],
  uuid: [0, ({ gpu }) => gpu.uuid],
  'pci.bus_id': [0, ({ gpu }) => gpu.slot.busId],
  'pci.domain': [0, ({ gpu }) => `0x${gpu.slot.busId.slice(4, 8)}`],
  'pci.bus': [0, ({ gpu }) => `0x${gpu.slot.busId.slice(9, 11)}`],
  'pci.device': [0, ({ gpu }) => `0x${gpu.slot.busId.slice(12, 14)}`],
  'pci.device_id': [0, ({ gpu }) => `0x${gpu.slot.card.pciDeviceId}`],
  'pci.sub_device_id': [0, ({ gpu }) => `0x${gpu.slot.card.pciSubsystemId}`],
  'pcie.link.gen.current': [0, (reading) => String(reading.link.generation)],
  'pcie.link.gen.gpucurrent': [525, (reading) => String(reading.link.generation)],
  'pcie.link.gen.max': [0, ({ gpu }) => String(gpu.slot.card.pciGeneration)],
  'pcie.link.gen.gpumax': [525, ({ gpu }) => String(gpu.slot.card.pciGeneration)],
  'pcie.link.gen.hostmax': [525, ({ gpu }) => String(gpu.slot.card.pciGeneration)],
  'pcie.link.width.current': [0, ({ link }) => String(link.width)],
  'pcie.link.width.max': [0, ({ gpu }) => String(gpu.slot.card.pciWidth)],
  index: [0, ({ gpu }) => String(gpu.index)],
  display_mode: [0, always('Disabled')],
  display_active: [0, always('Disabled')],
  persistence_mode: [0, ({ gpu }) => (gpu.isPersistent ? 'Enabled' : 'Disabled')],
  addressing_mode: [535, always('None')],
  'accounting.mode': [0, always('Disabled')],
  'accounting.buffer_size': [0, always('4000')],
  vbios_version: [0, ({ gpu }) => gpu.vbiosVersion],
  'inforom.img': [0, ({ gpu }) => gpu.slot.card.inforomImage],
  'inforom.ecc': [0, ({ gpu }) => gpu.slot.card.eccObject],
  gpu_recovery_action: [565, (reading) => (reading.needsReset ? 'Drain and Reset' : 'None')],
  'fan.speed': [0, (reading) => percent(reading.fanPercent)],
  pstate: [0, (reading) => reading.performanceState],
  'clocks_event_reasons.active': [535, reasonBits],
  'clocks_event_reasons.gpu_idle': [535, reason((reading) => reading.isIdle)],
  'clocks_event_reasons.sw_power_cap': [535, reason(({ gpu }) => gpu.heat.throttle.softwarePowerCap)],
  'clocks_event_reasons.hw_slowdown': [535, reason(({ gpu }) => gpu.heat.throttle.hardwareThermal || gpu.isBraked)],
  'clocks_event_reasons.hw_thermal_slowdown': [535, reason(({ gpu }) => gpu.heat.throttle.hardwareThermal)],
  'clocks_event_reasons.hw_power_brake_slowdown': [535, reason(({ gpu }) => gpu.isBraked)],
  'clocks_event_reasons.sw_thermal_slowdown': [535, reason(({ gpu }) => gpu.heat.throttle.softwareThermal)],
  'clocks_event_reasons_counters.sw_power_cap': [565, ({ gpu }) => [String(Math.round(gpu.powerCapUs)), 'us']],
  'clocks_event_reasons_counters.sw_thermal_slowdown': [
    565,
    ({ gpu }) => [String(Math.round(gpu.softwareThermalUs)), 'us'],
  ],
  'clocks_event_reasons_counters.hw_thermal_slowdown': [
    565,
    ({ gpu }) => [String(Math.round(gpu.hardwareThermalUs)), 'us'],
  ],
  'clocks_event_reasons_counters.hw_power_brake_slowdown': [
    565,
    ({ gpu }) => [String(Math.round(gpu.powerBrakeUs)), 'us'],
  ],
  'memory.total': [0, ({ gpu }) => mib(gpu.slot.card.memoryTotalMib)],
  'memory.reserved': [510, ({ gpu }) => mib(gpu.slot.card.memoryReservedMib)],
  'memory.used': [0, (reading) => mib(reading.memoryUsedMib)],
  'memory.free': [0, (reading) => mib(reading.memoryFreeMib)],
  compute_mode: [0, ({ gpu }) => gpu.slot.computeMode ?? 'Default'],
  compute_cap: [0, ({ gpu }) => gpu.slot.card.computeCapability],
  'utilization.gpu': [0, utilization(({ gpu }) => gpu.utilizationPercent)],
  'utilization.memory': [0, utilization(({ gpu }) => gpu.memoryUtilizationPercent)],
  'ecc.mode.current': [0, eccMode],
  'ecc.mode.pending': [0, ({ gpu }) => ((gpu.pendingEcc ?? gpu.isEccEnabled) ? 'Enabled' : 'Disabled')],
  'ecc.errors.corrected.volatile.device_memory': [0, dramCorrected],
  'ecc.errors.corrected.volatile.dram': [0, dramCorrected],
  'ecc.errors.corrected.volatile.sram': [0, eccCount(() => 0)],
  'ecc.errors.corrected.volatile.total': [0, dramCorrected],
  'ecc.errors.corrected.aggregate.total': [0, dramCorrected],
  'ecc.errors.uncorrected.volatile.device_memory': [0, dramUncorrected],
  'ecc.errors.uncorrected.volatile.dram': [0, dramUncorrected],
  'ecc.errors.uncorrected.volatile.sram': [0, eccCount(() => 0)],
  'ecc.errors.uncorrected.volatile.total': [0, dramUncorrected],
  'ecc.errors.uncorrected.aggregate.total': [0, dramUncorrected],
  'ecc.errors.uncorrected.aggregate.sram.thresholdExceeded': [550, always('No')],
  'retired_pages.pending': [0, always(NONE)],
  'remapped_rows.correctable': [550, remapped(() => '0')],
  'remapped_rows.uncorrectable': [550, remapped(({ gpu }) => String(gpu.remappedRows))],
  'remapped_rows.pending': [550, remapped(({ gpu }) => (gpu.isRemapPending ? 'Yes' : 'No'))],
  'remapped_rows.failure': [550, remapped(({ gpu }) => (gpu.isRemapFailed ? 'Yes' : 'No'))],
  'temperature.gpu': [0, (reading) => String(reading.temperatureC)],
  'temperature.gpu.tlimit': [
    535,
    (reading) =>
      reading.gpu.slot.card.reportsHeadroom ? String(reading.gpu.slot.card.maxOperatingC - reading.temperatureC) : NONE,
  ],
  'temperature.memory': [
    0,
    (reading) => (reading.memoryTemperatureC === null ? 'N/A' : String(reading.memoryTemperatureC)),
  ],
  'power.management': [0, always('Enabled')],
  'power.draw': [0, (reading) => watt(reading.powerW)],
  'power.draw.average': [530, (reading) => watt(reading.powerW)],
  'power.draw.instant': [530, (reading) => watt(reading.powerW * 1.01)],
  'power.limit': [0, powerLimit],
  'enforced.power.limit': [0, powerLimit],
  'power.default_limit': [0, fullPowerLimit],
  'power.min_limit': [0, ({ gpu }) => watt(gpu.slot.card.minPowerLimitW)],
  'power.max_limit': [0, fullPowerLimit],
  'clocks.current.graphics': [0, (reading) => mhz(reading.graphicsMhz)],
  'clocks.current.sm': [0, (reading) => mhz(reading.graphicsMhz)],
  'clocks.current.memory': [0, (reading) => mhz(reading.memoryMhz)],
  'clocks.current.video': [0, (reading) => mhz(reading.videoMhz)],
  'clocks.max.graphics': [0, ({ gpu }) => mhz(gpu.slot.card.maxGraphicsMhz)],
  'clocks.max.sm': [0, ({ gpu }) => mhz(gpu.slot.card.maxGraphicsMhz)],
  'clocks.max.memory': [0, ({ gpu }) => mhz(gpu.slot.card.maxMemoryMhz)],
  'mig.mode.current': [450, migMode],
  'mig.mode.pending': [450, migMode],
  'gsp.mode.current': [535, always('Enabled')],
  'fabric.state': [
    535,
    (_, model) => (!model.profile.hasNvswitch ? 'N/A' : isFabricUp(model) ? 'Completed' : 'In Progress'),
  ],
  'fabric.status': [535, (_, model) => (!model.profile.hasNvswitch ? 'N/A' : isFabricUp(model) ? 'Success' : 'N/A')],
  'protected_memory.total': [535, () => mib(0)],
  hostname: [565, (_, model) => model.name],
};

/** Other spellings that `--help-query-gpu` lists after "or". */
const ALIASES: Readonly<Record<string, string>> = {
  gpu_name: 'name',
  gpu_serial: 'serial',
  gpu_uuid: 'uuid',
  gpu_bus_id: 'pci.bus_id',
  'clocks.gr': 'clocks.current.graphics',
  'clocks.sm': 'clocks.current.sm',
  'clocks.mem': 'clocks.current.memory',
  'clocks.video': 'clocks.current.video',
  'clocks.max.gr': 'clocks.max.graphics',
  'clocks.max.mem': 'clocks.max.memory',
};

function fieldOf(model: NodeModel, name: string): Field | null {
  const canonical = ALIASES[name] ?? name.replace(/^clocks_throttle_reasons/, 'clocks_event_reasons');
  const known = FIELDS[canonical];
  return known && known[0] <= driverBranch(model) ? known[1] : null;
}

/** `--query-gpu=…`: one unknown field and nothing at all is printed, as with the real tool. */
export function queryGpu(
  model: NodeModel,
  gpus: readonly SimGpu[],
  wanted: readonly string[],
  csv: CsvFormat,
): ToolOutput {
  const unknown = wanted.find((name) => !fieldOf(model, name));
  if (unknown !== undefined) return failed(2, '', `Field "${unknown}" is not a valid field to query.\n\n`);
  model.advance();
  const readings = gpus.map((gpu) => readGpu(model, gpu));
  const cellsOf = (reading: GpuReading): Cell[] => wanted.map((name) => fieldOf(model, name)?.(reading, model) ?? NONE);
  const rows = readings.map((reading) =>
    cellsOf(reading)
      .map((cell, column) => {
        if (reading.gpu.isLost && !KNOWN_WHEN_LOST.has(wanted[column] ?? '')) return '[GPU is lost]';
        return typeof cell === 'string' ? cell : csv.hasUnits ? `${cell[0]} ${cell[1]}` : cell[0];
      })
      .join(', '),
  );
  if (csv.hasHeader) {
    const first = readings[0] ? cellsOf(readings[0]) : [];
    const header = wanted.map((name, column) => {
      const cell = first[column];
      return csv.hasUnits && typeof cell === 'object' ? `${name} [${cell[1]}]` : name;
    });
    rows.unshift(header.join(', '));
  }
  return printed(rows.map((row) => `${row}\n`).join(''));
}

const KNOWN_WHEN_LOST = new Set([
  'timestamp',
  'driver_version',
  'count',
  'index',
  'uuid',
  'gpu_uuid',
  'name',
  'gpu_name',
  'pci.bus_id',
  'hostname',
]);

/** `--help-query-gpu`: what a careful caller intersects its fields with. */
export function helpQueryGpu(model: NodeModel): string {
  const names = Object.keys(FIELDS).filter((name) => fieldOf(model, name));
  const blocks = names.map((name) => {
    const aliases = Object.entries(ALIASES)
      .filter(([, canonical]) => canonical === name)
      .map(([alias]) => alias);
    const throttle = name.startsWith('clocks_event_reasons.') ? [name.replace('event', 'throttle')] : [];
    const spelled = [name, ...aliases, ...throttle].map((each) => `"${each}"`).join(' or ');
    return `${spelled}\nSee the manual page of nvidia-smi for this property.\n`;
  });
  return `List of valid properties to query for the switch "--query-gpu=":\n\n${blocks.join('\n')}\n`;
}
