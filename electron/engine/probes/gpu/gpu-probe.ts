import type { CommandOutput } from '#shared/domain/command';
import type { Gpu, GpuFacts, GpuListFacts } from '#shared/domain/facts/gpu';
import { informationCommand, listCommand, lostAmongListed } from '../gpu-list/gpu-list-probe';
import { parseGpuList } from '../gpu-list/parse-gpu-list';
import { nvidiaSmi, nvidiaSmiMessage, nvidiaSmiProblem, readLostGpus } from '../lib/nvidia-smi';
import { problem, unparsable } from '../lib/outcome';
import { orNull, readNumber, readText } from '../lib/values';
import { defineProbe, type ParseResult } from '../probe';
import { readGpu } from './read-gpu';
import { rowsOf } from './read-gpu-users';
import { isReport, listOf, lookup, type Report } from './report';
import { readCsvReport } from './report-csv';
import { readTableReport } from './report-table';
import { readTextReport } from './report-text';
import { readXmlReport } from './report-xml';

/** 100 to 300 kB a node; eight GPUs without persistence mode need seconds to wake up. */
const query = nvidiaSmi('query', ['-q', '-x'], 30_000);

export const gpuProbe = defineProbe({
  id: 'gpu',
  commands: [query, listCommand, informationCommand],
  sources: { '': 'query|information', 'gpus.migDevices.profile': 'list', 'gpus.migDevices.uuid': 'list' },
  parse(outputs) {
    const output = outputs.query;
    const report = output?.state === 'exited' ? readAnyReport(output.stdout) : null;
    const told = nvidiaSmiProblem(output, query, report !== null);
    if (!report) {
      const known = told && lostAmongListed(output, outputs.information);
      const facts = known && factsOfModule(known);
      return facts ? { state: 'ok', facts, reason: told.reason } : (told ?? noReport(output));
    }
    const result = readReport(report);
    if (result.state !== 'ok') return result;
    const list = outputs.list?.state === 'exited' ? parseGpuList(outputs.list.stdout) : null;
    const around = aroundReport(output?.stdout ?? '');
    const named = list ? withMigNames(result.facts, list) : result.facts;
    const facts = withLost(named, readLostGpus(`${around}\n${output?.stderr ?? ''}\n${outputs.list?.stdout ?? ''}`));
    // A GPU that fell off the bus is named next to the report of the others.
    const reason = told?.reason ?? nvidiaSmiMessage(around)?.reason ?? result.reason;
    return reason ? { state: 'ok', facts, reason } : { state: 'ok', facts };
  },
});

/** Our own command's XML; recordings may as well be the text of `-q`, the CSV of `--query-gpu` or the summary table. */
function readAnyReport(text: string): Report | null {
  return readXmlReport(text) ?? readTextReport(text) ?? readCsvReport(text) ?? readTableReport(text);
}

function noReport(output: CommandOutput | undefined): ParseResult<GpuFacts> {
  const text = output?.stdout ?? '';
  const isCut = text.includes('<nvidia_smi_log') && !text.includes('</nvidia_smi_log>');
  return unparsable(query, output, isCut ? 'truncated' : 'unparsable');
}

function readReport(report: Report): ParseResult<GpuFacts> {
  const sections = listOf(report.gpu).filter(isReport);
  const gpus: Gpu[] = [];
  for (const section of sections) {
    if (isCutShort(section)) return problem('unparsable', 'truncated', { tool: 'nvidia-smi' });
    const gpu = readGpu(section, gpus.length);
    if (gpu === null) return problem('unparsable', 'unparsable', { tool: 'nvidia-smi' });
    gpus.push(gpu);
  }
  const text = (...names: string[]) =>
    names.map((name) => lookup(report, name)).find((value): value is string => typeof value === 'string');
  const attached = orNull(readNumber(text('attached_gpus') ?? ''));
  const facts: GpuFacts = {
    driverVersion: orNull(readText(text('driver_version', 'kmd_version') ?? '')),
    cudaVersion: orNull(readText(text('cuda_version', 'cuda_umd_version') ?? '')),
    gpus,
  };
  if (gpus.length === 0 && attached !== 0) return problem('unparsable', 'unparsable', { tool: 'nvidia-smi' });
  if (attached === null || attached <= gpus.length) return { state: 'ok', facts };
  return { state: 'ok', facts, reason: { key: 'probes.gpusMissing', params: { attached, listed: gpus.length } } };
}

/** A whole text report ends each GPU with its processes, each with all of its lines. */
function isCutShort(section: Report): boolean {
  const isText = section.gpu_uuid !== undefined || section.process_id !== undefined;
  if (!isText || section.product_name === undefined) return false;
  const processes = section.processes;
  if (processes === undefined) return true;
  if (!isReport(processes)) return false;
  const rows = rowsOf(processes);
  return rows.some((row) => row.type === undefined || row.name === undefined || row.used_gpu_memory === undefined);
}

function aroundReport(text: string): string {
  const start = text.indexOf('<nvidia_smi_log');
  if (start < 0) return text;
  return `${text.slice(0, start)}\n${text.slice(text.lastIndexOf('</nvidia_smi_log>'))}`;
}

/** A report without the GPUs that can't be opened gets them back, at their place in the order of bus ids. */
function withLost(facts: GpuFacts, lost: GpuListFacts['lost']): GpuFacts {
  const missing = lost.filter(({ pciBusId }) => !facts.gpus.some((gpu) => gpu.pciBusId === pciBusId));
  if (missing.length === 0) return facts;
  const gpus = [...facts.gpus, ...missing.flatMap(({ pciBusId }) => unopened({ '@id': pciBusId }, 'lost'))];
  gpus.sort((one, other) => (one.pciBusId < other.pciBusId ? -1 : 1));
  return { ...facts, gpus: gpus.map((gpu, index) => ({ ...gpu, index })) };
}

/** Nothing but what each GPU is; the rest nobody could ask it. */
function factsOfModule({ listed, lost }: NonNullable<ReturnType<typeof lostAmongListed>>): GpuFacts {
  const gpus = listed.flatMap(({ pciBusId, name, uuid, minorNumber }, index) => {
    const isLost = lost.some((one) => one.pciBusId === pciBusId);
    const report = {
      '@id': pciBusId,
      '@index': String(index),
      ...(name === null ? {} : { product_name: name }),
      ...(uuid === null ? {} : { uuid }),
      ...(minorNumber === null ? {} : { minor_number: minorNumber }),
    };
    return unopened(report, isLost ? 'lost' : 'present');
  });
  return { driverVersion: null, cudaVersion: null, gpus };
}

function unopened(report: Report, state: Gpu['state']): Gpu[] {
  const gpu = readGpu(report, 0);
  return gpu === null ? [] : [{ ...gpu, state }];
}

/** Profile and UUID of each slice, from `nvidia-smi -L`: same GPU by UUID, same slice by its index. */
function withMigNames(facts: GpuFacts, list: GpuListFacts): GpuFacts {
  const gpus = facts.gpus.map((gpu) => {
    const listed = list.gpus.find((other) => other.uuid === gpu.uuid)?.migDevices ?? [];
    if (listed.length === 0) return gpu;
    const absences = { ...gpu.absences };
    const migDevices = gpu.migDevices.map((device, position) => {
      const named = listed.find((other) => other.index === device.index);
      if (!named) return device;
      delete absences[`migDevices.${position}.profile`];
      delete absences[`migDevices.${position}.uuid`];
      return { ...device, profile: named.profile, uuid: named.uuid };
    });
    return { ...gpu, migDevices, absences };
  });
  return { ...facts, gpus };
}
