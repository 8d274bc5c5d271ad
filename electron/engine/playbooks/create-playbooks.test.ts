import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ActionPlan, PlannedStep } from '#shared/domain/action';
import type { HostSpec } from '#shared/domain/host';
import type { Preflight, PreflightCheck, PreflightCheckId, PreflightOutcome } from '#shared/domain/playbook/preflight';
import type { Rollout } from '#shared/domain/rollout';
import type { PlaybookRequest } from '../actions/rolling/create-rollouts';
import type { DecideStep } from '../actions/rolling/roll-node';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import { createPlaybooks } from './create-playbooks';
import { createPlaybookFiles } from './playbook-files';
import { PlaybookLibrary } from './playbook-library';
import { actionInfos, playbook } from './testing/playbook-files';

const now = 1_000_000;
/** What a node says of itself that can be set up. */
const fit: Omit<Preflight, 'hostId' | 'checks'> = {
  ...{ playbookId: 'book', observedAtMs: now, durationMs: 1, outcome: 'pass', unreachable: null },
};
let preflightChecks: PreflightCheck[] = [];
let started: PlaybookRequest[] = [];
let decide: DecideStep;
let asked: Array<{ actionId: string; parameters: Record<string, unknown> }> = [];

function planOf(actionId: string, parameters: Record<string, unknown>, changed: Partial<ActionPlan>): ActionPlan {
  return {
    id: actionId,
    actionId,
    hostId: 'n1',
    parameters,
    createdAtMs: now,
    expiresAtMs: now + 1,
    risk: 'reversible',
    needsRoot: true,
    interruptsJobs: false,
    checks: [],
    steps: [
      {
        kind: 'command',
        id: 'go',
        title: { en: 'Go' },
        argv: ['do', actionId],
        commandLine: `sudo do ${actionId}`,
        privilege: 'root',
        onlyIf: null,
      },
    ],
    verification: { en: 'Look' },
    undo: null,
    isAlreadyDone: false,
    isBlocked: false,
    fingerprint: `print of ${actionId}`,
    ...changed,
  };
}

/** A Debian with or without huge pages, whose actions come to what is said of them. */
function playbooksOn(
  steps: string,
  states: Readonly<Record<string, Partial<ActionPlan> | 'refused'>> = {},
  more = '',
  os: object | null = { id: 'debian', versionId: '12', prettyName: 'Debian 12', uptimeSeconds: 5 },
  library = new PlaybookLibrary([playbook('book', steps, more)], actionInfos),
) {
  asked = [];
  started = [];
  preflightChecks = [];
  return createPlaybooks({
    rollouts: {
      startPlaybook(request) {
        started.push(request);
        return {} as Rollout;
      },
      decideWith(given) {
        decide = given;
      },
    },
    preflight: async ({ hostIds }) => hostIds.map((hostId) => ({ ...fit, hostId, checks: preflightChecks })),
    nowMs: () => now,
    hosts: { spec: (hostId) => ({ id: hostId, name: 'gpu 1', kind: 'ssh' }) as HostSpec },
    inventory: {
      refresh: async () => ({ ok: 1, total: 1, durationMs: 1, roundTrips: 1, nodeCpuMs: null }),
      facts: () => (os === null ? {} : { os: { ...os } }) as never,
    },
    actions: {
      list: () => actionInfos,
      runs: () => [],
      plan: async ({ actionId, parameters }) => {
        asked.push({ actionId, parameters });
        const state = states[actionId] ?? {};
        if (state === 'refused') throw new InvalidError('actions.invalidParameter', { name: 'pages' });
        return planOf(actionId, parameters, state);
      },
    },
    library,
  });
}
const plan = (books: ReturnType<typeof playbooksOn>, parameters = {}) =>
  books.plan({ playbookId: 'book', hostId: 'n1', parameters });
const statesOf = async (books: ReturnType<typeof playbooksOn>) =>
  (await plan(books)).steps.map(({ id, state }) => `${id} ${state}`);

it('plans what stands on nothing, and says what is planned at its turn', async () => {
  const books = playbooksOn(
    '  - { id: a, action: clock-step, duration: [1, 2] }\n  - { id: b, action: memlock-limit, needs: [a], duration: [3, 5] }\n  - { id: c, action: hugepages, with: { pages: "7" } }',
  );
  const made = await plan(books);
  expect(made.steps.map(({ id, state }) => `${id} ${state}`)).toEqual(['a ready', 'b later', 'c ready']);
  expect(made).toMatchObject({ isBlocked: false, isComplete: false, duration: { fromMinutes: 4, toMinutes: 7 } });
  expect(made.steps[1]?.reason?.en).toContain('after Set the clock right at once');
  expect(asked.at(-1)).toEqual({ actionId: 'hugepages', parameters: { pages: 7 } });
});

