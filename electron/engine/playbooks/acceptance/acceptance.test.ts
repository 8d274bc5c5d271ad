import { expect, it } from 'vitest';
import type { ActionRun } from '#shared/domain/action';
import type { ProbeResult } from '#shared/domain/probe';
import type { Rollout, RolloutItem } from '#shared/domain/rollout';
import { createAcceptance } from './create-acceptance';
import { makeSheet } from './make-sheet';

const words = (en: string) => ({ en, 'zh-CN': en });

const item = (id: string, state: RolloutItem['state']): RolloutItem => ({
  hostId: 'a',
  step: { id, actionId: id, title: words(id) },
  state,
  parameters: {},
  fingerprint: null,
  planId: null,
  runId: state === 'waiting' ? null : `run-${id}`,
  error: null,
  startedAtMs: 1,
  finishedAtMs: 2,
});

const proof = {
  id: 'run-proof',
  plan: {
    verification: words('The GPUs must multiply.'),
    steps: [{ kind: 'command', id: 'x', commandLine: 'python prove' }],
    packages: {
      changes: [
        { name: 'docker-ce', before: null, after: '5:27.1' },
        { name: 'tree', before: null, after: '1' },
      ],
    },
    values: [
      { title: words('Speed'), current: words('-'), wanted: words('at least 10') },
      { title: words('GPUs'), current: words('-'), wanted: words('2') },
    ],
  },
  steps: [{ id: 'x', state: 'done', evidenceId: 'ev-1', detail: null }],
  state: 'verified',
  verification: {
    outcome: 'pass',
    detail: words('They do.'),
    evidence: [{ commandLine: 'cat proof.json', evidenceId: 'ev-2' }],
    values: [{ title: words('Speed'), now: words('12 | <b>') }],
  },
} as unknown as ActionRun;

const results = [
  {
    probeId: 'os',
    state: 'ok',
    facts: { id: 'debian', versionId: '12', prettyName: 'Debian 12', kernelRelease: '6.1.0' },
    observedAtMs: 5,
    commands: [
      {
        commandId: 'os',
        argv: ['cat', '/etc/os-release'],
        privilege: 'user',
        state: 'exited',
        exitCode: 0,
        evidenceId: 'ev-os',
      },
    ],
  },
  { probeId: 'gpu-driver', state: 'failed', facts: null, observedAtMs: 6, commands: [] },
  {
    probeId: 'packages',
    state: 'ok',
    facts: { manager: 'apt', packages: [{ name: 'docker-ce', version: '5:27.1' }], held: [] },
    observedAtMs: 6,
    commands: [],
  },
] as unknown as ProbeResult[];

function sheetOf(
  items: RolloutItem[],
  more: Partial<Rollout> = {},
  read: readonly ProbeResult[] = results,
  output: () => string | null = () => null,
  ran: ActionRun = proof,
) {
  const rollout = { id: 'r', actionId: 'book', playbook: { title: words('Book') }, items, ...more } as Rollout;
  return makeSheet({
    rollout,
    hostId: 'a',
    hostName: 'gpu-07',
    run: (runId) => (runId === 'run-proof' ? ran : null),
    results: read,
    output,
    nowMs: 10,
  });
}

it.each<[string, RolloutItem['state'], string]>([
  ['met when all is verified', 'done', 'met'],
  ['met when it was so already', 'not-needed', 'met'],
  ['not met when a step failed', 'failed', 'not-met'],
  ['not met when a step was taken back', 'undone', 'not-met'],
  ['unknown when a step was not begun', 'waiting', 'unknown'],
  ['unknown when nobody knows what became of a step', 'unknown', 'unknown'],
])('a sheet is %s', (_, state, outcome) => {
  expect(sheetOf([item('proof', 'done'), item('other', state)]).outcome).toBe(outcome);
});

it('is unknown where a step passed without all of it having been measured', () => {
  const ran = { ...proof, verification: { ...proof.verification, isSure: false } } as ActionRun;
  const { outcome, steps } = sheetOf([item('proof', 'done')], {}, results, () => null, ran);
  expect([outcome, steps[0]?.outcome, steps[0]?.measured]).toEqual(['unknown', 'unknown', words('They do.')]);
});

