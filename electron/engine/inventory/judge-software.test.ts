import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { ProbeResult } from '#shared/domain/probe';
import { softwareInShort } from './judge-software';
import { dgxFacts } from './testing/simulated-facts';

function judged(facts: NodeFacts) {
  const results = () =>
    Object.keys(facts).map((probeId) => ({ probeId, state: 'ok', reason: null, observedAtMs: 1000 })) as ProbeResult[];
  return softwareInShort({ facts: () => facts, results }, 'a', Date.UTC(2026, 10, 22));
}

/** A driver that is older than the CUDA that a Python environment was built for. */
function withOldDriver(): NodeFacts {
  const facts = dgxFacts();
  const { gpu } = facts;
  return gpu ? { ...facts, gpu: { ...gpu, driverVersion: '450.80.02', cudaVersion: '11.0' } } : facts;
}

describe('the software of a node in short', () => {
  it('does not fit where one row does not, and then needs a look', () => {
    const { compatibility, attention } = judged(withOldDriver());
    expect(compatibility).toBe('does-not-fit');
    expect(attention).toEqual([
      { key: 'inventory.attentionSoftware', params: { count: expect.any(Number) as number } },
    ]);
  });

  it('is not known where nothing is, which is no reason for a look', () => {
    expect(judged({})).toEqual({ compatibility: null, attention: [] });
  });
});