it('plans nothing on a node that is as wanted, and is told so', async () => {
  const done = { isAlreadyDone: true, steps: [] };
  const books = playbooksOn('  - { id: a, action: clock-step }\n  - { id: b, action: memlock-limit, needs: [a] }', {
    'clock-step': done,
    'memlock-limit': done,
  });
  expect(await plan(books)).toMatchObject({ isAlreadyDone: true, isComplete: true, packages: [] });
});

it('is blocked by one check, and with it all that stands on it', async () => {
  const blocked = {
    isBlocked: true,
    checks: [{ title: { en: 'Root' }, outcome: 'fail' as const, detail: { en: 'no sudo' } }],
  };
  const books = playbooksOn('  - { id: a, action: clock-step }\n  - { id: b, action: memlock-limit, needs: [a] }', {
    'clock-step': blocked,
  });
  const made = await plan(books);
  expect(made.isBlocked).toBe(true);
  expect(made.steps.map(({ state, reason }) => [state, reason?.en])).toEqual([
    ['blocked', 'no sudo'],
    ['blocked', 'It stands on what can’t be done: Set the clock right at once.'],
  ]);
  const script = books.exportPlan({ planId: made.id, format: 'script', language: 'en' });
  expect(script.text).toContain('exit 1');
  expect(script.text).not.toContain('sudo do');
});

it('leaves out what a condition says, and decides at its turn what only a step before can tell', async () => {
  const probes = 'probes: [os]';
  const steps = [
    '  - { id: out, action: clock-step, when: os.uptimeSeconds > 10.0 }',
    '  - { id: first, action: clock-step }',
    '  - { id: maybe, action: memlock-limit, needs: [first], when: "os.loadAverages[0] > 1.0" }',
    '  - { id: never, action: memlock-limit, when: "os.loadAverages[0] > 1.0" }',
  ];
  expect(await statesOf(playbooksOn(steps.join('\n'), {}, probes))).toEqual([
    'out left-out',
    'first ready',
    'maybe later',
    'never blocked',
  ]);
});

it('asks again at its turn what is so today and what it stands on may change', async () => {
  const steps = [
    '  - { id: first, action: clock-step }',
    '  - { id: gpus, action: memlock-limit, needs: [first], when: os.uptimeSeconds > 10.0 }',
    '  - { id: hardware, action: memlock-limit, needs: [first], fixed: true, when: os.uptimeSeconds > 10.0 }',
    '  - { id: asked, action: memlock-limit, needs: [first], when: parameters.wanted }',
    '  - { id: proof, action: node-reboot, needs: [first] }',
    '  - { id: beside, action: node-reboot }',
  ];
  const more = `probes: [os]
parameters:
  - { name: wanted, label: { en: Wanted, zh-CN: 词 }, kind: boolean, initial: false }`;
  const books = playbooksOn(steps.join('\n'), { 'node-reboot': { isAlreadyDone: true } }, more);
  const made = await plan(books, { wanted: false });
  expect(made.steps.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'first ready',
    'gpus later',
    'hardware left-out',
    'asked left-out',
    'proof later',
    'beside done',
  ]);
  await books.start({ plans: [{ planId: made.id, fingerprint: made.fingerprint }], batchSize: 1 });
  expect(started[0]?.nodes[0]?.steps.map(({ step }) => step?.id)).toEqual(['first', 'gpus', 'proof']);
  const done = await plan(playbooksOn(steps.join('\n'), { 'clock-step': { isAlreadyDone: true } }, more), {
    wanted: false,
  });
  expect(done.steps.slice(0, 2).map(({ state }) => state)).toEqual(['done', 'left-out']);
});

