import type { NodeFacts, ProbeId } from './facts/index';

/** Two probes that tell of the same thing and do not agree. Paths are those of their facts. */
export interface Contradiction {
  readonly what: 'gpuDriver' | 'gpuCount' | 'memorySize' | 'kernel';
  readonly one: Told;
  readonly other: Told;
}

interface Told {
  readonly probeId: ProbeId;
  readonly path: string;
  readonly value: string | number;
}

/** What a NUMA node reports leaves out what firmware and kernel keep: a few percent, and more on small machines. */
const memoryTolerance = 0.1;

/** Where probes of one node, read at one time, tell different values for one thing. What one of them does not know is no contradiction. */
export function contradictions(facts: NodeFacts): Contradiction[] {
  const { gpu, os, memory, numa, gpudirect } = facts;
  const list = facts['gpu-list'];
  const driver = facts['gpu-driver'];
  const nodesBytes = numa?.nodes.map(({ memoryTotalBytes }) => memoryTotalBytes) ?? [];
  const isWhole = nodesBytes.length > 0 && nodesBytes.every((bytes) => bytes !== null);
  const differs = (one: string | number, other: string | number): boolean => one !== other;
  return [
    compare(
      'gpuDriver',
      told('gpu', 'driverVersion', gpu?.driverVersion),
      told('gpu-driver', 'kernelModuleVersion', driver?.kernelModuleVersion),
      differs,
    ),
    // Those that the driver has lost are in the one list and not in the other.
    compare(
      'gpuCount',
      told('gpu', 'gpus', gpu?.gpus.filter(({ state }) => state !== 'lost').length),
      told('gpu-list', 'gpus', list?.gpus.length),
      differs,
    ),
    compare(
      'memorySize',
      told('memory', 'totalBytes', memory?.totalBytes),
      told('numa', 'nodes', isWhole ? nodesBytes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0) : null),
      (one, other) => Math.abs(Number(one) - Number(other)) > memoryTolerance * Math.max(Number(one), Number(other)),
    ),
    compare(
      'kernel',
      told('os', 'kernelRelease', os?.kernelRelease),
      told('gpudirect', 'kernelRelease', gpudirect?.kernelRelease),
      differs,
    ),
  ].flatMap((found) => found ?? []);
}

function told(probeId: ProbeId, path: string, value: string | number | null | undefined): Told | null {
  return value === null || value === undefined ? null : { probeId, path, value };
}

function compare(
  what: Contradiction['what'],
  one: Told | null,
  other: Told | null,
  differs: (one: string | number, other: string | number) => boolean,
): Contradiction | null {
  return one !== null && other !== null && differs(one.value, other.value) ? { what, one, other } : null;
}
