import type { NodeFacts } from './facts/index';
import type { PciFunction } from './facts/pci';

/**
 * How far it is from a NIC to a GPU, near to far, in the words of `nvidia-smi topo -m`: one PCIe switch, several, the same host
 * bridge, the same NUMA node, across sockets.
 */
export const pcieDistances = ['PIX', 'PXB', 'PHB', 'NODE', 'SYS'] as const;
export type PcieDistance = (typeof pcieDistances)[number];

export interface NicAffinity {
  /** RDMA device, or the interface of a NIC without. */
  readonly nic: string;
  readonly pciBusId: string | null;
  readonly numaNode: number | null;
  readonly gpus: ReadonlyArray<{ readonly gpuIndex: number; readonly distance: PcieDistance }>;
  /** GPUs at the shortest distance; none where all are across the socket, as far as any. */
  readonly nearest: readonly number[];
  readonly distance: PcieDistance | null;
  /** The GPU that has this NIC to itself, behind a switch of their own: a rail of the fabric. */
  readonly rail: number | null;
  /** What told: the driver's matrix, the tree of PCIe bridges, or the NUMA nodes alone, which can't tell NODE from nearer. */
  readonly basis: 'matrix' | 'pci' | 'numa' | null;
}

type Gpu = { readonly index: number; readonly pciBusId: string | null; readonly numaNode: number | null };
type Nic = { readonly name: string; readonly pciBusId: string | null; readonly numaNode: number | null };

/** Each RDMA device (on a node without any, each physical interface) and the GPUs near it. Empty: no NIC or no GPU is known. */
export function nicAffinities(facts: NodeFacts): NicAffinity[] {
  const gpus = gpusOf(facts);
  if (gpus.length === 0) return [];
  const bridges = bridgesOf(facts);
  const found = nicsOf(facts).map((nic) => affinityOf(nic, gpus, facts, bridges));
  return found.map((one) => {
    const [only] = one.nearest;
    const isAlone = one.nearest.length === 1 && (one.distance === 'PIX' || one.distance === 'PXB');
    const isShared = found.some(
      (other) => other !== one && other.distance === one.distance && other.nearest.includes(only ?? -1),
    );
    return { ...one, rail: isAlone && !isShared ? (only ?? null) : null };
  });
}

function affinityOf(nic: Nic, gpus: readonly Gpu[], facts: NodeFacts, bridges: BridgesOf): NicAffinity {
  const told = matrixDistances(nic, facts) ?? pciDistances(nic, gpus, bridges) ?? numaDistances(nic, gpus);
  const best = pcieDistances.find((distance) => told?.gpus.some((gpu) => gpu.distance === distance)) ?? null;
  return {
    nic: nic.name,
    pciBusId: nic.pciBusId,
    numaNode: nic.numaNode,
    gpus: told?.gpus ?? [],
    nearest:
      best === null || best === 'SYS'
        ? []
        : (told?.gpus ?? []).filter((gpu) => gpu.distance === best).map((gpu) => gpu.gpuIndex),
    distance: best,
    rail: null,
    basis: told?.basis ?? null,
  };
}

type Told = Pick<NicAffinity, 'gpus'> & { readonly basis: NonNullable<NicAffinity['basis']> };

function matrixDistances(nic: Nic, facts: NodeFacts): Told | null {
  const topology = facts['gpu-topology'];
  const row = topology?.devices.findIndex(({ rdmaDevice }) => rdmaDevice === nic.name) ?? -1;
  if (!topology || row < 0) return null;
  const gpus = topology.devices.flatMap(({ gpuIndex }, column) => {
    const distance = pcieDistances.find((one) => one === topology.links[row]?.[column]);
    return gpuIndex === null || !distance ? [] : [{ gpuIndex, distance }];
  });
  return gpus.length > 0 ? { gpus, basis: 'matrix' } : null;
}