it('hands parameters on, leaves out those that are empty, and tells what an action does not take', async () => {
  const more = `parameters:
  - { name: pages, label: { en: Pages, zh-CN: 页 }, kind: integer, required: false }`;
  const steps = '  - { id: a, action: hugepages, with: { pages: parameters.pages } }';
  const books = playbooksOn(steps, {}, more);
  await plan(books, { pages: 12 });
  await plan(books);
  expect(asked.map(({ parameters }) => parameters)).toEqual([{ pages: 12 }, {}]);
  await expect(plan(books, { pages: 'many' })).rejects.toThrow(InvalidError);
  await expect(plan(books, { toString: 1 })).rejects.toThrow(InvalidError);
  expect(await statesOf(playbooksOn(steps, { hugepages: 'refused' }, more))).toEqual(['a blocked']);
});

it('refuses a system it does not know, and one that could not be read, without asking anything of it', async () => {
  const steps = '  - { id: a, action: clock-step }';
  const other = await plan(playbooksOn(steps, {}, '', { id: 'arch', versionId: null, prettyName: 'Arch Linux' }));
  expect(other).toMatchObject({ isBlocked: true, steps: [], isAlreadyDone: false });
  expect(other.refusal?.en).toContain('Arch Linux');
  const unread = await plan(playbooksOn(steps, {}, '', null));
  expect([unread.isBlocked, asked]).toEqual([true, []]);
});

it('every playbook of ours refuses systems that nobody tried, in both languages, with those it knows', async () => {
  const shipped = createPlaybookFiles(
    () => actionInfos,
    () => null,
  ).library();
  const others = [
    { id: 'ubuntu', versionId: '20.04', prettyName: 'Ubuntu 20.04.6 LTS' },
    { id: 'ubuntu', versionId: '25.04', prettyName: 'Ubuntu 25.04' },
    { id: 'debian', versionId: '11', prettyName: 'Debian GNU/Linux 11 (bullseye)' },
    { id: 'rocky', versionId: '8.10', prettyName: 'Rocky Linux 8.10 (Green Obsidian)' },
    { id: 'rhel', versionId: '10.0', prettyName: 'Red Hat Enterprise Linux 10.0 (Coughlan)' },
    { id: 'sles', versionId: '15.6', prettyName: 'SUSE Linux Enterprise Server 15 SP6' },
    { id: 'fedora', versionId: '42', prettyName: 'Fedora Linux 42' },
    { id: 'arch', versionId: null, prettyName: 'Arch Linux' },
  ];
  const needed: Readonly<Record<string, Record<string, unknown>>> = {
    'ceph-client': { monitors: '10.0.0.1', fsid: '2f0c1c7e-6a6b-4d0e-9d9a-2b8f3a1c5e77', user: 'models' },
    'mig-partitions': { gpus: '0', profiles: '3g.40gb' },
    'model-cache': { disk: 'nvme1n1' },
    'roce-host': { interface: 'ens1np0' },
    'serve-vllm': { model: '/srv/llm/tiny', image: 'vllm/vllm-openai:v0.11.0' },
  };
  expect(shipped.list().length).toBeGreaterThan(10);
  for (const os of others) {
    const books = playbooksOn('', {}, '', os, shipped);
    for (const { id: playbookId, platforms } of shipped.list()) {
      const { refusal, ...made } = await books.plan({ playbookId, hostId: 'n1', parameters: needed[playbookId] ?? {} });
      expect(made, playbookId).toMatchObject({ isBlocked: true, steps: [], isAlreadyDone: false });
      expect(refusal?.en).toContain(
        `${os.prettyName} is not among the systems of this playbook: ${platforms.join(', ')}`,
      );
      expect(refusal?.['zh-CN']).toContain(`此流程不支持 ${os.prettyName}，支持的系统：${platforms.join(', ')}`);
    }
    expect(asked).toEqual([]);
  }
});

it('exports the same commands, and ends a script where the next step can only be told later', async () => {
  const books = playbooksOn('  - { id: a, action: clock-step }\n  - { id: b, action: memlock-limit, needs: [a] }');
  const made = await plan(books);
  const script = books.exportPlan({ planId: made.id, format: 'script', language: 'en' });
  expect(script.fileName).toBe('book-gpu_1.sh');
  expect(script.text).toMatch(/set -eu[\s\S]*\nsudo do clock-step\n[\s\S]*\nexit 3\n$/);
  expect(script.text).not.toContain('do memlock-limit');
  const markdown = books.exportPlan({ planId: made.id, format: 'markdown', language: 'zh-CN' });
  expect(markdown.text).toContain('## b: ');
  expect(markdown.text).toContain('sudo do memlock-limit');
  expect(markdown.text).toContain('无需互联网即可执行');
  expect(() => books.exportPlan({ planId: 'gone', format: 'script', language: 'en' })).toThrow(NotFoundError);
});

