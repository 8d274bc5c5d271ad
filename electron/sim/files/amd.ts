import { sysfsAddress } from '../model/gpu';
import type { NodeModel } from '../model/node-model';
import { gigatransfers } from '../model/pci-links';
import { pciPath, pciTree } from '../model/pci-tree';
import { chipNumber } from '../tools/amd-smi';
import { readAll } from '../tools/nvidia-smi/reading';
import { lines } from '../tools/tool';
import type { FileEntry } from './file-entry';

const micro = (value: number): string => `${Math.round(value * 1e6)}\n`;
const milli = (value: number): string => `${Math.round(value * 1000)}\n`;

/** What the amdgpu driver of kernel 6.8 tells of an Instinct board in /sys: no edge temperature, no fan, no average power. */
export function amdFiles(model: NodeModel): [string, FileEntry][] {
  if (!model.profile.amdDriver) return [];
  const tree = pciTree(model);
  return readAll(model).flatMap((reading) => {
    const { gpu } = reading;
    if (gpu.isLost) return [];
    const { card } = gpu.slot;
    const folder = pciPath(tree, sysfsAddress(gpu));
    const link = `${gigatransfers(reading.link)}, x${reading.link.width}`.replace(' GT', 'GT');
    const files: Record<string, string> = {
      mem_info_vram_total: `${card.memoryTotalMib * 2 ** 20}\n`,
      mem_info_vram_used: `${Math.floor(reading.memoryUsedMib + card.memoryReservedMib) * 2 ** 20}\n`,
      mem_info_vram_vendor: `${card.amd?.memoryVendor.toLowerCase() ?? 'unknown'}\n`,
      unique_id: `${chipNumber(gpu).slice(2).toLowerCase()}\n`,
      product_name: `${card.productName}\n`,
      serial_number: `${gpu.serial}\n`,
      vbios_version: `${card.amd?.vbiosPartNumber ?? ''}\n`,
      gpu_busy_percent: `${gpu.utilizationPercent}\n`,
      mem_busy_percent: `${gpu.memoryUtilizationPercent}\n`,
      pcie_replay_count: `${gpu.replays}\n`,
      pp_dpm_sclk: lines('0: 132Mhz', `1: ${reading.graphicsMhz}Mhz *`, `2: ${card.maxGraphicsMhz}Mhz`),
      pp_dpm_pcie: lines(`0: ${link} 619Mhz *`),
      current_compute_partition: 'SPX\n',
      current_memory_partition: 'NPS1\n',
      power_dpm_force_performance_level: 'auto\n',
      'ras/umc_err_count': lines(`ue: ${gpu.dramUncorrected}`, `ce: ${gpu.dramCorrected}`),
      'hwmon/hwmon4/temp2_input': milli(reading.temperatureC),
      'hwmon/hwmon4/temp2_crit': milli(card.slowdownC),
      'hwmon/hwmon4/power1_input': micro(reading.powerW),
      'hwmon/hwmon4/power1_cap': micro(gpu.powerLimitW),
      'hwmon/hwmon4/power1_cap_max': micro(card.maxPowerLimitW),
      'hwmon/hwmon4/power1_cap_min': micro(card.minPowerLimitW),
      'hwmon/hwmon4/freq1_input': micro(reading.graphicsMhz),
      'hwmon/hwmon4/freq2_input': micro(reading.memoryMhz),
      ...(reading.memoryTemperatureC === null ? {} : { 'hwmon/hwmon4/temp3_input': milli(reading.memoryTemperatureC) }),
    };
    return Object.entries(files).map(([name, text]): [string, FileEntry] => [`${folder}/${name}`, text]);
  });
}