function pciDistances(nic: Nic, gpus: readonly Gpu[], bridges: BridgesOf): Told | null {
  const own = bridges(nic.pciBusId);
  if (own.length === 0) return null;
  const found = gpus.flatMap(({ index, pciBusId, numaNode }) => {
    const theirs = bridges(pciBusId);
    if (theirs.length === 0) return [];
    return [{ gpuIndex: index, distance: distanceBetween(own, theirs, nic.numaNode, numaNode) }];
  });
  return found.length > 0 ? { gpus: found, basis: 'pci' } : null;
}

/** The bridges above a device, each device asked for once. */
type BridgesOf = (address: string | null) => readonly string[];

function bridgesOf({ pci }: NodeFacts): BridgesOf {
  const functions = new Map((pci?.functions ?? []).map((one) => [shortBusId(one.address), one]));
  const known = new Map<string | null, string[]>();
  return (address) => {
    const above = known.get(address) ?? bridgesAbove(functions, address);
    known.set(address, above);
    return above;
  };
}

/** From the nearest bridge up to the root port. */
function bridgesAbove(functions: ReadonlyMap<string, PciFunction>, address: string | null): string[] {
  const above: string[] = [];
  let next = address === null ? null : (functions.get(shortBusId(address))?.parentAddress ?? null);
  while (next !== null && above.length < 32) {
    above.push(shortBusId(next));
    next = functions.get(shortBusId(next))?.parentAddress ?? null;
  }
  return above;
}

function distanceBetween(
  one: readonly string[],
  other: readonly string[],
  oneNode: number | null,
  otherNode: number | null,
): PcieDistance {
  const at = one.findIndex((bridge) => other.includes(bridge));
  // A port of a switch has its upstream port above it: two steps to where both ways meet is one switch.
  if (at >= 0) return at <= 1 && other.indexOf(one[at] ?? '') <= 1 ? 'PIX' : 'PXB';
  if (busOf(one.at(-1)) === busOf(other.at(-1))) return 'PHB';
  return oneNode !== null && oneNode === otherNode ? 'NODE' : 'SYS';
}

function numaDistances(nic: Nic, gpus: readonly Gpu[]): Told | null {
  if (nic.numaNode === null) return null;
  const found = gpus.flatMap(({ index, numaNode }) =>
    numaNode === null
      ? []
      : [{ gpuIndex: index, distance: numaNode === nic.numaNode ? ('NODE' as const) : ('SYS' as const) }],
  );
  return found.length > 0 ? { gpus: found, basis: 'numa' } : null;
}

function nicsOf({ rdma, network }: NodeFacts): Nic[] {
  const devices = (rdma?.devices ?? []).filter((device) => !device.isVirtualFunction);
  if (devices.length > 0) return devices;
  return (network?.interfaces ?? []).filter((one) => one.pciBusId !== null && !one.isVirtualFunction);
}

function gpusOf(facts: NodeFacts): Gpu[] {
  const nodes = new Map((facts.pci?.functions ?? []).map(({ address, numaNode }) => [shortBusId(address), numaNode]));
  const devices = facts['gpu-topology']?.devices ?? [];
  const affinities = new Map(devices.map(({ gpuIndex, numaAffinity }) => [gpuIndex, numaAffinity]));
  const gpus = facts.gpu?.gpus ?? facts['amd-gpu']?.gpus ?? [];
  const known = gpus.map(({ index, pciBusId }) => {
    const affinity = affinities.get(index) ?? '';
    const node = pciBusId === null ? null : (nodes.get(shortBusId(pciBusId)) ?? null);
    return { index, pciBusId, numaNode: node ?? (/^\d{1,4}$/.test(affinity) ? Number(affinity) : null) };
  });
  if (known.length > 0) return known;
  return devices.flatMap(({ gpuIndex }) =>
    gpuIndex === null ? [] : [{ index: gpuIndex, pciBusId: null, numaNode: null }],
  );
}

/** The driver prints eight digits of domain, the kernel four. */
function shortBusId(address: string): string {
  return address.toLowerCase().replace(/^0000(?=[0-9a-f]{4}:)/, '');
}

/** `0000:17:01.0` is on bus `0000:17`. */
function busOf(address: string | undefined): string | null {
  return address?.replace(/:[^:]*$/, '') ?? null;
}
