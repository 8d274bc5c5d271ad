import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { ProbeResult } from '#shared/domain/probe';
import { createSoftwareJudge } from './judge-software';
import { dgxFacts } from './testing/simulated-facts';

function judgeOf(facts: NodeFacts) {
  const node = { facts, atMs: 1000, looks: 0 };
  const inventory = {
    facts: () => {
      node.looks += 1;
      return node.facts;
    },
    results: () =>
      Object.keys(node.facts).map((probeId) => ({
        probeId,
        state: 'ok',
        reason: null,
        observedAtMs: node.atMs,
      })) as ProbeResult[],
  };
  return { node, judge: createSoftwareJudge(inventory, () => Date.UTC(2026, 10, 22)) };
}

/** A driver that is older than the CUDA that a Python environment was built for. */
function withOldDriver(): NodeFacts {
  const facts = dgxFacts();
  const { gpu } = facts;
  return gpu ? { ...facts, gpu: { ...gpu, driverVersion: '450.80.02', cudaVersion: '11.0' } } : facts;
}

describe('the software of a node in short', () => {
  it('does not fit where one row does not, and then needs a look', () => {
    const { compatibility, attention } = judgeOf(withOldDriver()).judge('a');
    expect(compatibility).toBe('does-not-fit');
    expect(attention).toEqual([
      { key: 'inventory.attentionSoftware', params: { count: expect.any(Number) as number } },
    ]);
  });

  it('is not known where nothing is, which is no reason for a look', () => {
    expect(judgeOf({}).judge('a')).toEqual({ compatibility: null, attention: [] });
  });

  it('is worked out once for as long as no new result comes', () => {
    const { node, judge } = judgeOf(withOldDriver());
    judge('a');
    judge('a');
    expect(node.looks).toBe(1);
    node.facts = {};
    node.atMs = 2000;
    expect(judge('a').compatibility).toBeNull();
  });
});
