import type { NodeModel } from '../model/node-model';
import { numaMemory } from '../tools/cpu';
import { cpuList } from '../tools/nvidia-smi/topology';
import { lines } from '../tools/tool';
import type { FileEntry } from './file-entry';
import { pciFiles } from './pci';

type Entries = [string, FileEntry][];

export function sysFiles(model: NodeModel): Entries {
  const { profile } = model;
  return [
    ['/sys/class/dmi/id/sys_vendor', `${profile.vendor}\n`],
    ['/sys/class/dmi/id/product_name', `${profile.product}\n`],
    ['/sys/class/dmi/id/board_name', `${profile.product}\n`],
    ['/sys/class/dmi/id/bios_version', `${profile.biosVersion}\n`],
    ['/sys/class/dmi/id/product_serial', { rootOnly: `${model.machineId.slice(0, 10).toUpperCase()}\n` }],
    ...cpuFiles(model),
    ...numaFiles(model),
    ...pciFiles(model),
    ...diskFiles(model),
    ...(profile.driverVersion === null
      ? []
      : ([['/sys/module/nvidia/version', `${profile.driverVersion}\n`]] as Entries)),
  ];
}

function under(folder: string, files: Readonly<Record<string, string | number>>): Entries {
  return Object.entries(files).map(([name, value]) => [`${folder}/${name}`, `${value}\n`]);
}

function cpuFiles(model: NodeModel): Entries {
  const { cpu } = model.profile;
  const last = cpu.sockets * cpu.coresPerSocket * cpu.threadsPerCore - 1;
  const governor = model.settings.governor ?? (cpu.vendorId === 'GenuineIntel' ? 'performance' : 'schedutil');
  return [
    ...under('/sys/devices/system/cpu', { online: `0-${last}`, possible: `0-${last}`, present: `0-${last}` }),
    ...under('/sys/devices/system/cpu/smt', {
      active: cpu.threadsPerCore > 1 ? 1 : 0,
      control: cpu.threadsPerCore > 1 ? 'on' : 'off',
    }),
    // The first cores stand for all: the governor is the same on each.
    ...Array.from({ length: Math.min(8, last + 1) }, (_, index) =>
      under(`/sys/devices/system/cpu/cpu${index}/cpufreq`, {
        scaling_governor: governor,
        scaling_cur_freq: (cpu.maxMhz - index * 7) * 1000,
        scaling_max_freq: cpu.maxMhz * 1000,
      }),
    ).flat(),
  ];
}

function numaFiles(model: NodeModel): Entries {
  const count = model.profile.cpu.numaNodes;
  const list = count === 1 ? '0' : `0-${count - 1}`;
  return [
    ...under('/sys/devices/system/node', { online: list, possible: list, has_memory: list }),
    ...Array.from({ length: count }, (_, node) => {
      const memory = numaMemory(model, node);
      const row = (name: string, mib: number): string =>
        `Node ${node} ${`${name}:`.padEnd(15)} ${String(mib * 1024).padStart(9)} kB`;
      return under(`/sys/devices/system/node/node${node}`, {
        cpulist: cpuList(model, node),
        distance: Array.from({ length: count }, (_unused, other) => (other === node ? 10 : 21)).join(' '),
        meminfo: lines(
          row('MemTotal', memory.totalMib),
          row('MemFree', memory.freeMib),
          row('MemUsed', memory.totalMib - memory.freeMib),
        ).trimEnd(),
      });
    }).flat(),
  ];
}

function diskFiles(model: NodeModel): Entries {
  return model.disks.flatMap((disk) => [
    ...under(`/sys/block/${disk.name}`, { size: Math.floor(disk.sizeBytes / 512), removable: 0, ro: 0 }),
    ...under(`/sys/block/${disk.name}/queue`, {
      rotational: disk.isRotational ? 1 : 0,
      scheduler: '[none] mq-deadline',
    }),
    ...under(`/sys/block/${disk.name}/device`, { model: disk.model, state: 'live' }),
  ]);
}
