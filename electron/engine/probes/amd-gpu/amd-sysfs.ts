import type { Report } from '../gpu/report';
import { linesOf } from '../lib/lines';
import type { ByGpu } from './amd-report';

/**
 * What the kernel's driver tells of each GPU without any tool (Documentation/gpu/amdgpu; attributes in amdgpu_pm.c,
 * amdgpu_vram_mgr.c). `l` becomes the files that are to be read: one that sleeps is not woken for it, of it only memory is
 * read. What asks nothing of the GPU itself stands first.
 */
export const listAmdFiles = `l=/dev/null
for f in /sys/bus/pci/devices/*/mem_info_vram_total; do
d=\${f%/*} s=
[ -r "$d/power/runtime_status" ] && read -r s <"$d/power/runtime_status"
l="$l $d/mem_info_vram_total $d/mem_info_vram_used $d/unique_id"
[ "$s" = suspended ] || l="$l $d/gpu_busy_percent $d/mem_busy_percent $d/pcie_replay_count $d/pp_dpm_sclk $d/pp_dpm_pcie $d/hwmon/hwmon*/temp[123]_input $d/hwmon/hwmon*/temp[123]_crit $d/hwmon/hwmon*/power1_* $d/hwmon/hwmon*/freq[12]_input $d/hwmon/hwmon*/pwm1 $d/hwmon/hwmon*/pwm1_max"
done`;

const MAX_GPUS = 256;

/**
 * Reads `FILE:LINE` of those files, and those that do not change while the driver runs, into the labels that rocm-smi has
 * for them (it reads the same files) and amd-smi's for the limits. Numbers by the place on the bus. Null: no such GPU.
 */
export function readAmdSysfs(text: string): ByGpu | null {
  const byPlace = new Map<string, Map<string, string[]>>();
  for (const line of linesOf(text)) {
    const match =
      /^\/sys\/bus\/pci\/devices\/([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\/(?:hwmon\/hwmon\d{1,5}\/|ras\/)?(\w{1,40}):(.{0,200})$/.exec(
        line,
      );
    const [, place = '', file = '', value = ''] = match ?? [];
    if (!match) continue;
    const files = byPlace.get(place) ?? new Map<string, string[]>();
    if (byPlace.size >= MAX_GPUS && !byPlace.has(place)) continue;
    byPlace.set(place, files);
    files.set(file, [...(files.get(file) ?? []), value]);
  }
  const gpus = [...byPlace].filter(([, files]) => files.has('mem_info_vram_total'));
  gpus.sort(([one], [other]) => (one < other ? -1 : 1));
  return gpus.length > 0 ? new Map(gpus.map(([place, files], index) => [index, reportOf(place, files)])) : null;
}

function reportOf(place: string, files: ReadonlyMap<string, readonly string[]>): Report {
  const one = (name: string): string | undefined => files.get(name)?.[0]?.trim();
  /** In a smaller unit than ours. */
  const scaled = (name: string, divisor: number): string | undefined => {
    const value = one(name);
    return value !== undefined && /^\d{1,15}$/.test(value) ? String(Number(value) / divisor) : undefined;
  };
  const chip = /^[0-9a-f]{1,16}$/i.test(one('unique_id') ?? '') ? one('unique_id') : undefined;
  const fan = Number(one('pwm1')) / Number(one('pwm1_max') ?? 255);
  const [, rate, lanes] = /(\d{1,2}(?:\.\d)?GT\/s), x(\d{1,2})\b.*\*$/.exec(chosen(files.get('pp_dpm_pcie'))) ?? [];
  const highest = files
    .get('pp_dpm_sclk')
    ?.flatMap((line) => /^\d: (\d{1,5})Mhz\b/.exec(line)?.[1] ?? [])
    .at(-1);
  const errors = (kind: 'ce' | 'ue'): string | undefined =>
    files.get('umc_err_count')?.flatMap((line) => new RegExp(`^${kind}: (\\d{1,15})$`).exec(line.trim())?.[1] ?? [])[0];
  const rocm = {
    pci_bus: place,
    unique_id: chip === undefined ? undefined : `0x${chip.toUpperCase().padStart(16, '0')}`,
    card_series: one('product_name'),
    serial_number: one('serial_number'),
    device_id: one('device'),
    vbios_version: one('vbios_version'),
    gpu_memory_vendor: one('mem_info_vram_vendor'),
    vram_total_memory_b: one('mem_info_vram_total'),
    vram_total_used_memory_b: one('mem_info_vram_used'),
    gpu_use: one('gpu_busy_percent'),
    gpu_memory_use: one('mem_busy_percent'),
    temperature_sensor_edge_c: scaled('temp1_input', 1000),
    temperature_sensor_junction_c: scaled('temp2_input', 1000),
    temperature_sensor_memory_c: scaled('temp3_input', 1000),
    average_graphics_package_power_w: scaled('power1_input', 1e6) ?? scaled('power1_average', 1e6),
    max_graphics_package_power_w: scaled('power1_cap', 1e6),
    sclk_clock_speed: megahertz(scaled('freq1_input', 1e6)),
    mclk_clock_speed: megahertz(scaled('freq2_input', 1e6)),
    pcie_clock_level: rate === undefined ? undefined : `0 (${rate} x${lanes})`,
    pcie_replay_count: one('pcie_replay_count'),
    fan_speed: fan >= 0 && fan <= 1 ? String(Math.round(fan * 100)) : undefined,
    compute_partition: one('current_compute_partition'),
    memory_partition: one('current_memory_partition'),
    topology_numa_node: one('numa_node'),
    performance_level: one('power_dpm_force_performance_level'),
  };
  const limit = {
    slowdown_hotspot_temperature: scaled('temp2_crit', 1000),
    slowdown_edge_temperature: scaled('temp1_crit', 1000),
    slowdown_vram_temperature: scaled('temp3_crit', 1000),
    min_power: scaled('power1_cap_min', 1e6),
    max_power: scaled('power1_cap_max', 1e6),
  };
  return {
    rocm: told(rocm),
    static: { limit: told(limit) },
    metric: {
      clock: { gfx_0: told({ max_clk: megahertz(highest) }) },
      ecc: told({ total_correctable_count: errors('ce'), total_uncorrectable_count: errors('ue') }),
    },
  };
}

/** The level that is used has a star. */
function chosen(levels: readonly string[] | undefined): string {
  return levels?.map((level) => level.trim()).find((level) => level.endsWith('*')) ?? '';
}

function megahertz(value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${Math.round(Number(value))}Mhz`;
}

function told(values: Readonly<Record<string, string | undefined>>): Report {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  );
}
