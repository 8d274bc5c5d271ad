import { describe, expect, it } from 'vitest';
import type { DiagnosisRun, StepVisit, TreeGraph } from './diagnosis';
import { asWalked, treeOfStep, treesOfRun, walkedSteps } from './run-trees';

const step = (id: string, to: string): TreeGraph['steps'][number] => ({
  id,
  kind: 'branch',
  title: { en: `Step ${id}` },
  explanation: null,
  severity: null,
  fields: [],
  branches: [{ id: 'next', to, label: { en: 'Next' }, condition: null }],
});
const tree = (id: string): TreeGraph => ({
  id,
  title: { en: id },
  symptoms: [],
  introduction: null,
  probes: [],
  sources: [],
  isBuiltIn: true,
  start: 'look',
  steps: [step('look', 'owner'), step('owner', 'look')],
});
const visit = (stepId: string): StepVisit => ({
  stepId,
  atMs: 0,
  evaluations: [],
  chosenBranchId: null,
  isForced: false,
  answers: null,
  evidence: [],
});
const run = (...stepIds: string[]): DiagnosisRun => ({
  id: 'run-1',
  treeId: 'memory',
  hostId: 'host-1',
  state: 'concluded',
  startedAtMs: 0,
  updatedAtMs: 0,
  isWhatIf: false,
  progress: { done: 0, total: 0, running: [] },
  probes: [],
  path: stepIds.map(visit),
  question: null,
  findings: [],
  error: null,
});

describe('a walk that goes on in another tree', () => {
  const goneOn = run('look', 'kernel-log:look');

  it('names both trees in order', () => {
    expect(treesOfRun(run('look'))).toEqual(['memory']);
    expect(treesOfRun(goneOn)).toEqual(['memory', 'kernel-log']);
    expect(treeOfStep(goneOn, 'kernel-log:look')).toBe('kernel-log');
  });

  it('names the steps of the other tree as the walk does, and leaves its own alone', () => {
    const own = tree('memory');
    expect(asWalked(own, goneOn)).toBe(own);
    const other = asWalked(tree('kernel-log'), goneOn);
    expect([other.start, other.steps[0]?.id, other.steps[0]?.branches[0]?.to]).toEqual([
      'kernel-log:look',
      'kernel-log:look',
      'kernel-log:owner',
    ]);
    const steps = walkedSteps([own, tree('kernel-log')], goneOn);
    expect([...steps.keys()]).toEqual(['look', 'owner', 'kernel-log:look', 'kernel-log:owner']);
  });
});
