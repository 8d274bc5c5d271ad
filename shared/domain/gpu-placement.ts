import { z } from 'zod';
import type { GpuTopologyFacts } from './facts/gpu';
import type { GpuMemoryView } from './gpu-memory';

/** A recommended set of GPUs for one job, in the order to list them. */
export const placementSchema = z.object({
  gpuCount: z.number(),
  indexes: z.array(z.number()),
  uuids: z.array(z.string()),
  /** Worst link inside the set, as `nvidia-smi topo -m` prints it; null with one GPU or when links are not known. */
  worstLink: z.string().nullable(),
  /** Every pair of the set with its link, e.g. `0-1 NV18`. */
  pairs: z.array(z.string()),
  numaNodes: z.array(z.string()),
  minimumFreeBytes: z.number().nullable(),
  /** GPUs that would have fitted and were not needed. */
  spare: z.array(z.number()),
  areLinksKnown: z.boolean(),
});
export type Placement = z.infer<typeof placementSchema>;

/** Rank of a link, larger is closer: NV# > PIX > PXB > PHB > NODE > SYS. Unknown words rank last. */
export function linkRank(link: string | null): number {
  const text = (link ?? '').trim().toUpperCase();
  const nvlinks = /^NV(\d+)$/.exec(text)?.[1];
  if (nvlinks !== undefined) return 100 + Number(nvlinks);
  return { X: 1000, PIX: 5, PXB: 4, PHB: 3, NODE: 2, SYS: 1 }[text] ?? 0;
}

interface PlacementOptions {
  readonly gpus: readonly GpuMemoryView[];
  readonly topology: GpuTopologyFacts | null;
  readonly gpuCount: number;
  /** Memory each GPU has to have free for the job; null when it is not known. */
  readonly neededBytes: number | null;
}

/** A GPU counts as free when nine tenths of its memory are. */
const freeEnoughPercent = 90;
/** C(16, 8) sets are looked at one by one; past that the best set is grown from each GPU. */
const exhaustiveGpus = 16;

/**
 * Picks the GPUs for a job: best worst link first, then the best links together, then free memory, then fewest NUMA nodes,
 * then fewest GPUs that others use, then lowest index. GPUs with enough free memory come first; busy ones are used only when there are too few of those.
 * Null when the node has fewer usable GPUs than the job needs.
 */
export function recommendPlacement({ gpus, topology, gpuCount, neededBytes }: PlacementOptions): Placement | null {
  const usable = gpus.filter(({ isUsable, isMigOn }) => isUsable && !isMigOn);
  if (!Number.isInteger(gpuCount) || gpuCount < 1 || usable.length < gpuCount) return null;
  const isFree = ({ freeBytes, freePercent }: GpuMemoryView): boolean =>
    neededBytes === null ? (freePercent ?? 0) >= freeEnoughPercent : (freeBytes ?? 0) >= neededBytes;
  const free = usable.filter(isFree);
  const pool = free.length >= gpuCount ? free : usable;
  const links = new Links(topology);
  const candidates = pool.length <= exhaustiveGpus ? combinations(pool, gpuCount) : grown(pool, gpuCount, links);
  let best: { set: readonly GpuMemoryView[]; score: readonly number[] } | null = null;
  for (const set of candidates) {
    const score = scoreOf(set, links);
    if (best === null || compare(score, best.score) > 0) best = { set, score };
  }
  if (best === null) return null;
  const ordered = chain(best.set, links);
  const pairs = pairsOf(ordered);
  const worst = pairs.reduce<string | null>((found, [left, right]) => {
    const link = links.between(left.index, right.index);
    return found === null || linkRank(link) < linkRank(found) ? (link ?? found) : found;
  }, null);
  return {
    gpuCount,
    indexes: ordered.map(({ index }) => index),
    uuids: ordered.flatMap(({ uuid }) => uuid ?? []),
    worstLink: worst,
    pairs: pairs.map(
      ([left, right]) => `${left.index}-${right.index} ${links.between(left.index, right.index) ?? '?'}`,
    ),
    numaNodes: [...new Set(ordered.flatMap(({ index }) => links.numaOf(index) ?? []))],
    minimumFreeBytes: minimum(ordered.map(({ freeBytes }) => freeBytes)),
    spare: pool.filter((gpu) => !ordered.includes(gpu)).map(({ index }) => index),
    areLinksKnown: gpuCount === 1 || pairs.every(([left, right]) => links.between(left.index, right.index) !== null),
  };
}

