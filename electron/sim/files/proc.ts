import { sysfsAddress } from '../model/gpu';
import type { NodeModel } from '../model/node-model';
import { hugePagesOf } from '../model/node-settings';
import { runningServices } from '../services/service';
import { loadAverage } from '../tools/identity';
import { loadedModules } from '../tools/kernel-modules';
import { isUp, trafficBytes } from '../tools/network';
import { mdstat } from '../tools/raid';
import { mountedFileSystems } from '../tools/storage';
import { lines } from '../tools/tool';
import type { FileEntry } from './file-entry';
import { processFiles, TICKS_PER_SEC } from './process-files';

export function procFiles(model: NodeModel): [string, FileEntry][] {
  return [
    ...kernelFiles(model),
    ...liveProcFiles(model),
    ...memoryFiles(model),
    ...driverFiles(model),
    ...[...model.processes.values()].flatMap((process) => processFiles(model, process)),
  ];
}

function kernelFiles(model: NodeModel): [string, FileEntry][] {
  const { profile } = model;
  const mounts = lines(
    ...mountedFileSystems(model).map(
      (each) => `${each.source} ${each.mountPoint} ${each.fileSystem} ${each.options} 0 0`,
    ),
  );
  // What the kernel makes read-only is still mounted to be written.
  const mountInfo = lines(
    ...mountedFileSystems(model).map(({ source, mountPoint, fileSystem, options, superOptions }, index) => {
      const mount = superOptions === undefined ? options : options.replace(/^ro/, 'rw');
      return `${24 + index} ${index === 0 ? 1 : 24} 259:${index} / ${mountPoint} ${mount.split(',', 2).join()} shared:${index + 1} - ${fileSystem} ${source} ${superOptions ?? options}`;
    }),
  );
  const pressure = lines(
    'some avg10=0.00 avg60=0.12 avg300=0.08 total=81237123',
    'full avg10=0.00 avg60=0.00 avg300=0.00 total=10231',
  );
  // A process in state D that has no GPU waits for storage, which the kernel counts; one that has waits for the driver.
  const waitsForStorage = [...model.processes.values()].some(({ state, gpus }) => state === 'D' && gpus.length === 0);
  const storagePressure = waitsForStorage
    ? lines(
        'some avg10=91.40 avg60=88.02 avg300=61.27 total=281237123',
        'full avg10=1.12 avg60=0.93 avg300=0.61 total=1910231',
      )
    : pressure;
  return [
    ['/proc/cmdline', `BOOT_IMAGE=/boot/vmlinuz-${profile.kernelRelease} root=UUID=2f1c ro iommu=pt\n`],
    [
      '/proc/version',
      `Linux version ${profile.kernelRelease} (buildd@lcy02) (gcc 11.4.0, GNU ld 2.38) ${profile.kernelBuild}\n`,
    ],
    ['/proc/cpuinfo', cpuinfo(model)],
    ['/proc/pressure/cpu', pressure],
    ['/proc/pressure/memory', pressure],
    ['/proc/pressure/io', storagePressure],
    ['/proc/vmstat', lines('nr_free_pages 412837112', 'pgfault 902837411', 'pgmajfault 81237', 'oom_kill 0')],
    ['/proc/sys/kernel/random/boot_id', `${model.bootId}\n`],
    ['/proc/sys/kernel/hostname', `${model.name}\n`],
    ['/proc/sys/kernel/osrelease', `${profile.kernelRelease}\n`],
    ['/proc/sys/kernel/pid_max', '4194304\n'],
    ['/proc/sys/kernel/numa_balancing', '1\n'],
    ['/proc/sys/vm/max_map_count', '65530\n'],
    ['/proc/sys/vm/overcommit_memory', '0\n'],
    ['/proc/mounts', mounts],
    ['/proc/self/mounts', mounts],
    ['/proc/self/mountinfo', mountInfo],
    ['/proc/mdstat', mdstat(model)],
    ['/proc/net/tcp', listeningSockets(model)],
    ['/proc/swaps', 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'],
    [
      '/proc/modules',
      lines(...loadedModules(model).map(([name, size]) => `${name} ${size} 0 - Live 0x0000000000000000`)),
    ],
  ];
}

/** Everywhere, as `0.0.0.0` in the kernel's hexadecimal. */
function listeningSockets(model: NodeModel): string {
  const ports = [22, ...runningServices(model).map(({ port }) => port)];
  return lines(
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    ...ports.map((port, index) => {
      const local = `00000000:${port.toString(16).toUpperCase().padStart(4, '0')}`;
      const rest = '00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0';
      return `${String(index).padStart(4)}: ${local} ${rest} ${30_000 + port} 1 0000000000000000 100 0 0 10 0`;
    }),
  );
}

/** What changes by time alone. */
export function liveProcFiles(model: NodeModel): [string, FileEntry][] {
  const load = loadAverage(model)
    .map((value) => value.toFixed(2))
    .join(' ');
  return [
    [
      '/proc/uptime',
      `${model.uptimeSeconds().toFixed(2)} ${(model.uptimeSeconds() * cpuCount(model) * 0.97).toFixed(2)}\n`,
    ],
    ['/proc/loadavg', `${load} 3/2412 ${Math.max(...model.processes.keys())}\n`],
    ['/proc/stat', cpuStat(model)],
    ['/proc/diskstats', diskstats(model)],
    ['/proc/net/dev', netDev(model)],
  ];
}

function cpuCount(model: NodeModel): number {
  const { cpu } = model.profile;
  return cpu.sockets * cpu.coresPerSocket * cpu.threadsPerCore;
}

const cpuinfoByProfile = new WeakMap<object, string>();

/** Long (one block for each thread) and always the same, so written once for each kind of machine. */
function cpuinfo(model: NodeModel): string {
  const { cpu } = model.profile;
  const known = cpuinfoByProfile.get(model.profile);
  if (known !== undefined) return known;
  const cores = cpu.sockets * cpu.coresPerSocket;
  let text = '';
  for (let index = 0; index < cpuCount(model); index += 1) {
    const core = index % cores;
    text += lines(
      `processor\t: ${index}`,
      `vendor_id\t: ${cpu.vendorId}`,
      `cpu family\t: ${cpu.family}`,
      `model\t\t: ${cpu.model}`,
      `model name\t: ${cpu.modelName}`,
      `stepping\t: ${cpu.stepping}`,
      `microcode\t: ${cpu.vendorId === 'GenuineIntel' ? '0x2b000620' : '0xa101154'}`,
      `cpu MHz\t\t: ${cpu.maxMhz.toFixed(3)}`,
      `physical id\t: ${Math.floor(core / cpu.coresPerSocket)}`,
      `siblings\t: ${cpu.coresPerSocket * cpu.threadsPerCore}`,
      `core id\t\t: ${core % cpu.coresPerSocket}`,
      `cpu cores\t: ${cpu.coresPerSocket}`,
      `flags\t\t: ${cpu.flags}${model.profile.virtualization === 'none' ? '' : ' hypervisor'}`,
      '',
    );
  }
  cpuinfoByProfile.set(model.profile, text);
  return text;
}

function cpuStat(model: NodeModel): string {
  const count = cpuCount(model);
  const total = model.uptimeSeconds() * TICKS_PER_SEC;
  const busyShare = Math.min(0.9, (loadAverage(model)[0] + 0.4) / count);
  const line = (name: string, factor: number): string => {
    const user = Math.floor(total * busyShare * 0.9 * factor);
    const system = Math.floor(total * busyShare * 0.1 * factor);
    return `${name} ${user} 0 ${system} ${Math.floor(total * factor) - user - system} 0 0 0 0 0 0`;
  };
  return lines(
    line('cpu ', count),
    ...Array.from({ length: count }, (_, index) => line(`cpu${index}`, 1)),
    `btime ${Math.floor((model.bootedAtMs + model.clockOffsetMs()) / 1000)}`,
    `processes ${Math.max(...model.processes.keys())}`,
    `procs_running ${Math.ceil(loadAverage(model)[0])}`,
    'procs_blocked 0',
  );
}

function memoryFiles(model: NodeModel): [string, FileEntry][] {
  const kib = (value: number): number => Math.round(value * 1024);
  const total = kib(model.memoryTotalMib);
  const used = kib(model.profile.memoryUsedMib + hugePagesOf(model.settings) * 2);
  const cached = Math.round(total * 0.19);
  const values: [string, number][] = [
    ['MemTotal', total],
    ['MemFree', Math.max(0, total - used - cached)],
    ['MemAvailable', total - used],
    ['Buffers', Math.round(total * 0.004)],
    ['Cached', cached],
    ['SwapCached', 0],
    ['SwapTotal', 8_388_604],
    ['SwapFree', 8_388_604],
    ['Dirty', 1292],
    ['AnonPages', Math.round(used * 0.8)],
    ['Shmem', 215_040],
    ['Slab', Math.round(total * 0.006)],
    ['AnonHugePages', Math.round(used * 0.2)],
  ];
  const row = (name: string, value: number, unit: string): string =>
    `${`${name}:`.padEnd(16)}${String(value).padStart(9)}${unit}`;
  const hugePages = hugePagesOf(model.settings);
  const huge = Object.entries({
    HugePages_Total: hugePages,
    HugePages_Free: hugePages,
    HugePages_Rsvd: 0,
    HugePages_Surp: 0,
  }).map(([name, count]) => row(name, count, ''));
  return [
    [
      '/proc/meminfo',
      lines(...values.map(([name, value]) => row(name, value, ' kB')), ...huge, row('Hugepagesize', 2048, ' kB')),
    ],
  ];
}

function diskstats(model: NodeModel): string {
  const seconds = model.uptimeSeconds();
  return lines(
    ...model.disks.flatMap((disk, index) =>
      [disk.name, ...disk.partitions.map((part) => part.name)].map((name, part) => {
        const reads = Math.floor(seconds * 3.1);
        return ` ${disk.transport === 'nvme' ? 259 : 8} ${index * 16 + part} ${name} ${reads} 0 ${reads * 64} ${Math.floor(reads / 9)} ${reads * 2} 0 ${reads * 90} ${reads} 0 ${Math.floor(reads / 4)} ${reads}`;
      }),
    ),
  );
}

function netDev(model: NodeModel): string {
  const rows = model.nics.map((nic) => {
    const { rx, tx } = trafficBytes(model, nic);
    return `${nic.netdev.padStart(6)}: ${rx} ${Math.floor(rx / 1100)} 0 0 0 0 0 0 ${tx} ${Math.floor(tx / 1100)} 0 0 0 ${isUp(model, nic) ? 0 : 1} 0 0`;
  });
  return lines(
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo: 812331 9122 0 0 0 0 0 0 812331 9122 0 0 0 0 0 0',
    ...rows,
  );
}

function driverFiles(model: NodeModel): [string, FileEntry][] {
  const { driverVersion, hasOpenKernelModule } = model.profile;
  if (driverVersion === null) return [];
  const kind = hasOpenKernelModule ? 'NVIDIA UNIX Open Kernel Module for x86_64' : 'NVIDIA UNIX x86_64 Kernel Module';
  return [
    [
      '/proc/driver/nvidia/version',
      lines(
        `NVRM version: ${kind}  ${driverVersion}  Release Build`,
        'GCC version:  gcc version 11.4.0 (Ubuntu 11.4.0-1ubuntu1~22.04)',
      ),
    ],
    [
      '/proc/driver/nvidia/params',
      lines(
        'ResmanDebugLevel: 4294967295',
        'DeviceFileMode: 438',
        'EnableGpuFirmware: 18',
        'RmProfilingAdminOnly: 1',
        'EnableMSI: 1',
      ),
    ],
    ...model.gpus.flatMap((gpu) =>
      gpu.migInstances.map(({ spec }): [string, FileEntry] => [
        `/proc/driver/nvidia/capabilities/gpu${gpu.index}/mig/gi${spec.gpuInstanceId}/access`,
        lines(
          `DeviceFileMinor: ${3 + gpu.index * 135 + spec.gpuInstanceId * 9}`,
          'DeviceFileMode: 292',
          'DeviceFileModify: 1',
        ),
      ]),
    ),
    ...model.gpus.map((gpu): [string, FileEntry] => [
      `/proc/driver/nvidia/gpus/${sysfsAddress(gpu)}/information`,
      lines(
        `Model: \t\t ${gpu.slot.card.productName}`,
        `IRQ:   \t\t ${180 + gpu.index}`,
        `GPU UUID: \t ${gpu.isLost ? 'GPU-????????-????-????-????-????????????' : gpu.uuid}`,
        `Video BIOS: \t ${gpu.isLost ? '??.??.??.??.??' : gpu.vbiosVersion}`,
        'Bus Type: \t PCIe',
        `DMA Size: \t 52 bits`,
        `Bus Location: \t ${sysfsAddress(gpu)}`,
        `Device Minor: \t ${gpu.index}`,
        'GPU Excluded:\t No',
      ),
    ]),
  ];
}
