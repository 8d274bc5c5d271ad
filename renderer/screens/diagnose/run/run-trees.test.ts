import { describe, expect, it } from 'vitest';
import { concludedRun, sampleTree } from '../testing/sample-run';
import { asWalked, treeOfStep, treesOfRun } from './run-trees';

const visit = concludedRun.path[0];
if (!visit) throw new Error('the sample has a path');
const goneOn = { ...concludedRun, path: [visit, { ...visit, stepId: 'kernel-log:look' }] };

describe('a walk that goes on in another tree', () => {
  it('names both trees in order', () => {
    expect(treesOfRun(concludedRun)).toEqual([sampleTree.id]);
    expect(treesOfRun(goneOn)).toEqual([sampleTree.id, 'kernel-log']);
    expect(treeOfStep(goneOn, 'kernel-log:look')).toBe('kernel-log');
  });

  it('names the steps of the other tree as the walk does, and leaves its own alone', () => {
    expect(asWalked(sampleTree, concludedRun)).toBe(sampleTree);
    const other = asWalked({ ...sampleTree, id: 'kernel-log' }, goneOn);
    expect([other.start, other.steps[0]?.id, other.steps[0]?.branches[0]?.to]).toEqual([
      'kernel-log:look',
      'kernel-log:look',
      'kernel-log:owner',
    ]);
  });
});