it('has the steps of this node that were as wanted when it was planned, and none of another', () => {
  const asWanted = [
    { hostId: 'a', id: 'clock', title: words('Clock'), evidence: [{ commandLine: 'timedatectl', evidenceId: 'ev-3' }] },
    { hostId: 'b', id: 'other', title: words('Other') },
  ];
  const later = { ...item('later', 'not-needed'), runId: null, evidence: [{ commandLine: 'ls', evidenceId: 'ev-4' }] };
  const { steps, outcome } = sheetOf([item('proof', 'done'), later], { playbook: { title: words('Book'), asWanted } });
  expect([outcome, steps.map(({ stepId, state, evidence }) => [stepId, state, evidence])]).toEqual([
    'met',
    [
      ['clock', 'not-needed', [{ commandLine: 'timedatectl', evidenceId: 'ev-3' }]],
      ['proof', 'done', [{ commandLine: 'python prove', evidenceId: 'ev-1' }]],
      ['later', 'not-needed', [{ commandLine: 'ls', evidenceId: 'ev-4' }]],
    ],
  ]);
});

it('a sheet without steps of the node is not met', () => {
  expect(sheetOf([]).outcome).toBe('unknown');
});

it('has what was measured beside what was expected; what was not measured is unknown, and so is a version that was not read', () => {
  const sheet = sheetOf([item('proof', 'done')]);
  expect(sheet.steps[0]).toMatchObject({
    outcome: 'met',
    evidence: [{ commandLine: 'python prove', evidenceId: 'ev-1' }],
    values: [
      {
        expected: words('at least 10'),
        measured: words('12 | <b>'),
        outcome: 'met',
        evidence: [{ commandLine: 'cat proof.json', evidenceId: 'ev-2' }],
      },
      { expected: words('2'), measured: null, outcome: 'unknown' },
    ],
  });
  expect(sheet.versions.slice(0, 3).map(({ id, measured, outcome }) => [id, measured?.en ?? null, outcome])).toEqual([
    ['system', 'Debian 12', 'met'],
    ['kernel', '6.1.0', null],
    ['driver', null, 'unknown'],
  ]);
});

const withFacts = (...more: readonly (readonly [probeId: string, facts: unknown])[]) =>
  [
    ...results.filter(({ probeId }) => !more.some(([id]) => id === probeId)),
    ...more.map(([probeId, facts]) => ({ probeId, state: 'ok', facts, observedAtMs: 7, commands: [] })),
  ] as unknown as ProbeResult[];

it('judges a version by what fits together, and a package by what was confirmed: a changed one makes the sheet not met', () => {
  const docker = (version: string) =>
    ['packages', { manager: 'apt', packages: [{ name: 'docker-ce', version }], held: [] }] as const;
  const server = ['docker', { serverVersion: '20.10.1', containers: [] }] as const;
  const old = sheetOf([item('proof', 'done')], {}, withFacts(docker('5:27.1'), server));
  expect(old.versions.find(({ id }) => id === 'docker')).toMatchObject({
    measured: words('20.10.1'),
    expected: words('≥ 24.0'),
    outcome: 'not-met',
    reason: { key: 'compatibility.chooseDocker' },
  });
  expect([old.outcome, old.packages]).toEqual([
    'not-met',
    [{ name: 'docker-ce', chosen: '5:27.1', now: '5:27.1', outcome: 'met' }],
  ]);
  const drifted = sheetOf([item('proof', 'done')], {}, withFacts(docker('5:28.0')));
  expect([drifted.outcome, drifted.packages[0]?.outcome, drifted.packages[0]?.now]).toEqual([
    'not-met',
    'not-met',
    '5:28.0',
  ]);
  // Packages that could not be read are not met either.
  const unread = results.filter(({ probeId }) => probeId !== 'packages');
  expect(sheetOf([item('proof', 'done')], {}, unread)).toMatchObject({
    outcome: 'unknown',
    packages: [{ outcome: 'unknown' }],
  });
});

it('a driver that its step brought and that is not loaded is not met', () => {
  const sheet = sheetOf(
    [item('nvidia-driver', 'done')],
    {},
    withFacts(['gpu-driver', { kernelModuleVersion: null, userLibraries: [] }]),
  );
  expect([sheet.outcome, sheet.versions.find(({ id }) => id === 'driver')?.outcome]).toEqual(['not-met', 'not-met']);
});

