import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GpuTopologyFacts } from './facts/gpu';
import type { GpuMemoryView } from './gpu-memory';
import { linkGroups, linkRank, recommendPlacement, worstLinkOf } from './gpu-placement';

const GIB = 1024 ** 3;

function gpus(...freeGib: number[]): GpuMemoryView[] {
  return freeGib.map((free, index) => ({
    index,
    uuid: `GPU-${index}`,
    name: 'card',
    isUsable: true,
    totalBytes: 80 * GIB,
    usedBytes: (80 - free) * GIB,
    freeBytes: free * GIB,
    freePercent: (free / 80) * 100,
    explainedBytes: null,
    unexplainedBytes: null,
    isMigOn: false,
    computeMode: null,
    users: [],
  }));
}

/** A matrix from rows of links between GPUs, with the NUMA node of each. */
function topology(rows: readonly string[], numa: readonly string[] = []): GpuTopologyFacts {
  return {
    devices: rows.map((_, index) => ({
      label: `GPU${index}`,
      kind: 'gpu',
      gpuIndex: index,
      rdmaDevice: null,
      cpuAffinity: null,
      numaAffinity: numa[index] ?? null,
      gpuNumaId: null,
    })),
    links: rows.map((row) => row.split(' ')),
  };
}

const twoSockets = topology(['X PIX SYS SYS', 'PIX X SYS SYS', 'SYS SYS X NV4', 'SYS SYS NV4 X'], ['0', '0', '1', '1']);

