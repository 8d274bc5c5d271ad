import { expect, it } from 'vitest';
import type { ActionRun } from '#shared/domain/action';
import type { ProbeResult } from '#shared/domain/probe';
import type { Rollout, RolloutItem } from '#shared/domain/rollout';
import { makeSheet } from './make-sheet';
import { sheetMarkdown } from './sheet-markdown';

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
    values: [
      { title: words('Speed'), current: words('-'), wanted: words('at least 10') },
      { title: words('GPUs'), current: words('-'), wanted: words('2') },
    ],
  },
  steps: [{ id: 'x', state: 'done', evidenceId: 'ev-1', detail: null }],
  verification: {
    outcome: 'pass',
    detail: words('They do.'),
    values: [{ title: words('Speed'), now: words('12 | <b>') }],
  },
} as unknown as ActionRun;

const results = [
  {
    probeId: 'os',
    state: 'ok',
    facts: { prettyName: 'Debian 12', kernelRelease: '6.1.0' },
    observedAtMs: 5,
    commands: [{ evidenceId: 'ev-os' }],
  },
  { probeId: 'gpu-driver', state: 'error', facts: null, observedAtMs: 6, commands: [] },
] as unknown as ProbeResult[];

function sheetOf(items: RolloutItem[], more: Partial<Rollout> = {}) {
  const rollout = { id: 'r', actionId: 'book', playbook: { title: words('Book') }, items, ...more } as Rollout;
  return makeSheet({
    rollout,
    hostId: 'a',
    hostName: 'gpu-07',
    run: (runId) => (runId === 'run-proof' ? proof : null),
    results,
    output: () => null,
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

it('has the steps of this node that were as wanted when it was planned, and none of another', () => {
  const asWanted = [
    { hostId: 'a', id: 'clock', title: words('Clock') },
    { hostId: 'b', id: 'other', title: words('Other') },
  ];
  const { steps, outcome } = sheetOf([item('proof', 'done')], { playbook: { title: words('Book'), asWanted } });
  expect([outcome, steps.map(({ stepId, state }) => [stepId, state])]).toEqual([
    'met',
    [
      ['clock', 'not-needed'],
      ['proof', 'done'],
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
    evidenceIds: ['ev-1'],
    values: [
      { expected: words('at least 10'), measured: words('12 | <b>'), outcome: 'met' },
      { expected: words('2'), measured: null, outcome: 'unknown' },
    ],
  });
  expect(sheet.versions.slice(0, 3).map(({ id, value, evidenceIds }) => [id, value, evidenceIds])).toEqual([
    ['system', 'Debian 12', ['ev-os']],
    ['kernel', '6.1.0', ['ev-os']],
    ['driver', null, []],
  ]);
});

it('is written so that nothing of a node leaves its cell, with who signed it', () => {
  const signOffs = [{ hostId: 'a', operator: 'ann', atMs: 0, note: 'as ordered', outcome: 'met' as const }];
  const text = sheetMarkdown(sheetOf([item('proof', 'done')], { signOffs }), 'en');
  expect(text).toContain('| ↳ Speed | at least 10 | 12 \\| \\<b\\> | Met |');
  expect(text).toContain('| GPU driver | – | – |');
  expect(text).toContain('nvidia-smi is not there, or did not answer.');
  expect(text).toContain('Signed off by ann at 1970-01-01T00:00:00.000Z. as ordered');
});