it('puts what a proof measured beside the data sheet: enough of it, too little, and nothing to judge by', () => {
  const gpu = (name: string, tflops: number) => ({
    uuid: name,
    name,
    capability: '9.0',
    tflops,
    isRight: true,
    error: null,
  });
  const printed = {
    version: 1,
    at: 'now',
    python: '3.11',
    torch: '2.7.1',
    cuda: '12.8',
    driver: '580.1',
    error: null,
    gpus: [gpu('NVIDIA H100 80GB HBM3', 700), gpu('NVIDIA H100 80GB HBM3', 120), gpu('Some GPU', 5)],
    pairs: [
      { first: 0, second: 1, gbPerSecond: 330, error: null },
      { first: 1, second: 2, gbPerSecond: 9, error: null },
    ],
  };
  const sheet = sheetOf([item('proof', 'done')], {}, results, () => JSON.stringify(printed));
  const rates = sheet.steps[0]?.values
    .slice(2)
    .map(({ title, measured, outcome }) => [title.en, measured?.en, outcome]);
  expect(rates).toEqual([
    ['GPU 0 NVIDIA H100 80GB HBM3: 16-bit matrices', '700 TFLOP/s, 71 % of the peak', 'met'],
    ['GPU 1 NVIDIA H100 80GB HBM3: 16-bit matrices', '120 TFLOP/s, 12 % of the peak', 'not-met'],
    ['GPU 2 Some GPU: 16-bit matrices', '5 TFLOP/s', 'unknown'],
    ['GPU 0 - 1: NCCL all-reduce', '330 GB/s, 73 % of the peak', 'met'],
    ['GPU 1 - 2: NCCL all-reduce', '9 GB/s', 'unknown'],
  ]);
  expect(sheet.outcome).toBe('not-met');
});

it('knows a sheet that is no longer as it was signed, and one that only was read again', () => {
  const items = [item('proof', 'done')];
  const { digest } = sheetOf(items);
  const signed = (sheetDigest: string) => ({
    signOffs: [{ hostId: 'a', operator: 'ann', atMs: 0, note: '', outcome: 'met' as const, digest: sheetDigest }],
  });
  const readAgain = results.map((one) => ({ ...one, observedAtMs: 99 }));
  expect(sheetOf(items, signed(digest), readAgain).signedOff?.isSame).toBe(true);
  expect(sheetOf([item('proof', 'failed')], signed(digest)).signedOff?.isSame).toBe(false);
});

function acceptance({ isRolling = false } = {}) {
  let read: readonly ProbeResult[] = results;
  let rollout = {
    id: 'r',
    actionId: 'book',
    state: isRolling ? 'running' : 'done',
    playbook: { title: words('Book') },
    items: [item('proof', 'done')],
  } as unknown as Rollout;
  const appended: { incidentId: string; entries: unknown }[] = [];
  const made = createAcceptance({
    hosts: { everyHost: () => [{ id: 'a', name: 'gpu-07' }] as never },
    inventory: {
      refresh: async () => ({}) as never,
      results: () => [...read],
      evidence: () => ({ stdoutText: null }) as never,
    },
    actions: { get: () => proof },
    rollouts: {
      get: () => rollout,
      signOff: (_, signed) => {
        rollout = { ...rollout, signOffs: [{ ...signed, operator: 'ann', atMs: 1 }] };
        return rollout;
      },
    },
    incidents: {
      append: (incidentId, entries) => {
        appended.push({ incidentId, entries });
        return {} as never;
      },
    },
    markdown: () => '',
    nowMs: () => 10,
  });
  return { made, appended, readNow: (now: readonly ProbeResult[]) => (read = now) };
}

const here = { rolloutId: 'r', hostId: 'a' };

it('signs the sheet that was read, and refuses one that changed meanwhile or is still being made', async () => {
  const { made, readNow } = acceptance();
  const { digest } = await made.sheet(here);
  const newer = { manager: 'apt', packages: [{ name: 'docker-ce', version: '5:28.0' }], held: [] };
  readNow(withFacts(['packages', newer]));
  await expect(made.signOff({ ...here, note: 'ok', digest })).rejects.toMatchObject({ key: 'playbooks.sheetChanged' });
  expect((await made.sheet(here)).signedOff).toBeNull();
  readNow(results);
  expect((await made.signOff({ ...here, note: 'ok', digest })).signedOff).toMatchObject({ note: 'ok', isSame: true });
  await expect(acceptance({ isRolling: true }).made.signOff({ ...here, note: '', digest })).rejects.toMatchObject({
    key: 'actions.rolloutRuns',
  });
});

it('lies in an incident as it was when it was attached', async () => {
  const { made, appended } = acceptance();
  await made.attach({ ...here, incidentId: 'incident-1' });
  expect(appended).toEqual([
    { incidentId: 'incident-1', entries: [{ kind: 'acceptance', sheet: await made.sheet(here) }] },
  ]);
});
