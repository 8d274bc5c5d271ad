import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { memoryProbe } from './memory-probe';

const meminfo = `MemTotal:        8009912 kB
MemFree:          538760 kB
Cached:          4893932 kB
Shmem:            461316 kB
SwapTotal:             0 kB
SwapFree:              0 kB
HugePages_Total:      16
HugePages_Free:        4
Hugepagesize:       2048 kB
`;
const hugePages = `/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages:64
/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages:0
/sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages:16
/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages:0
/sys/kernel/mm/hugepages/hugepages-1048576kB/resv_hugepages:2
/sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages:0
/sys/kernel/mm/hugepages/hugepages-1048576kB/surplus_hugepages:0
/sys/devices/system/node/node10/hugepages/hugepages-1048576kB/nr_hugepages:32
/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages:32
/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages:0
/sys/devices/system/node/node10/hugepages/hugepages-1048576kB/free_hugepages:16
/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/free_hugepages:0
/sys/devices/system/node/node0/hugepages/hugepages-2048kB/free_hugepages:0
/sys/kernel/mm/transparent_hugepage/enabled:always [madvise] never
/sys/kernel/mm/transparent_hugepage/defrag:always defer [defer+madvise] madvise never
`;

describe('memory probe', () => {
  it('reads kB as bytes, huge pages as pages, and has null for what an old kernel does not say', () => {
    expect(factsOf(memoryProbe, { meminfo })).toEqual({
      totalBytes: 8009912 * 1024,
      availableBytes: null,
      freeBytes: 538760 * 1024,
      cachedBytes: 4893932 * 1024,
      sharedBytes: 461316 * 1024,
      swapTotalBytes: 0,
      swapFreeBytes: 0,
      hugePagesTotal: 16,
      hugePagesFree: 4,
      hugePageSizeBytes: 2048 * 1024,
      hugePagePools: [],
      transparentHugePages: null,
      transparentHugePageDefrag: null,
    });
  });

  it('reads the pools of huge pages by size and NUMA node', () => {
    const facts = factsOf(memoryProbe, { meminfo, 'huge-pages': hugePages });
    expect(facts.hugePagePools).toEqual([
      {
        sizeBytes: 2 * 1024 ** 2,
        total: 0,
        free: 0,
        reserved: 0,
        surplus: null,
        nodes: [{ id: 0, total: 0, free: 0 }],
      },
      {
        sizeBytes: 1024 ** 3,
        total: 64,
        free: 16,
        reserved: 2,
        surplus: 0,
        nodes: [
          { id: 0, total: 32, free: 0 },
          { id: 10, total: 32, free: 16 },
        ],
      },
    ]);
    expect(facts).toMatchObject({ transparentHugePages: 'madvise', transparentHugePageDefrag: 'defer+madvise' });
  });

  it('refuses output without the total', () => {
    expect(memoryProbe.parse({ meminfo: printed('MemFree:  1 kB\n') })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(memoryProbe, { meminfo, 'huge-pages': hugePages }, (facts) => facts.totalBytes !== null);
  });

  it.skipIf(!hasRecordings).each(['linux', 'procfs', 'rhel'])('reads proc-meminfo__%s', (name) => {
    const text = recording(`host/proc-meminfo__${name}.txt`);
    const kib = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(text)?.[1]) * 1024;
    expect(factsOf(memoryProbe, { meminfo: text })).toMatchObject({
      totalBytes: kib('MemTotal'),
      freeBytes: kib('MemFree'),
      swapTotalBytes: kib('SwapTotal'),
    });
  });

  it.skipIf(!hasRecordings)('reads free, plain, wide and rounded', () => {
    const free = (name: string) => factsOf(memoryProbe, { meminfo: recording(`host/${name}__ubuntu-18.04.txt`) });
    expect(free('free').totalBytes).toBe(2_017_300 * 1024);
    expect(free('free-w').totalBytes).toBe(8_053_804 * 1024);
    expect(free('free-h').totalBytes).toBe(Math.round(1.9 * 1024 ** 3));
  });
});
