import type { ActionInfo, ActionPlan, ActionRun } from '#shared/domain/action';

export const endProcess: ActionInfo = {
  id: 'gpu-process-end',
  title: { en: 'End a process' },
  description: { en: 'Sends TERM, then KILL.' },
  risk: 'disruptive',
  needsRoot: false,
  interruptsJobs: true,
  canUndo: false,
  parameters: [
    {
      name: 'pid',
      label: { en: 'Process id' },
      help: null,
      kind: 'integer',
      unit: null,
      isRequired: true,
      minimum: 1,
      maximum: null,
      choices: [],
      initial: null,
    },
  ],
};

/** A plan that can be applied for the next ten minutes. */
export function samplePlan(overrides: Partial<ActionPlan> = {}): ActionPlan {
  const nowMs = Date.now();
  return {
    id: 'plan-1',
    actionId: endProcess.id,
    hostId: 'host-1',
    parameters: { pid: 4711 },
    createdAtMs: nowMs,
    expiresAtMs: nowMs + 600_000,
    risk: 'disruptive',
    needsRoot: false,
    interruptsJobs: true,
    checks: [{ title: { en: 'The process is there' }, outcome: 'pass', detail: { en: 'python train.py' } }],
    steps: [
      {
        kind: 'command',
        id: 'term',
        title: { en: 'Send TERM' },
        argv: ['kill', '-TERM', '4711'],
        commandLine: 'kill -TERM 4711',
        privilege: 'user',
        onlyIf: null,
      },
    ],
    verification: { en: 'The driver no longer lists it.' },
    undo: null,
    isAlreadyDone: false,
    isBlocked: false,
    fingerprint: 'print-1',
    ...overrides,
  };
}

export function sampleRun(overrides: Partial<ActionRun> = {}): ActionRun {
  return {
    id: 'action-run-1',
    plan: samplePlan(),
    incidentId: null,
    state: 'applying',
    startedAtMs: Date.now(),
    finishedAtMs: null,
    steps: [{ id: 'term', state: 'running', evidenceId: null, detail: null }],
    verification: null,
    error: null,
    canUndo: false,
    ...overrides,
  };
}
