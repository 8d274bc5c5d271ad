import { gpuDevice } from '../model/gpu';
import type { NodeModel } from '../model/node-model';
import type { SimProcess } from '../model/process';
import { lines } from '../tools/tool';
import type { FileEntry } from './file-entry';

/** Clock ticks of the kernel, the unit of the times in /proc. */
export const TICKS_PER_SEC = 100;

/** What /proc/PID shows of one process of the model. */
export function processFiles(model: NodeModel, process: SimProcess): [string, FileEntry][] {
  const name = process.executable.slice(process.executable.lastIndexOf('/') + 1).slice(0, 15);
  const folder = `/proc/${process.pid}`;
  const startTicks = Math.max(0, Math.floor(((process.startedAtMs - model.bootedAtMs) / 1000) * TICKS_PER_SEC));
  const pages = process.residentMib * 256;
  // A zombie has nothing left but its entry.
  const threads = process.state === 'Z' ? 1 : 12;
  const stat = [
    process.pid,
    `(${name})`,
    process.state,
    process.ppid,
    process.pid,
    process.pid,
    `0 -1 4194560 1200 0 0 0 31200 1200 0 0 20 0 ${threads} 0`,
    startTicks,
    process.residentMib * 9 * 1024 * 1024,
    pages,
    '18446744073709551615 1 1 0 0 0 0 0 16781312 17642 0 0 0 17 3 0 0 0 0 0 0 0 0 0 0 0 0 0',
  ];
  const words: Readonly<Record<string, string>> = {
    R: 'R (running)',
    S: 'S (sleeping)',
    D: 'D (disk sleep)',
    Z: 'Z (zombie)',
  };
  const status = lines(
    `Name:\t${name}`,
    'Umask:\t0022',
    `State:\t${words[process.state]}`,
    `Tgid:\t${process.pid}`,
    `Pid:\t${process.pid}`,
    `PPid:\t${process.ppid}`,
    `Uid:\t${Array(4).fill(process.uid).join('\t')}`,
    `Gid:\t${Array(4).fill(process.uid).join('\t')}`,
    `NSpid:\t${process.pid}`,
    `VmRSS:\t${String(process.residentMib * 1024).padStart(8)} kB`,
    `Threads:\t${threads}`,
  );
  const environment = Object.entries(process.environment)
    .map(([key, value]) => `${key}=${value}\0`)
    .join('');
  return [
    [`${folder}/stat`, `${stat.join(' ')}\n`],
    [`${folder}/status`, status],
    [`${folder}/comm`, `${name}\n`],
    [
      `${folder}/cmdline`,
      process.state === 'Z' ? '' : [process.executable, ...process.args].map((part) => `${part}\0`).join(''),
    ],
    ...process.gpus.map(({ gpuIndex }, at): [string, FileEntry] => [
      `${folder}/fd/${20 + at}`,
      { link: gpuDevice(model.profile, gpuIndex) },
    ]),
    [`${folder}/wchan`, process.state === 'D' ? 'nvidia_close' : '0'],
    [`${folder}/cgroup`, `0::${process.cgroup}\n`],
    [`${folder}/environ`, { rootOnly: environment }],
    [
      `${folder}/limits`,
      'Limit                     Soft Limit           Hard Limit           Units     \nMax locked memory         unlimited            unlimited            bytes     \nMax open files            1048576              1048576              files     \n',
    ],
  ];
}
