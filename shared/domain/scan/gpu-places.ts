import { z } from 'zod';
import type { NodeFacts } from '../facts/index';
import { topologyOf } from '../topology/topology-of';

/** A GPU with everything that findings may call it, and what it shares with others. */
export const gpuPlaceSchema = z.object({
  /** In one form, see `plainName`; the first stands for the GPU. */
  names: z.array(z.string()),
  /** The PCIe switch right above it; null: none is known. */
  switchId: z.string().nullable(),
  /** The NUMA node or socket it belongs to; null: not known. */
  numaId: z.string().nullable(),
});
export type GpuPlace = z.infer<typeof gpuPlaceSchema>;

/** The GPUs of a node by what is known of them, also those on its bus that no driver lists. */
export function gpuPlaces(facts: NodeFacts): GpuPlace[] {
  const { nodes, edges } = topologyOf(facts);
  const drawn = nodes.filter(({ kind }) => kind === 'gpu');
  const switches = new Set(nodes.flatMap(({ id, kind }) => (kind === 'switch' ? [id] : [])));
  const placeOf = (address: string, names: readonly string[]): GpuPlace => {
    const node = drawn.find((one) => one.address !== null && plainName(one.address) === address);
    const beside = edges.flatMap(({ from, to }) => (to === node?.id ? [from] : from === node?.id ? [to] : []));
    return {
      names: [...names],
      switchId: beside.find((id) => switches.has(id)) ?? null,
      numaId: node?.parentId ?? null,
    };
  };
  const listed = (facts.gpu?.gpus ?? []).map(({ index, uuid, pciBusId }) => {
    const address = plainName(pciBusId);
    return placeOf(address, [...(uuid ? [plainName(uuid)] : []), ...(address === '' ? [] : [address]), `gpu ${index}`]);
  });
  const known = new Set(listed.flatMap(({ names }) => names));
  const onBus = (facts['gpu-devices']?.devices ?? []).filter(({ kind }) => kind === 'gpu');
  const unlisted = onBus.map(({ pciBusId }) => plainName(pciBusId)).filter((address) => !known.has(address));
  return [...listed, ...unlisted.map((address) => placeOf(address, [address]))];
}

/** One form for the ways in which tools write one thing: `00000000:3B:00.0`, `0000:3b:00` and `3b:00.0` are the same. */
export function plainName(subject: string): string {
  const text = subject.trim().toLowerCase();
  const pci = /^(?:pci:)?(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[0-9a-f]{2})(?:\.[0-7])?$/.exec(text);
  if (pci === null) return text;
  const domain = (pci[1] ?? '').replace(/^0+(?=[0-9a-f]{4})/, '') || '0000';
  return `${domain}:${pci[2]}`;
}
