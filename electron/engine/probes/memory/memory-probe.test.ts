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
    });
  });

  it('refuses output without the total', () => {
    expect(memoryProbe.parse({ meminfo: printed('MemFree:  1 kB\n') })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(memoryProbe, { meminfo }, (facts) => facts.totalBytes !== null);
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
