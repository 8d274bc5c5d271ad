import type { Report } from './report';

/**
 * Reads the table of plain `nvidia-smi` into the tree of the full report; names longer than its column are cut in it:
 *   |   0  NVIDIA H100 80GB HBM3          On  |   00000000:00:09.0 Off |                   On |
 *   | N/A   52C    P0            432W /  700W |   11125MiB /  81559MiB |     N/A      Default |
 *   |                                         |                        |              Enabled |
 *   |    0    2    0            21180      C   /root/tools/memhog                     2296MiB |
 * Null: no such table, a row that is not as it should be, or no end.
 */
export function readTableReport(text: string): Report | null {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const versions = /^\| NVIDIA-SMI .{0,60}?Driver Version: (\S{1,30})(?:\s+CUDA Version: (\S{1,30}))?/m.exec(text);
  const body = lines.filter((line) => line !== '');
  if (!versions || !/^\+-+(\+|$)/.test(body.at(-1) ?? '')) return null;
  const gpus = new Map<string, GpuRow>();
  for (const [at, line] of lines.entries()) {
    if (line.length > 400) continue;
    const first =
      /^\|\s+(\d{1,3})\s+(\S.{0,80}?)\s+(On|Off|N\/A)\s*\|\s+([0-9A-Fa-f:.]{12,20})\s+(On|Off|N\/A)\s*\|\s+(\S{1,12})\s*\|$/.exec(
        line,
      );
    if (!first) continue;
    const gpu = readGpu(first, lines[at + 1] ?? '', lines[at + 2] ?? '');
    if (!gpu) return null;
    gpus.set(first[1] ?? '', { report: gpu, processes: [] });
  }
  const processesAt = lines.findIndex((line) => /^\| Processes:/.test(line));
  for (const line of processesAt < 0 ? [] : lines.slice(processesAt)) readProcess(line, gpus);
  if (gpus.size === 0) return null;
  return {
    driver_version: versions[1] ?? '',
    ...(versions[2] === undefined ? {} : { cuda_version: versions[2] }),
    gpu: [...gpus.values()].map(({ report, processes }) => ({ ...report, processes: { process_info: processes } })),
  };
}

interface GpuRow {
  readonly report: Report;
  readonly processes: Report[];
}

function readGpu(first: RegExpExecArray, second: string, third: string): Report | null {
  const [, index = '', name = '', persistence = '', busId = '', display = '', ecc = ''] = first;
  const usage =
    /^\|\s*(\S{1,5})\s+(\S{1,6})\s+(\S{1,4})\s+(\S{1,8})\s*\/\s*(\S{1,8})\s*\|\s*(\S{1,12})\s*\/\s*(\S{1,12})\s*\|\s*(\S{1,5})\s+(\S.{0,20}?)\s*\|$/.exec(
      second,
    );
  if (!usage) return null;
  const [, , temperature = '', state = '', draw = '', cap = '', used = '', total = '', utilization = '', mode = ''] =
    usage;
  const mig = /^\|\s+\|\s+\|\s+(Enabled\*?|Disabled\*?|N\/A)\s*\|$/.exec(third)?.[1];
  const isCount = /^\d+$/.test(ecc);
  return {
    '@index': index,
    '@id': busId,
    product_name: name,
    persistence_mode: persistence,
    display_active: display,
    performance_state: state,
    compute_mode: mode,
    temperature: { gpu_temp: temperature },
    gpu_power_readings: { power_draw: draw, current_power_limit: cap },
    fb_memory_usage: { used, total },
    utilization: { gpu_util: utilization },
    // The column is a count where ECC is on, else a word; with MIG it says that MIG is on.
    ...(isCount
      ? { ecc_mode: { current_ecc: 'Enabled' }, ecc_errors: { volatile: { double_bit: { total: ecc } } } }
      : {}),
    ...(ecc === 'Off' ? { ecc_mode: { current_ecc: 'Disabled' } } : {}),
    ...(mig === undefined ? {} : { mig_mode: { current_mig: mig.replace('*', '') } }),
  };
}

/** Instance ids came with driver 450; a name may hold blanks and is cut with dots. */
function readProcess(line: string, gpus: ReadonlyMap<string, GpuRow>): void {
  if (line.length > 400) return;
  const match =
    /^\|\s+(\d{1,3})\s+(?:(\d{1,3}|N\/A)\s+(\d{1,3}|N\/A)\s+)?(\d{1,10})\s+(C|G|M|O|C\+G|M\+C)\s+(\S.{0,200}?)\s+(\d+MiB|N\/A)\s*\|$/.exec(
      line,
    );
  if (!match) return;
  const [, gpu = '', gpuInstance, computeInstance, pid = '', type = '', name = '', memory = ''] = match;
  gpus.get(gpu)?.processes.push({
    pid,
    type,
    process_name: name,
    used_memory: memory,
    ...(gpuInstance === undefined ? {} : { gpu_instance_id: gpuInstance, compute_instance_id: computeInstance ?? '' }),
  });
}