it('the same node gives the same fingerprint, another state another one', async () => {
  const steps = '  - { id: a, action: clock-step }';
  const first = await plan(playbooksOn(steps));
  expect((await plan(playbooksOn(steps))).fingerprint).toBe(first.fingerprint);
  expect((await plan(playbooksOn(steps, { 'clock-step': { fingerprint: 'other' } }))).fingerprint).not.toBe(
    first.fingerprint,
  );
});

it('carries out what was confirmed, once: steps of today by their fingerprint, those of later by their parameters', async () => {
  const steps = [
    '  - { id: done, action: node-reboot }',
    '  - { id: a, action: clock-step }',
    '  - { id: b, action: hugepages, needs: [a], with: { pages: "7" } }',
  ];
  const books = playbooksOn(steps.join('\n'), { 'node-reboot': { isAlreadyDone: true } });
  const { id, fingerprint } = await plan(books);
  const start = (planId: string, print: string) =>
    books.start({ plans: [{ planId, fingerprint: print }], batchSize: 1 });
  await expect(start(id, 'other')).rejects.toThrow(ConflictError);
  await expect(start('gone', fingerprint)).rejects.toThrow(NotFoundError);
  const [, twice] = await Promise.allSettled([start(id, fingerprint), start(id, fingerprint)]);
  expect(twice).toMatchObject({ status: 'rejected', reason: { key: 'actions.planUsed' } });
  expect(started).toMatchObject([
    {
      playbook: { id: 'book' },
      nodes: [
        {
          hostId: 'n1',
          steps: [
            { step: { id: 'a', actionId: 'clock-step' }, fingerprint: 'print of clock-step' },
            { step: { id: 'b' }, parameters: { pages: 7 }, fingerprint: null },
          ],
        },
      ],
    },
  ]);
});

it('carries out nothing that is blocked, as wanted, twice on a node, or can not be told', async () => {
  const refused = async (books: ReturnType<typeof playbooksOn>, times = 1) => {
    const plans: { planId: string; fingerprint: string }[] = [];
    for (let time = 0; time < times; time += 1) {
      const { id, fingerprint } = await plan(books);
      plans.push({ planId: id, fingerprint });
    }
    await expect(books.start({ plans, batchSize: 1 })).rejects.toThrow(ConflictError);
    expect(started).toEqual([]);
  };
  const one = '  - { id: a, action: clock-step }';
  await refused(playbooksOn(one, { 'clock-step': { isBlocked: true } }));
  await refused(playbooksOn(one, { 'clock-step': { isAlreadyDone: true } }));
  await refused(playbooksOn(one), 2);
});

it('begins nothing on a node that its preflight finds unfit, and what nobody could tell only once that is accepted', async () => {
  const books = playbooksOn('  - { id: a, action: clock-step }');
  const { id: planId, fingerprint } = await plan(books);
  const start = (accepted: readonly PreflightCheckId[]) =>
    books.start({ plans: [{ planId, fingerprint }], batchSize: 1, accepted });
  const check = (id: PreflightCheckId, outcome: PreflightOutcome) => ({
    ...{ id, outcome, title: { en: id }, value: { en: '' }, reason: null, remedy: null, evidence: [] },
  });
  preflightChecks = [check('disk', 'fail'), check('memory', 'warn'), check('clock', 'unknown')];
  const failed = { key: 'playbooks.preflightFailed', params: { list: 'gpu 1: disk' } };
  await expect(start(['disk', 'clock'])).rejects.toMatchObject(failed);
  preflightChecks = [check('addresses', 'fail'), check('clock', 'unknown')];
  const open = { key: 'playbooks.preflightOpen', params: { list: 'gpu 1: clock' } };
  await expect(start(['addresses'])).rejects.toMatchObject(open);
  expect(started).toEqual([]);
  await start(['addresses', 'clock']);
  expect(started).toHaveLength(1);
});

