import { expect, it } from 'vitest';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import { notJudged } from './inventory';
import type { LatestResults } from './latest-results';
import { summarize } from './summarize';

function attentionOf(facts: NodeFacts) {
  const results = {
    states: () => Object.keys(facts).map((probeId) => ({ probeId, state: 'ok', observedAtMs: 1 })),
    latest: () => undefined,
    latestOk: (_: string, probeId: ProbeId) =>
      facts[probeId] ? { facts: facts[probeId], observedAtMs: 1 } : undefined,
  } as unknown as LatestResults;
  return summarize('a', results, false, () => notJudged).attention;
}

it('names a full disk once, and not again for every container that has a folder of it', () => {
  const system = {
    type: 'ext4',
    source: '/dev/sda2',
    options: ['rw'],
    isForcedReadOnly: null,
    sizeBytes: 1e12,
    usedBytes: 9.8e11,
    availableBytes: 1e10,
    inodesTotal: null,
    inodesUsed: null,
    isNetwork: false,
  };
  const folders = [1, 2, 3].map((pod) => `/var/lib/kubelet/pods/${pod}/volume-subpaths/config/app/0`);
  const fileSystems = ['/', ...folders].map((mountPoint) => ({ ...system, mountPoint }));
  expect(attentionOf({ 'file-systems': { fileSystems } })).toEqual([
    { key: 'inventory.attentionFileSystemFull', params: { mountPoint: '/', percent: 99 } },
  ]);
});
