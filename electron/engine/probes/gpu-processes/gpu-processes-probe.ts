import type { GpuProcessesFacts } from '#shared/domain/facts/gpu';
import { nvidiaSmi, nvidiaSmiMessage, nvidiaSmiProblem, readLostGpus } from '../lib/nvidia-smi';
import { problem } from '../lib/outcome';
import { orNull, readBytes, readNumber, readText } from '../lib/values';
import { defineProbe } from '../probe';

type GpuProcess = GpuProcessesFacts['processes'][number];

/** The free text comes last and the header stays: it tells "no processes" from "no output". */
const apps = nvidiaSmi(
  'apps',
  ['--query-compute-apps=gpu_uuid,pid,used_memory,process_name', '--format=csv,nounits'],
  15_000,
);

export const gpuProcessesProbe = defineProbe({
  id: 'gpu-processes',
  commands: [apps],
  sources: { '': 'apps' },
  parse(outputs) {
    const output = outputs.apps;
    const processes = output?.state === 'exited' ? parseComputeApps(output.stdout) : null;
    const told =
      nvidiaSmiProblem(output, apps, processes !== null) ??
      (output && readLostGpus(output.stdout).length > 0 ? nvidiaSmiMessage(output.stdout) : null);
    if (processes) return { state: 'ok', facts: { processes }, ...(told ? { reason: told.reason } : {}) };
    return told ?? problem('unparsable', output?.isTruncated ? 'truncated' : 'unparsable', { tool: 'nvidia-smi' });
  },
});

/**
 * Reads the CSV of `--query-compute-apps`, with header or without, with units or without; commas in the process name
 * are part of it. Also `pmon`, whose rows name the GPU by index. Null: neither.
 *   gpu_uuid, pid, used_gpu_memory [MiB], process_name
 *   GPU-4c1a0000-0000-0000-0000-000000000001, 4242, 2020, python train.py
 */
export function parseComputeApps(text: string): GpuProcess[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && readLostGpus(line).length === 0);
  const headerAt = lines.findIndex((line) => /^#\s*gpu\s+pid\s/.test(line) || /(^|, )pid(, |\s*$)/.test(line));
  if (headerAt >= 0) {
    const header = lines[headerAt] ?? '';
    const rows = lines.slice(headerAt + 1);
    // Accounting tells of processes that have ended as well.
    if (/(^|, )max_memory_usage( |,|$)/.test(header)) return null;
    return header.startsWith('#') ? readPmon(header, rows) : readCsv(header.split(', ').map(columnName), rows);
  }
  const first = lines[0]?.split(', ') ?? [];
  if (!/^(GPU|MIG)-/.test(first[0] ?? '') || first.length < 4) return null;
  const isNameLast = lines.every((line) => /^(\d+( MiB)?|\[?N\/A\]?)$/.test(line.split(', ')[2] ?? ''));
  return readCsv(['gpu_uuid', 'pid', ...(isNameLast ? ['memory', 'name'] : ['name', 'memory'])], lines);
}

function columnName(title: string): string {
  const name = title.trim().replace(/ \[.*\]$/, '');
  if (name === 'process_name' || name === 'name') return 'name';
  return name === 'used_memory' || name === 'used_gpu_memory' ? 'memory' : name;
}

function readCsv(columns: readonly string[], rows: readonly string[]): GpuProcess[] | null {
  const nameAt = columns.indexOf('name');
  const after = nameAt < 0 ? 0 : columns.length - nameAt - 1;
  const processes: GpuProcess[] = [];
  for (const row of rows) {
    const fields = row.replace(/\r$/, '').split(', ');
    if (fields.length < columns.length) return null;
    if (nameAt >= 0) {
      const name = fields.slice(nameAt, fields.length - after).join(', ');
      fields.splice(nameAt, fields.length - after - nameAt, name);
    } else if (fields.length > columns.length) {
      return null;
    }
    const field = (column: string) => fields[columns.indexOf(column)] ?? '';
    const pid = orNull(readNumber(field('pid')));
    const gpuUuid = /^\s*((?:GPU|MIG)-[0-9A-Za-z/-]{8,80})\s*$/.exec(field('gpu_uuid'))?.[1];
    if (pid === null || pid < 1 || gpuUuid === undefined) return null;
    processes.push({
      gpuUuid,
      pid,
      name: orNull(readText(field('name'))),
      usedMemoryBytes: orNull(readBytes(field('memory'), 'MiB')),
    });
  }
  return processes;
}

/** `pmon` repeats its rows once a sample: the last of each process counts. A row of dashes is an idle GPU. */
function readPmon(header: string, rows: readonly string[]): GpuProcess[] | null {
  const columns = header.slice(1).trim().split(/\s+/);
  const byProcess = new Map<string, GpuProcess>();
  for (const row of rows) {
    if (row.startsWith('#')) continue;
    const fields = row.trim().split(/\s+/);
    if (fields.length < columns.length) return null;
    const field = (column: string) => fields[columns.indexOf(column)] ?? '-';
    const gpuIndex = orNull(readNumber(field('gpu')));
    if (gpuIndex === null) return null;
    if (field('pid') === '-') continue;
    const pid = orNull(readNumber(field('pid')));
    if (pid === null || pid < 1) return null;
    const name = columns.at(-1) === 'command' ? fields.slice(columns.length - 1).join(' ') : '-';
    byProcess.set(`${gpuIndex}/${pid}`, {
      gpuUuid: `#${gpuIndex}`,
      pid,
      name: orNull(readText(name)),
      usedMemoryBytes: orNull(readBytes(field('fb'), 'MiB')),
    });
  }
  return [...byProcess.values()];
}