it('decides at its turn, by the text that was confirmed, what only a step before can tell', async () => {
  const steps = [
    '  - { id: a, action: clock-step }',
    '  - { id: b, action: hugepages, needs: [a], when: "os.loadAverages[1] > 0.5", with: { pages: "os.loadAverages[0]" } }',
  ];
  const os: Record<string, unknown> = { id: 'debian', versionId: '12', prettyName: 'Debian 12', loadAverages: [] };
  const books = playbooksOn(steps.join('\n'), {}, 'probes: [os]', os);
  const made = await plan(books);
  expect(made.steps[1]).toMatchObject({ state: 'later', plan: null });
  expect(made.steps[1]?.reason?.en).toContain('Not known of this node: os.loadAverages.');
  await books.start({ plans: [{ planId: made.id, fingerprint: made.fingerprint }], batchSize: 1 });
  const undecided = started[0]?.nodes[0]?.steps[1]?.undecided;
  const turn = (changed = {}) => {
    const confirmed = { sha256: '', given: {}, ...undecided, ...changed };
    return decide(
      { playbookId: 'book', hostId: 'n1', id: 'b', ...confirmed },
      { signal: new AbortController().signal },
    );
  };
  expect(await turn()).toMatchObject({ state: 'untold' });
  os.loadAverages = [4, 0.1];
  expect(await turn()).toEqual({ state: 'left-out' });
  os.loadAverages = [4, 1];
  expect(await turn()).toEqual({ state: 'to-do', parameters: { pages: 4 } });
  expect(await turn({ sha256: 'of another text' })).toEqual({ state: 'changed' });
});

const requiring = (pass: string) => `probes: [os]
requires:
  - { id: up, title: { en: Up, zh-CN: 词 }, pass: "${pass}", failed: { en: "up {{ os.uptimeSeconds }} s", zh-CN: 词 } }`;

it('refuses a node that does not have what it requires, with the reason; what can not be told is not there', async () => {
  const step = '  - { id: a, action: clock-step }';
  const refused = await plan(playbooksOn(step, {}, requiring('os.uptimeSeconds > 10.0')));
  expect(refused).toMatchObject({ isBlocked: true, steps: [], requirements: [{ id: 'up', outcome: 'fail' }] });
  expect(refused.refusal?.en).toBe('Up: up 5 s');
  const unknown = await plan(playbooksOn(step, {}, requiring('os.loadAverages[0] > 1.0')));
  expect(unknown).toMatchObject({ isBlocked: true, requirements: [{ outcome: 'unknown' }] });
  // In words and with the command, not as CEL.
  expect(unknown.refusal?.en).toBe(
    'Up: It can’t be told, so nothing is planned. Not known of this node: os.loadAverages. To see why: gantry probe run NODE os',
  );
  expect(await plan(playbooksOn(step, {}, requiring('os.uptimeSeconds > 1.0')))).toMatchObject({
    isBlocked: false,
    requirements: [{ outcome: 'pass', detail: null }],
  });
});

it('the exported script writes the same files, runs the same commands, and stops at the first that fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'script-'));
  const path = join(folder, "it's $HOME.conf");
  const after = "a = '$(date)' `id`\n%s \\n\n";
  const common = { title: { en: 'It' }, privilege: 'user' as const };
  const line = (id: string, commandLine: string, script?: string): PlannedStep => {
    const base = { kind: 'command' as const, id, ...common, argv: [], commandLine, onlyIf: null };
    return script === undefined ? base : { ...base, script };
  };
  const file = {
    kind: 'file' as const,
    id: 'file',
    ...common,
    path,
    before: null,
    after,
    diff: '+a',
  } satisfies PlannedStep;
  const books = playbooksOn('  - { id: a, action: clock-step }\n  - { id: b, action: memlock-limit }', {
    'clock-step': { steps: [file, line('one', 'echo one'), line('two', 'exit 9', 'echo two')] },
    'memlock-limit': { steps: [line('three', 'false'), line('four', 'echo four')] },
  });
  const { id } = await plan(books);
  const { text } = books.exportPlan({ planId: id, format: 'script', language: 'en' });
  const shell = (input: string) => spawnSync('sh', { input, encoding: 'utf8' });
  const system = join(folder, 'os-release');
  const here = text.replace('/etc/os-release', system);
  writeFileSync(system, 'ID=debian\nVERSION_ID="13"\n');
  const other = shell(here);
  expect([other.status, other.stdout, other.stderr]).toEqual([1, '', expect.stringContaining('debian-12')]);
  writeFileSync(system, 'ID=debian\nVERSION_ID="12"\n');
  const ran = shell(here);
  expect([ran.status, ran.stdout.replace(after, '')]).toEqual([1, 'one\ntwo\n']);
  expect(readFileSync(path, 'utf8')).toBe(after);
  rmSync(folder, { recursive: true });
});
