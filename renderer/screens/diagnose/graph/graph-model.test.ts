import { describe, expect, it } from 'vitest';
import { concludedRun, sampleTree, staleFinding, whatIfRun } from '../testing/sample-run';
import { foldTree } from './fold-tree';
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

  it('shows the way past a question only where it was gone, and all ways while nobody walks', () => {
    const look = sampleTree.steps[0];
    if (!look) throw new Error('the tree has no steps');
    const past = { id: 'unattended', to: 'fit', label: { en: 'Nobody there' }, condition: null };
    const tree = {
      ...sampleTree,
      steps: [{ ...look, branches: [...look.branches, past] }, ...sampleTree.steps.slice(1)],
    };
    const isShown = (run: typeof concludedRun | null) =>
      graphModel(tree, run).branches.some(({ id }) => id === `${look.id}/unattended`);
    const gone = concludedRun.path.map((visit) => ({ ...visit, chosenBranchId: 'unattended' }));
    expect([null, concludedRun, { ...concludedRun, path: gone }].map(isShown)).toEqual([true, false, true]);
    const isFoldedIn = foldTree(tree, concludedRun).steps.some(({ branches }) =>
      branches.some(({ id }) => id === 'unattended'),
    );
    expect(isFoldedIn).toBe(false);
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
