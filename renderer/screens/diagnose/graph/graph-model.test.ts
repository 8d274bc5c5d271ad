import { describe, expect, it } from 'vitest';
import { concludedRun, sampleTree, staleFinding, whatIfRun } from '../testing/sample-run';
import { graphModel } from './graph-model';

function standings(model: ReturnType<typeof graphModel>) {
  return {
    steps: Object.fromEntries(model.steps.map(({ id, standing }) => [id, standing])),
    branches: Object.fromEntries(model.branches.map(({ id, standing }) => [id, standing])),
  };
}

describe('the tree joined with a run', () => {
  it('marks the path by the facts, where it ended and what it ruled out', () => {
    expect(standings(graphModel(sampleTree, concludedRun))).toEqual({
      steps: {
        look: 'visited',
        owner: 'visited',
        stale: 'current',
        fit: 'ruled-out',
        shared: 'ruled-out',
        'too-large': 'ruled-out',
        'kernel-log': 'ruled-out',
      },
      branches: {
        'look/held': 'taken',
        'look/free': 'ahead',
        'owner/orphan': 'taken',
        'owner/alive': 'ahead',
        'fit/large': 'ahead',
        'fit/unknown': 'ahead',
      },
    });
  });

  it('marks everything after a forced branch as hypothetical', () => {
    const model = graphModel(sampleTree, whatIfRun);
    expect(standings(model)).toMatchObject({
      steps: { look: 'visited', fit: 'current', 'too-large': 'ahead', owner: 'ruled-out' },
      branches: { 'look/free': 'hypothetical', 'look/held': 'true' },
    });
    expect(model.steps.filter((step) => step.isHypothetical).map(({ id }) => id)).toEqual(['fit']);
  });

  it('hangs each finding on the step it came from', () => {
    const found = graphModel(sampleTree, concludedRun).steps.filter((step) => step.findings.length > 0);
    expect(found.map(({ id, findings }) => [id, findings])).toEqual([['stale', [staleFinding]]]);
  });

  it('shows a tree without a run as all ahead', () => {
    const model = graphModel(sampleTree, null);
    expect(new Set(model.steps.map(({ standing }) => standing))).toEqual(new Set(['ahead']));
    expect(new Set(model.branches.map(({ standing }) => standing))).toEqual(new Set(['ahead']));
  });
});
