import { expect, it, vi } from 'vitest';
import { canContinue } from '#shared/domain/rollout';
import { type Host, HostUnavailableError } from '../../hosts/host';
import type { ActionsAndRollouts } from '../create-actions';
import { declaredAction } from '../declared/declared-action';
import { compileFixText } from '../declared/fix-library';
import { createTestBench } from '../testing/test-bench';

/** What was waited for, in milliseconds; nobody really waits. */
const waited = vi.hoisted(() => ({ ms: 0 }));
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<typeof import('node:timers/promises')>()),
  setTimeout: async (ms: number) => {
    waited.ms += ms;
  },
}));

const actionText = (id: string, read: string, wanted: string, step: string) => `
id: ${id}
title: { en: ${id}, zh-CN: 词 }
description: { en: To try, zh-CN: 词 }
risk: R1
drain: none
sources: [us]
reads:
  - { name: now, argv: [cat, ${read}], root: false }
done: read.now == "${wanted}"
steps:
  - { id: only, title: { en: Only, zh-CN: 词 }, root: false, ${step} }
verify:
  text: { en: It is there., zh-CN: 词 }
  pass: read.now == "${wanted}"
  passed: { en: It is., zh-CN: 词 }
  failed: { en: It is not., zh-CN: 词 }
undo: null
`;

it('a node that does not come back from its restart is said to be gone; asked once it is there, the playbook goes on behind it', async () => {
  waited.ms = 0;
  const files: Record<string, string> = {
    '/proc/sys/kernel/random/boot_id': 'boot-1',
    '/srv/running': 'old',
    '/srv/after': 'no',
  };
  const done: string[] = [];
  let isDown = false;
  const lost = () => new HostUnavailableError('local', { code: 'connection-lost', detail: 'cut' });
  const exec: Host['exec'] = async (spec) => {
    const [program, file = ''] = spec.argv;
    if (isDown) throw lost();
    const ended = (exitCode: number, stdout = '') => ({
      spec,
      privilege: 'user' as const,
      state: 'exited' as const,
      exitCode,
      startedAtMs: 0,
      durationMs: 0,
      stdout: new TextEncoder().encode(stdout),
      stderr: new Uint8Array(),
      isTruncated: false,
    });
    if (program === 'cat') return ended(0, files[file] ?? '');
    // Nobody holds the node, and nothing of ours runs there.
    if (program === 'readlink' || program === 'pgrep') return ended(1);
    if (program === 'systemctl' || program === 'touch') done.push(spec.argv.join(' '));
    if (program === 'touch') files[file] = 'yes';
    if (program !== 'systemctl') return ended(0);
    isDown = true;
    throw lost();
  };
  const steps = [
    ['restart', '/srv/running', 'new', 'kind: boot, argv: [systemctl, reboot], withinMinutes: 20'],
    ['after', '/srv/after', 'yes', 'kind: command, argv: [touch, /srv/after]'],
  ] as const;
  const actions = steps.map(([id, path, text, step]) => {
    const fix = compileFixText(`${id}.yaml`, actionText(id, path, text, step));
    return declaredAction(
      id,
      () => fix.definition,
      () => fix,
    );
  });
  const bench = createTestBench({ actions });
  Object.assign(bench.host, { exec });
  const { rollouts, ...engine } = bench.actions as ActionsAndRollouts;
  const { id } = rollouts.startPlaybook({
    playbook: { id: 'book', title: { en: 'Book', 'zh-CN': '书' } },
    batchSize: 1,
    incidentId: null,
    nodes: [
      {
        hostId: bench.hostId,
        steps: steps.map(([actionId]) => ({
          step: { id: actionId, actionId, title: { en: actionId, 'zh-CN': actionId } },
          parameters: {},
          fingerprint: null,
        })),
      },
    ],
  });
  const ended = async () => {
    for await (const _ of rollouts.watch(id));
    const rollout = rollouts.get(id);
    return { rollout, states: [rollout.state, ...rollout.items.map(({ state }) => state)] };
  };
  const gone = await ended();
  expect(gone.states).toEqual(['stopped', 'unknown', 'waiting']);
  expect(waited.ms).toBeGreaterThanOrEqual(20 * 60_000);
  const run = engine.get(gone.rollout.items[0]?.runId ?? '');
  expect(run).toMatchObject({ state: 'interrupted', steps: [{ state: 'unknown' }] });
  const why = expect.stringMatching(/20 minutes.*ask it again later, or look at its console/);
  expect(gone.rollout.items[0]).toMatchObject({ error: { key: 'actions.stepUnknown' }, blockedBy: [{ en: why }] });
  expect(canContinue(gone.rollout)).toBe(true);

  // Asked too early: it stays as it is, and nothing is begun.
  rollouts.continue(id);
  const early = await ended();
  expect([early.states, early.rollout.items[0]?.error]).toEqual([
    ['stopped', 'unknown', 'waiting'],
    { key: 'actions.rolloutNoHost' },
  ]);

  Object.assign(files, { '/proc/sys/kernel/random/boot_id': 'boot-2', '/srv/running': 'new' });
  isDown = false;
  rollouts.continue(id);
  expect((await ended()).states).toEqual(['done', 'done', 'done']);
  // Neither is restarted, nor done, a second time.
  expect(done).toEqual(['systemctl reboot', 'touch /srv/after']);
});