describe('recommendPlacement', () => {
  it('orders links as NVLink by count, PIX, PXB, PHB, NODE, SYS', () => {
    const links = ['SYS', 'NV4', 'PIX', 'NODE', 'PXB', 'NV18', 'PHB', 'nonsense'];
    expect([...links].sort((one, other) => linkRank(other) - linkRank(one))).toEqual([
      'NV18',
      'NV4',
      'PIX',
      'PXB',
      'PHB',
      'NODE',
      'SYS',
      'nonsense',
    ]);
  });

  it.each([
    ['the pair with NVLink before the one behind a switch', [79, 79, 79, 79], 2, [2, 3]],
    ['the free pair when the better one is busy', [79, 79, 10, 79], 2, [0, 1]],
    ['the emptiest for a single GPU', [70, 79, 75, 75], 1, [1]],
    ['the lowest index when nothing tells them apart', [79, 79, 79, 79], 1, [0]],
    ['all of them when all are needed', [79, 79, 79, 79], 4, [0, 1, 2, 3]],
    ['busy ones when there are too few free', [10, 20, 10, 10], 2, [2, 3]],
  ])('takes %s', (_, free, gpuCount, expected) => {
    const place = recommendPlacement({ gpus: gpus(...free), topology: twoSockets, gpuCount, neededBytes: null });
    expect(place?.indexes).toEqual(expected);
    expect(place?.uuids).toEqual(expected.map((index) => `GPU-${index}`));
  });

  it('tells the worst link, every pair, the NUMA nodes and what is spare', () => {
    expect(
      recommendPlacement({ gpus: gpus(79, 79, 79, 79), topology: twoSockets, gpuCount: 2, neededBytes: null }),
    ).toEqual({
      gpuCount: 2,
      indexes: [2, 3],
      uuids: ['GPU-2', 'GPU-3'],
      worstLink: 'NV4',
      pairs: ['2-3 NV4'],
      numaNodes: ['1'],
      minimumFreeBytes: 79 * GIB,
      spare: [0, 1],
      areLinksKnown: true,
    });
  });

  it('counts a GPU as free when it has what the job needs', () => {
    const place = recommendPlacement({
      gpus: gpus(30, 30, 10, 79),
      topology: twoSockets,
      gpuCount: 2,
      neededBytes: 20 * GIB,
    });
    expect(place?.indexes).toEqual([0, 1]);
  });

  it('breaks a tie of links and memory by NUMA node', () => {
    const flat = topology(['X NODE NODE', 'NODE X NODE', 'NODE NODE X'], ['0', '1', '1']);
    const place = recommendPlacement({ gpus: gpus(79, 79, 79), topology: flat, gpuCount: 2, neededBytes: null });
    expect(place).toMatchObject({ indexes: [1, 2], numaNodes: ['1'] });
  });

  it('prefers a GPU that nobody uses when all else is equal', () => {
    const [first, second] = gpus(79, 79);
    if (first === undefined || second === undefined) throw new Error('two');
    const some = [{ ...first, users: [{} as GpuMemoryView['users'][number]] }, second];
    expect(recommendPlacement({ gpus: some, topology: null, gpuCount: 1, neededBytes: null })?.indexes).toEqual([1]);
  });

  it('lists neighbours with the closest links next to each other', () => {
    const crossed = topology(['X SYS NV2 SYS', 'SYS X SYS NV2', 'NV2 SYS X SYS', 'SYS NV2 SYS X']);
    const place = recommendPlacement({ gpus: gpus(79, 79, 79, 79), topology: crossed, gpuCount: 4, neededBytes: null });
    expect(place?.indexes).toEqual([0, 2, 1, 3]);
  });

  it('goes by free memory alone when the links are not known, and says so', () => {
    const place = recommendPlacement({ gpus: gpus(75, 79, 76), topology: null, gpuCount: 2, neededBytes: null });
    expect(place).toMatchObject({ indexes: [1, 2], worstLink: null, areLinksKnown: false });
  });

  it.each([
    ['more than there are', 5],
    ['none', 0],
    ['half a one', 0.5],
  ])('gives nothing for %s', (_, gpuCount) => {
    expect(
      recommendPlacement({ gpus: gpus(79, 79, 79, 79), topology: twoSockets, gpuCount, neededBytes: null }),
    ).toBeNull();
  });

  it('leaves out lost GPUs and those split by MIG', () => {
    const [first, second, third] = gpus(79, 79, 79);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three');
    const some = [{ ...first, isUsable: false }, { ...second, isMigOn: true }, third];
    expect(recommendPlacement({ gpus: some, topology: null, gpuCount: 1, neededBytes: null })?.indexes).toEqual([2]);
    expect(recommendPlacement({ gpus: some, topology: null, gpuCount: 2, neededBytes: null })).toBeNull();
  });

  it('never has a better set than the one it took, by worst link', () => {
    const link = fc.constantFrom('NV1', 'NV4', 'PIX', 'PXB', 'PHB', 'NODE', 'SYS');
    fc.assert(
      fc.property(
        fc.array(link, { minLength: 10, maxLength: 10 }),
        fc.integer({ min: 2, max: 4 }),
        (flat, gpuCount) => {
          const size = 5;
          const rows = Array.from({ length: size }, (_, row) =>
            Array.from({ length: size }, (_, column) => {
              if (row === column) return 'X';
              const [low, high] = row < column ? [row, column] : [column, row];
              return flat[low * size - (low * (low + 1)) / 2 + high - low - 1] ?? 'SYS';
            }).join(' '),
          );
          const facts = topology(rows);
          const place = recommendPlacement({
            gpus: gpus(79, 79, 79, 79, 79),
            topology: facts,
            gpuCount,
            neededBytes: null,
          });
          const subsets = Array.from({ length: 1 << size }, (_, bits) =>
            [0, 1, 2, 3, 4].filter((index) => bits & (1 << index)),
          ).filter((set) => set.length === gpuCount);
          const best = Math.max(...subsets.map((set) => linkRank(worstLinkOf(set, facts))));
          expect(linkRank(place?.worstLink ?? null)).toBe(best);
        },
      ),
    );
  });

  it('stays quick on a node with more GPUs than can be tried in every combination', () => {
    const rows = Array.from({ length: 20 }, (_, row) =>
      Array.from({ length: 20 }, (_, column) =>
        row === column ? 'X' : Math.floor(row / 8) === Math.floor(column / 8) ? 'NV2' : 'SYS',
      ).join(' '),
    );
    const place = recommendPlacement({
      gpus: gpus(...Array.from({ length: 20 }, () => 79)),
      topology: topology(rows),
      gpuCount: 8,
      neededBytes: null,
    });
    expect(place).toMatchObject({ worstLink: 'NV2', indexes: [0, 1, 2, 3, 4, 5, 6, 7] });
  });
});

describe('linkGroups', () => {
  it('finds the islands of a kind of link or better', () => {
    expect(linkGroups(twoSockets, 'PIX')).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(linkGroups(twoSockets, 'SYS')).toEqual([[0, 1, 2, 3]]);
  });
});
