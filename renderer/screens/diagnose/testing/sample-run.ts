import type { DiagnosisRun, StepVisit, TreeGraph } from '#shared/domain/diagnosis';
import type { Finding } from '#shared/domain/finding';

/** A small tree with every kind of step: a look, a question, a choice, findings and a way into another tree. */
export const sampleTree: TreeGraph = {
  id: 'gpu-memory-shortage',
  title: { en: 'Not enough GPU memory', 'zh-CN': '显存不足' },
  symptoms: [{ en: 'CUDA out of memory' }],
  introduction: { en: 'Finds out who holds the memory.' },
  probes: ['gpus', 'gpu-processes'],
  sources: ['NVIDIA: nvidia-smi manual'],
  isBuiltIn: true,
  start: 'look',
  steps: [
    step('look', 'probe', [
      branch('held', 'owner', 'Memory is held', 'gpus.usedShare > 0.5'),
      branch('free', 'fit', 'Memory is free', null),
    ]),
    step('owner', 'branch', [
      branch('orphan', 'stale', 'The owner is gone', 'process.isOrphan'),
      branch('alive', 'shared', 'The owner is alive', null),
    ]),
    {
      ...step('fit', 'ask', [
        branch('large', 'too-large', 'Larger than the GPU', 'needBytes > totalBytes'),
        branch('unknown', 'kernel-log', "I don't know", null),
      ]),
      fields: [{ name: 'parametersBillion', label: { en: 'Parameters' }, unit: '10⁹', choices: [] }],
    },
    { ...step('stale', 'finding', []), severity: 'warn' },
    { ...step('shared', 'finding', []), severity: 'warn' },
    { ...step('too-large', 'finding', []), severity: 'critical' },
    step('kernel-log', 'goto', []),
  ],
};

export const staleFinding: Finding = {
  id: 'finding-1',
  code: 'F-A1',
  hostId: 'host-1',
  state: 'degraded',
  severity: 'warn',
  title: { en: 'An orphaned process holds 40 GiB', 'zh-CN': '孤儿进程占用 40 GiB' },
  explanation: { en: 'PID 4711 belongs to nobody.' },
  advice: [{ en: 'Ask alice before ending it.' }],
  subjects: ['pid 4711'],
  evidence: [{ probeId: 'gpu-processes', factPath: 'processes.0.usedBytes', evidenceId: 'evidence-1' }],
  actions: [{ actionId: 'end-gpu-process', parameters: { pid: 4711 }, why: { en: 'It frees the memory.' } }],
  sources: ['NVIDIA: nvidia-smi manual'],
  observedAtMs: 1_700_000_000_000,
  origin: { treeId: 'gpu-memory-shortage', runId: 'run-1', stepId: 'stale' },
};

/** The walk look -> owner -> stale, concluded on the facts. */
export const concludedRun: DiagnosisRun = {
  id: 'run-1',
  treeId: 'gpu-memory-shortage',
  hostId: 'host-1',
  state: 'concluded',
  startedAtMs: 1_700_000_000_000,
  updatedAtMs: 1_700_000_001_000,
  isWhatIf: false,
  progress: { done: 2, total: 2, running: [] },
  probes: [
    { probeId: 'gpus', state: 'ok', reason: null },
    { probeId: 'gpu-processes', state: 'ok', reason: null },
  ],
  path: [
    visit('look', 'held', [
      { branchId: 'held', to: 'owner', label: 'Memory is held', condition: 'gpus.usedShare > 0.5', result: 'true' },
      { branchId: 'free', to: 'fit', label: 'Memory is free', condition: null, result: 'not-judged' },
    ]),
    visit('owner', 'orphan', [
      { branchId: 'orphan', to: 'stale', label: 'The owner is gone', condition: 'process.isOrphan', result: 'true' },
      { branchId: 'alive', to: 'shared', label: 'The owner is alive', condition: null, result: 'not-judged' },
    ]),
    visit('stale', null, []),
  ],
  question: null,
  findings: [staleFinding],
  error: null,
};

/** A what-if of the same run: memory taken as free, now waiting for the model's size. */
export const whatIfRun: DiagnosisRun = {
  ...concludedRun,
  id: 'run-2',
  state: 'waiting',
  isWhatIf: true,
  path: [
    {
      ...visit('look', 'free', [
        { branchId: 'held', to: 'owner', label: 'Memory is held', condition: 'gpus.usedShare > 0.5', result: 'true' },
        { branchId: 'free', to: 'fit', label: 'Memory is free', condition: null, result: 'not-judged' },
      ]),
      isForced: true,
    },
    visit('fit', null, []),
  ],
  question: {
    stepId: 'fit',
    prompt: { en: 'How large is the model?' },
    fields: [
      {
        name: 'parametersBillion',
        label: { en: 'Parameters' },
        help: { en: 'As in the name of the model: 70 for Llama 70B.' },
        kind: 'number',
        unit: '10⁹',
        isRequired: true,
        minimum: 0.1,
        maximum: 5000,
        choices: [],
        initial: null,
      },
    ],
  },
  findings: [],
};

function step(id: string, kind: TreeGraph['steps'][number]['kind'], branches: TreeGraph['steps'][number]['branches']) {
  return {
    id,
    kind,
    title: { en: `Step ${id}` },
    explanation: { en: `What ${id} looks at.` },
    severity: null,
    fields: [] as TreeGraph['steps'][number]['fields'],
    branches,
  };
}

function branch(id: string, to: string, label: string, condition: string | null) {
  return { id, to, label: { en: label }, condition };
}

function visit(
  stepId: string,
  chosenBranchId: string | null,
  evaluations: {
    branchId: string;
    to: string;
    label: string;
    condition: string | null;
    result: 'true' | 'not-judged';
  }[],
): StepVisit {
  return {
    stepId,
    atMs: 1_700_000_000_500,
    evaluations: evaluations.map((evaluation) => ({
      ...evaluation,
      label: { en: evaluation.label },
      reason: evaluation.result === 'true' ? { en: `${evaluation.label}: 40 GiB of 80 GiB.` } : null,
      values:
        evaluation.result === 'true'
          ? [
              {
                expression: evaluation.condition ?? '',
                value: '0.93',
                evidence: { probeId: 'gpus', factPath: 'gpus.0.memory.usedBytes', evidenceId: 'evidence-1' },
              },
            ]
          : [],
    })),
    chosenBranchId,
    isForced: false,
    answers: null,
    evidence: [{ probeId: 'gpus', factPath: null, evidenceId: 'evidence-1' }],
  };
}
