import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import { type Sshd, sshdMissing, startSshd } from './hosts/testing/sshd';
import { createTestUser, type TestUser, testUserMissing } from './hosts/testing/test-user';
import { type CopiedRoot, copiedRoot } from './testing/copied-root';
import { addHost, EngineBench } from './testing/engine-bench';

/** sudo as Debian 12 has it. */
const debs = '/var/cache/gantry-test-packages-2';
const deb = existsSync(debs) ? readdirSync(debs).find((name) => name.startsWith('sudo_')) : undefined;
const user: TestUser | null = deb && sshdMissing === null && testUserMissing === null ? createTestUser() : null;
// After the account was made: both know it.
const root: CopiedRoot | null = user ? copiedRoot() : null;
const missing =
  root === null
    ? (testUserMissing ?? sshdMissing ?? (deb ? 'nothing may be mounted here' : `no package of sudo in ${debs}`))
    : null;
afterAll(() => {
  root?.release();
  user?.remove();
});

const action = `
id: our-limits
title: { en: Set our limit }
description: { en: Changes one setting and leaves a mark. }
risk: R1
drain: none
parameters: []
reads:
  - { name: files, argv: [ls, /etc/our] }
steps:
  - { kind: file, id: first, title: { en: First }, path: /etc/our/first, content: "1" }
  - { kind: command, id: gate, title: { en: Wait }, argv: [cat, /srv/gate], timeoutSeconds: 120 }
  - { kind: file, id: last, title: { en: Last }, path: /etc/our/last, content: "2" }
verify:
  text: { en: Both files must be there. }
  pass: read.files.contains("first") && read.files.contains("last")
  passed: { en: They are. }
  failed: { en: They are not. }
undo:
  text: { en: Both files go. }
  steps:
    - { kind: restore, id: last, of: last, title: { en: Last } }
    - { kind: restore, id: first, of: first, title: { en: First } }
  pass: '!read.files.contains("first") && !read.files.contains("last")'
  passed: { en: They are gone. }
  failed: { en: They are not. }
`;