/** The worst link among some GPUs; null when there are fewer than two or a link is not known. */
export function worstLinkOf(indexes: readonly number[], topology: GpuTopologyFacts): string | null {
  const links = new Links(topology);
  let worst: string | null = null;
  for (const [at, left] of indexes.entries()) {
    for (const right of indexes.slice(at + 1)) {
      const link = links.between(left, right);
      if (link === null) return null;
      if (worst === null || linkRank(link) < linkRank(worst)) worst = link;
    }
  }
  return worst;
}

/** GPUs that reach each other over the same kind of link or better, e.g. NVLink islands or the GPUs of one socket. */
export function linkGroups(topology: GpuTopologyFacts, atLeast: string): number[][] {
  const links = new Links(topology);
  const left = new Set(
    topology.devices.flatMap(({ kind, gpuIndex }) => (kind === 'gpu' && gpuIndex !== null ? [gpuIndex] : [])),
  );
  const groups: number[][] = [];
  for (const first of left) {
    const group = [first];
    left.delete(first);
    for (const member of group) {
      for (const other of [...left]) {
        if (linkRank(links.between(member, other)) < linkRank(atLeast)) continue;
        group.push(other);
        left.delete(other);
      }
    }
    groups.push(group.sort((one, other) => one - other));
  }
  return groups;
}

class Links {
  readonly #position = new Map<number, number>();
  readonly #topology: GpuTopologyFacts | null;

  constructor(topology: GpuTopologyFacts | null) {
    this.#topology = topology;
    topology?.devices.forEach(({ kind, gpuIndex }, at) => {
      if (kind === 'gpu' && gpuIndex != null) this.#position.set(gpuIndex, at);
    });
  }

  between(left: number, right: number): string | null {
    const row = this.#position.get(left);
    const column = this.#position.get(right);
    if (row === undefined || column === undefined) return null;
    return this.#topology?.links[row]?.[column] ?? null;
  }

  numaOf(index: number): string | null {
    const at = this.#position.get(index);
    return at === undefined ? null : (this.#topology?.devices[at]?.numaAffinity ?? null);
  }
}

function scoreOf(set: readonly GpuMemoryView[], links: Links): number[] {
  const ranks = pairsOf(set).map(([left, right]) => linkRank(links.between(left.index, right.index)));
  const numa = new Set(set.map(({ index }) => links.numaOf(index)));
  return [
    ranks.length === 0 ? 0 : Math.min(...ranks),
    ranks.reduce((sum, rank) => sum + rank, 0),
    // Whole GiB: a few MiB of driver noise must not outweigh the NUMA node.
    Math.floor((minimum(set.map(({ freeBytes }) => freeBytes)) ?? 0) / 1024 ** 3),
    -numa.size,
    -set.filter(({ users }) => users.length > 0).length,
    -set.reduce((sum, { index }) => sum + index, 0),
  ];
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [at, value] of left.entries()) {
    const difference = value - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Neighbours in the list get the closest links: frameworks build rings in this order. */
function chain(set: readonly GpuMemoryView[], links: Links): GpuMemoryView[] {
  const left = [...set].sort((one, other) => one.index - other.index);
  const ordered = left.splice(0, 1);
  while (left.length > 0) {
    const last = ordered[ordered.length - 1];
    let at = 0;
    for (const [position, candidate] of left.entries()) {
      const rank = linkRank(links.between(last?.index ?? -1, candidate.index));
      if (rank > linkRank(links.between(last?.index ?? -1, left[at]?.index ?? -1))) at = position;
    }
    ordered.push(...left.splice(at, 1));
  }
  return ordered;
}

function* combinations<T>(items: readonly T[], count: number): Generator<T[]> {
  const chosen: T[] = [];
  function* from(start: number): Generator<T[]> {
    if (chosen.length === count) {
      yield [...chosen];
      return;
    }
    for (let at = start; at <= items.length - (count - chosen.length); at += 1) {
      chosen.push(items[at] as T);
      yield* from(at + 1);
      chosen.pop();
    }
  }
  yield* from(0);
}

function* grown(pool: readonly GpuMemoryView[], count: number, links: Links): Generator<GpuMemoryView[]> {
  for (const first of pool) {
    const set = [first];
    while (set.length < count) {
      const rest = pool.filter((gpu) => !set.includes(gpu));
      const scored = rest.map((gpu) => ({ gpu, score: scoreOf([...set, gpu], links) }));
      const best = scored.reduce((one, other) => (compare(other.score, one.score) > 0 ? other : one));
      set.push(best.gpu);
    }
    yield set;
  }
}

function pairsOf<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((left, at) => items.slice(at + 1).map((right): [T, T] => [left, right]));
}

function minimum(values: readonly (number | null)[]): number | null {
  return values.some((value) => value === null) || values.length === 0
    ? null
    : Math.min(...values.map((value) => value ?? 0));
}
