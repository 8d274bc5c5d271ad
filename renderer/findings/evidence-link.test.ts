import { describe, expect, it } from 'vitest';
import { groupEvidence } from './evidence-link';

describe('evidence of a statement', () => {
  it('is one link for each output, with every value in it once', () => {
    const gpu = { probeId: 'gpu', evidenceId: 'e1' };
    expect(
      groupEvidence([
        { ...gpu, factPath: 'gpus.0.memory.usedBytes' },
        { probeId: 'processes', factPath: null, evidenceId: null },
        { ...gpu, factPath: 'gpus.0.memory.usedBytes' },
        { ...gpu, factPath: 'gpus.3.memory.usedBytes' },
        { ...gpu, evidenceId: 'e2', factPath: null },
      ]),
    ).toEqual([
      {
        ref: { ...gpu, factPath: 'gpus.0.memory.usedBytes' },
        paths: ['gpus.0.memory.usedBytes', 'gpus.3.memory.usedBytes'],
      },
      { ref: { probeId: 'processes', factPath: null, evidenceId: null }, paths: [] },
      { ref: { ...gpu, evidenceId: 'e2', factPath: null }, paths: [] },
    ]);
  });
});