describe.skipIf(missing !== null)(`sudo of a Debian that asks for a password${missing ? ` (${missing})` : ''}`, () => {
  const { folder, changes, run } = root as CopiedRoot;
  const { name, password } = user as TestUser;
  const bench = new EngineBench();
  let server: Sshd;
  let client: EngineClient;
  let hostId: string;
  const gate = join(folder ?? '', 'srv/gate');
  const lock = join(folder ?? '', 'run/lock/gantry');
  const rule = (commands: string) =>
    writeFileSync(join(folder, 'etc/sudoers.d/ours'), `${name} ALL=(root) ${commands}\n`, { mode: 0o440 });

  beforeAll(async () => {
    run('dpkg', '--install', join(debs, deb ?? ''));
    rule('ALL');
    writeFileSync(join(folder, 'etc/hosts'), `127.0.0.1 localhost ${hostname()}\n`);
    for (const path of ['etc/our', 'run/lock']) mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, 'etc/our/theirs'), '');
    run('chmod', '1777', '/run/lock');
    run('mkfifo', '/srv/gate');
    server = await startSshd({ user: name, config: [`ChrootDirectory ${folder}`] });
    ({ client } = await bench.start({ lockPath: '/run/lock/gantry' }));
    const knownHostsFile = join(bench.dataDir, 'known_hosts');
    writeFileSync(knownHostsFile, `${server.knownHostsLine()}\n`);
    const own = join(bench.dataDir, 'own');
    mkdirSync(own);
    writeFileSync(join(own, 'our-limits.yaml'), action);
    await client.system.updateSettings({ fixesFolder: own });
    const { port, keyFile } = server;
    hostId = await addHost(client, { port, user: name, identityFiles: [keyFile], knownHostsFile });
  });
  afterAll(async () => {
    await bench.close();
    await server?.stop();
  });

  const plan = () => client.actions.plan({ actionId: 'our-limits', hostId, parameters: {} });
  const apply = async ({ id, fingerprint }: ActionPlan) => (await client.actions.apply({ planId: id, fingerprint })).id;
  async function settled(runId: string): Promise<ActionRun> {
    let last: ActionRun | null = null;
    for await (const one of await client.actions.watch({ runId })) last = one;
    return last as unknown as ActionRun;
  }
  const undone = async (runId: string) => settled((await client.actions.undo({ runId })).id);
  const said = ({ checks }: ActionPlan) => checks.map(({ outcome, detail }) => `[${outcome}] ${detail.en}`).join('\n');
  const give = (words: string) => client.hosts.giveSudoPassword({ hostId, password: words });
  const status = async () => {
    const [host] = await client.hosts.list();
    const { hasSudoPassword = false, isSudoDenied = false } = host?.status ?? {};
    return { hasSudoPassword, isSudoDenied };
  };
  /** Command lines and environments of all that runs here, which is all that runs on the node as well. */
  const processes = () =>
    readdirSync('/proc').flatMap((pid) => {
      if (!/^\d+$/.test(pid)) return [];
      try {
        return ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1'));
      } catch {
        return [];
      }
    });
  const isWaiting = () => processes().some((words) => words.startsWith('cat\0/srv/gate\0'));
  const openGate = () => closeSync(openSync(gate, constants.O_WRONLY | constants.O_NONBLOCK));
  const files = () => readdirSync(join(folder, 'etc/our')).sort();
  /** Files of the node and of the workstation, all that was written since the account was there. */
  const filesWith = (words: string) =>
    spawnSync('grep', ['-rlFD', 'skip', '-f', '-', changes, bench.dataDir], { input: words, encoding: 'utf8' }).stdout;
  it('refuses without it, with a wrong one and to whom sudoers does not name, and is told why', async () => {
    const without = await plan();
    expect(without.isBlocked).toBe(true);
    expect(said(without)).toContain(`${name} ALL=(root) NOPASSWD:`);
    expect(await status()).toEqual({ hasSudoPassword: false, isSudoDenied: true });
    expect(await give(`${password}!`)).toMatchObject({ answer: 'wrong' });
    rmSync(join(folder, 'etc/sudoers.d/ours'));
    expect(await give(password)).toMatchObject({ answer: 'not-allowed' });
    rule('ALL');
    expect(await status()).toEqual({ hasSudoPassword: false, isSudoDenied: true });
    expect((await plan()).isBlocked).toBe(true);
  });

  it('takes it for a step that goes on when the connection is cut, for its undo, and for a lock that root left', async () => {
    symlinkSync('somebody else', lock);
    const found = await client.actions.lock({ hostId });
    const token = found?.token ?? '';
    await expect(client.actions.takeOverLock({ hostId, token })).rejects.toMatchObject({
      data: { message: { key: 'actions.lockStays' } },
    });
    expect(await give(password)).toEqual({ answer: 'right', words: '' });
    expect(await status()).toEqual({ hasSudoPassword: true, isSudoDenied: false });
    expect(await client.actions.takeOverLock({ hostId, token })).toMatchObject({ operator: 'somebody else' });

    const first = await apply(await plan());
    await vi.waitFor(() => expect(isWaiting()).toBe(true), 30_000);
    expect(processes().filter((words) => words.includes(password))).toEqual([]);
    await server.kill();
    expect(await settled(first)).toMatchObject({ state: 'interrupted' });
    await server.restart();
    const asking = client.actions.recheck({ runId: first });
    openGate();
    expect(await asking).toMatchObject({ state: 'failed', error: { key: 'actions.partlyApplied' }, canUndo: true });
    expect(files()).toEqual(['first', 'theirs']);
    expect(await undone(first)).toMatchObject({ state: 'undone' });
    expect(files()).toEqual(['theirs']);
  });

  it('is forgotten when asked to: what was done is undone once it is given again, and it was written down nowhere', async () => {
    const runId = await apply(await plan());
    await vi.waitFor(openGate, 30_000);
    expect(await settled(runId)).toMatchObject({ state: 'verified' });
    await client.hosts.forgetSudoPassword({ hostId });
    expect(await status()).toEqual({ hasSudoPassword: false, isSudoDenied: true });
    expect(await undone(runId)).toMatchObject({ state: 'failed', canUndo: true });
    expect(files()).toEqual(['first', 'last', 'theirs']);
    await give(password);
    expect(await undone(runId)).toMatchObject({ state: 'undone' });
    expect(files()).toEqual(['theirs']);
    expect(filesWith(name)).toContain(bench.dataDir);
    expect(filesWith(name)).toContain(changes);
    expect(filesWith(password)).toBe('');
  });
});
