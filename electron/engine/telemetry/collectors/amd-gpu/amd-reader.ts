import { readAmdSmi } from '../../../probes/amd-gpu/amd-report';
import { readAmdGpu } from '../../../probes/amd-gpu/read-amd-gpu';
import { lookup, type Report } from '../../../probes/gpu/report';
import type { LineReader, NodeFrame } from '../collector';
import { amdLayout, amdValues } from './amd-values';

/** Longer than amd-smi of any version prints of the 64 partitions of eight GPUs. */
const MAX_DOCUMENT_LENGTH = 4 * 1024 * 1024;

/**
 * Reads JSON documents of amd-smi one after another, each begun by a line with just the opening bracket and ended by one
 * with just the closing one, and what stands between them. `ids` are the GPUs by amd-smi's number.
 */
export function amdReader(ids: ReadonlyMap<number, string>): LineReader {
  let document: string[] | null = null;
  let length = 0;
  let limits: ReadonlyMap<number, Report> = new Map();

  const framesOf = (text: string): NodeFrame[] => {
    const reports = readAmdSmi(text);
    if (!reports) return [];
    if ([...reports.values()].some((report) => lookup(report, 'limit') !== undefined)) {
      limits = reports;
      return [];
    }
    return [...reports].flatMap(([index, metric]) => {
      const id = ids.get(index);
      if (id === undefined || !hasReading(metric)) return [];
      const limit = limits.get(index);
      const gpu = readAmdGpu({ metric, ...(limit ? { static: limit } : {}) }, index);
      return [
        { subject: { kind: 'gpu' as const, id }, layout: amdLayout, nodeMs: timeOf(metric), values: amdValues(gpu) },
      ];
    });
  };

  return {
    read(line) {
      if (line === '[' || line === '{') {
        document = [line];
        length = 1;
        return [];
      }
      if (!document) return [];
      length += line.length + 1;
      if (length > MAX_DOCUMENT_LENGTH) {
        document = null;
        return [];
      }
      document.push(line);
      if (line !== ']' && line !== '}') return [];
      const text = document.join('\n');
      document = null;
      return framesOf(text);
    },
  };
}

function hasReading(metric: Report): boolean {
  return ['usage', 'power', 'temperature', 'mem_usage'].some((section) => lookup(metric, section) !== undefined);
}

/** Whole seconds since 1970, told while it watches. */
function timeOf(metric: Report): number | null {
  const told = lookup(metric, 'timestamp');
  return typeof told === 'string' && /^\d{9,11}$/.test(told) ? Number(told) * 1000 : null;
}
