import { type DiskState, diskState } from '../model/disk-state';
import type { NodeModel } from '../model/node-model';
import type { DiskSpec } from '../profiles/profile';
import { failed, printed, type Tool, type ToolOutput, table } from './tool';

const controller = (disk: DiskSpec): string => disk.name.replace(/n\d+$/, '');
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function diskOf(model: NodeModel, device: string | undefined): DiskSpec | undefined {
  const name = device?.replace(/^\/dev\//, '');
  return model.disks.find((disk) => disk.name === name || (disk.transport === 'nvme' && controller(disk) === name));
}

/** Bits 0 (spare) and 2 (reliability): a drive that has used up what it had to replace bad blocks with. */
const criticalWarning = ({ isFailing }: DiskState): number => (isFailing ? 0b101 : 0);

/** nvme: `list`, `smart-log`, as nvme-cli 1.16 and 2.4 of Ubuntu 22.04 and Debian 12 print them. */
export const nvme: Tool = (model, args, context) => {
  const [command, device] = args;
  const disks = model.disks.filter(({ transport }) => transport === 'nvme');
  const isJson = args.some(
    (arg, index) => (arg === '-o' && args[index + 1] === 'json') || /^(--output-format=|-o)json$/.test(arg),
  );
  if (command === 'list') {
    // Each namespace is opened, which is root's alone.
    const seen = context.uid === 0 ? disks : [];
    if (isJson) return printed(json({ Devices: seen.map(listed) }));
    const head = ['Node', 'SN', 'Model', 'Namespace', 'Usage', 'Format', 'FW Rev'];
    const rows = seen.map((disk) => [
      `/dev/${disk.name}`,
      disk.serial,
      disk.model,
      '1',
      '',
      '512   B +  0 B',
      disk.firmware ?? '',
    ]);
    return printed(table([head, head.map((word) => '-'.repeat(word.length)), ...rows]));
  }
  if (command !== 'smart-log') return failed(1, `ERROR: Invalid sub-command '${command ?? ''}'\n`);
  const disk = diskOf(model, device);
  if (disk?.transport !== 'nvme') return failed(2, `${device}: No such file or directory\n`);
  if (context.uid !== 0) return failed(13, `${device}: Permission denied\n`);
  const state = diskState(model, disk);
  const log = {
    critical_warning: criticalWarning(state),
    temperature: state.temperatureC + 273,
    avail_spare: state.sparePercent,
    spare_thresh: 10,
    percent_used: state.usedPercent,
    endurance_grp_critical_warning_summary: 0,
    data_units_read: state.readUnits,
    data_units_written: state.writtenUnits,
    host_read_commands: state.readUnits * 31,
    host_write_commands: state.writtenUnits * 17,
    controller_busy_time: Math.floor(state.powerOnHours / 9),
    power_cycles: state.powerCycles,
    power_on_hours: state.powerOnHours,
    unsafe_shutdowns: state.unsafeShutdowns,
    media_errors: state.mediaErrors,
    num_err_log_entries: state.errorLogEntries,
    warning_temp_time: 0,
    critical_comp_time: 0,
    thm_temp1_trans_count: 0,
    thm_temp2_trans_count: 0,
    thm_temp1_total_time: 0,
    thm_temp2_total_time: 0,
  };
  if (isJson) return printed(json(log));
  const rows = Object.entries(log).map(([name, value]) => `${name.padEnd(35)} : ${value}\n`);
  return printed(`Smart Log for NVME device:${controller(disk)} namespace-id:ffffffff\n${rows.join('')}`);
};

function listed(disk: DiskSpec, index: number): Record<string, string | number> {
  return {
    NameSpace: 1,
    DevicePath: `/dev/${disk.name}`,
    Firmware: disk.firmware ?? 'GDC5602Q',
    Index: index,
    ModelNumber: disk.model,
    SerialNumber: disk.serial,
    UsedBytes: Math.floor(disk.sizeBytes * 0.6),
    MaximumLBA: Math.floor(disk.sizeBytes / 512),
    PhysicalSize: Math.floor(disk.sizeBytes),
    SectorSize: 512,
  };
}

/** smartctl 7.3 with `-j`; its exit status is a bit mask: 8 for a failing disk, 64 for errors in its log. */
export const smartctl: Tool = (model, args, context) => {
  const device = args.at(-1);
  const disk = diskOf(model, device);
  const about = {
    version: [7, 3],
    svn_revision: '5338',
    platform_info: `x86_64-linux-${model.profile.kernelRelease}`,
    build_info: '(local build)',
    argv: ['smartctl', ...args],
  };
  const isJson = args.includes('-j') || args.includes('--json');
  const refuse = (exitCode: number, text: string): ToolOutput =>
    isJson
      ? {
          stdout: json({
            json_format_version: [1, 0],
            smartctl: { ...about, messages: [{ string: text, severity: 'error' }], exit_status: exitCode },
          }),
          stderr: '',
          exitCode,
        }
      : { stdout: `smartctl 7.3 2022-02-28 r5338\n\n${text}\n`, stderr: '', exitCode };
  if (!disk) return refuse(2, `Smartctl open device: ${device} failed: No such device`);
  if (context.uid !== 0) return refuse(2, `Smartctl open device: ${device} failed: Permission denied`);
  const state = diskState(model, disk);
  const exitCode = state.isFailing ? (disk.transport === 'nvme' ? 8 : 8 | 64) : 0;
  const document = {
    json_format_version: [1, 0],
    smartctl: { ...about, exit_status: exitCode },
    ...(disk.transport === 'nvme' ? nvmeDocument(disk, state) : ataDocument(disk, state)),
  };
  const verdict = `SMART overall-health self-assessment test result: ${state.isFailing ? 'FAILED!' : 'PASSED'}`;
  return { stdout: isJson ? json(document) : `smartctl 7.3 2022-02-28 r5338\n\n${verdict}\n`, stderr: '', exitCode };
};

function capacity(disk: DiskSpec): { blocks: number; bytes: number } {
  return { blocks: Math.floor(disk.sizeBytes / 512), bytes: Math.floor(disk.sizeBytes) };
}

function nvmeDocument(disk: DiskSpec, state: DiskState): Record<string, unknown> {
  const name = `/dev/${controller(disk)}`;
  return {
    device: { name, info_name: name, type: 'nvme', protocol: 'NVMe' },
    model_name: disk.model,
    serial_number: disk.serial,
    firmware_version: disk.firmware ?? 'GDC5602Q',
    nvme_total_capacity: Math.floor(disk.sizeBytes),
    nvme_number_of_namespaces: 1,
    user_capacity: capacity(disk),
    logical_block_size: 512,
    smart_support: { available: true, enabled: true },
    smart_status: { passed: !state.isFailing, nvme: { value: criticalWarning(state) } },
    nvme_smart_health_information_log: {
      critical_warning: criticalWarning(state),
      temperature: state.temperatureC,
      available_spare: state.sparePercent,
      available_spare_threshold: 10,
      percentage_used: state.usedPercent,
      data_units_read: state.readUnits,
      data_units_written: state.writtenUnits,
      power_cycles: state.powerCycles,
      power_on_hours: state.powerOnHours,
      unsafe_shutdowns: state.unsafeShutdowns,
      media_errors: state.mediaErrors,
      num_err_log_entries: state.errorLogEntries,
      warning_temp_time: 0,
      critical_comp_time: 0,
    },
    temperature: { current: state.temperatureC },
    power_cycle_count: state.powerCycles,
    power_on_time: { hours: state.powerOnHours },
  };
}

function ataDocument(disk: DiskSpec, state: DiskState): Record<string, unknown> {
  const attribute = (id: number, name: string, raw: number, value = 100, threshold = 0) => ({
    id,
    name,
    value,
    worst: value,
    thresh: threshold,
    when_failed: value <= threshold && threshold > 0 ? 'now' : '',
    raw: { value: raw, string: String(raw) },
  });
  const name = `/dev/${disk.name}`;
  const speed = (kind: number) => ({
    sata_value: kind,
    string: '6.0 Gb/s',
    units_per_second: 60,
    bits_per_unit: 100_000_000,
  });
  return {
    device: { name, info_name: `${name} [SAT]`, type: 'sat', protocol: 'ATA' },
    model_name: disk.model,
    serial_number: disk.serial,
    firmware_version: disk.firmware ?? '1.0',
    user_capacity: capacity(disk),
    logical_block_size: 512,
    physical_block_size: 4096,
    rotation_rate: disk.isRotational ? 7200 : 0,
    form_factor: disk.isRotational ? { ata_value: 2, name: '3.5 inches' } : { ata_value: 3, name: '2.5 inches' },
    interface_speed: { max: speed(14), current: speed(3) },
    smart_support: { available: true, enabled: true },
    smart_status: { passed: !state.isFailing },
    ata_smart_attributes: {
      revision: 16,
      table: [
        attribute(5, 'Reallocated_Sector_Ct', state.reallocatedSectors, state.isFailing ? 8 : 100, 10),
        attribute(9, 'Power_On_Hours', state.powerOnHours, 92),
        attribute(12, 'Power_Cycle_Count', state.powerCycles),
        attribute(194, 'Temperature_Celsius', state.temperatureC, state.temperatureC),
        attribute(197, 'Current_Pending_Sector', state.pendingSectors),
        attribute(198, 'Offline_Uncorrectable', state.pendingSectors),
        attribute(199, 'UDMA_CRC_Error_Count', 0, 200),
        ...(disk.isRotational
          ? []
          : [attribute(202, 'Percent_Lifetime_Remain', state.usedPercent, 100 - state.usedPercent, 1)]),
      ],
    },
    temperature: { current: state.temperatureC },
    power_cycle_count: state.powerCycles,
    power_on_time: { hours: state.powerOnHours },
    ata_smart_error_log: { extended: { revision: 1, count: state.mediaErrors } },
  };
}
