import type { Gpu, GpuFacts } from '#shared/domain/facts/gpu';
import { readGpu } from '../../probes/gpu/read-gpu';

/** A GPU of which only what a test sets is known. */
export function gpu(known: Partial<Gpu> & { index: number; uuid: string }): Gpu {
  const unknown = readGpu({ '@id': `0000:0${known.index}:00.0` }, known.index);
  if (unknown === null) throw new Error('no such GPU');
  return { ...unknown, minorNumber: known.index, absences: {}, ...known };
}

export function gpuFacts(gpus: Gpu[]): GpuFacts {
  return { driverVersion: '550.54.15', cudaVersion: '12.4', gpus };
}

export const mib = 2 ** 20;
