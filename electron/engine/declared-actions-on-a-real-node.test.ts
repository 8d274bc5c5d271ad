import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import { type Sshd, sshdMissing, startSshd } from './hosts/testing/sshd';
import { bundleBusyEngine } from './testing/busy-engine-process';
import { type CopiedRoot, copiedRoot, onlyPackagesOf } from './testing/copied-root';
import { addHost, EngineBench } from './testing/engine-bench';
import { startBusyEngine } from './testing/start-busy-engine';

const root: CopiedRoot | null =
  sshdMissing === null && existsSync('/var/lib/dpkg/status') && process.getuid?.() === 0 ? copiedRoot() : null;
afterAll(() => root?.release());

const packages = '/srv/gantry-packages';
const name = 'nvidia-container-toolkit';

/** A package of one program; dpkg-deb makes it as it makes any other. */
function makePackage(one: { name: string; version: string; program: string; afterInstall?: string }): string {
  const { folder, run } = root as CopiedRoot;
  const at = `${packages}/${one.name}_${one.version}`;
  const write = (file: string, text: string, mode: number) => {
    mkdirSync(join(folder, at, file, '..'), { recursive: true });
    writeFileSync(join(folder, at, file), text, { mode });
  };
  const control = `Package: ${one.name}\nVersion: ${one.version}\nArchitecture: all\nMaintainer: test <test@example.org>\nDescription: of a test\n`;
  write('DEBIAN/control', control, 0o644);
  if (one.afterInstall) write('DEBIAN/postinst', `#!/bin/sh\n${one.afterInstall}\n`, 0o755);
  write('usr/bin/nvidia-ctk', `#!/bin/sh\n${one.program}\n`, 0o755);
  run('dpkg-deb', '--build', '--root-owner-group', at, `${at}.deb`);
  const bytes = readFileSync(join(folder, `${at}.deb`));
  const sum = createHash('sha256').update(bytes).digest('hex');
  return `${control}Filename: ./${one.name}_${one.version}.deb\nSize: ${bytes.length}\nSHA256: ${sum}\n\n`;
}

const toolkit = (version: string) =>
  makePackage({ name, version, program: `echo "NVIDIA Container Toolkit CLI version ${version.split('-')[0]}"` });

const ownAction = `
id: our-limits
title: { en: Set our limit }
description: { en: Changes one setting and leaves a mark. }
risk: R1
drain: none
parameters:
  - { name: level, label: { en: Level }, kind: text, pattern: "[0-9]{1,4}" }
reads:
  - { name: settings, argv: [cat, /etc/our/service.yaml], root: true }
  - { name: files, argv: [ls, /etc/our], root: true }
let:
  - { name: before, value: read.settings }
steps:
  - { kind: edit, id: edit, title: { en: Set it }, path: /etc/our/service.yaml, format: yaml, key: max-num-seqs, value: "{{ parameters.level }}" }
  - { kind: command, id: gate, title: { en: Wait }, argv: [cat, /srv/gate], timeoutSeconds: 120 }
  - { kind: file, id: mark, title: { en: Mark }, path: /etc/our/mark, content: "level {{ parameters.level }}" }
verify:
  text: { en: The mark must be there. }
  pass: read.files.contains("mark")
  passed: { en: It is. }
  failed: { en: It is not. }
undo:
  text: { en: Both files become what they were. }
  steps:
    - { kind: restore, id: mark, of: mark, title: { en: Mark } }
    - { kind: restore, id: edit, of: edit, title: { en: Settings } }
  pass: read.settings == before && !read.files.contains("mark")
  passed: { en: They are. }
  failed: { en: They are not. }
`;

/** What a terminal, a shell, printf, a heredoc or a line reader would stumble over. */
const hostile =
  '# $(touch /srv/pwned) `touch /srv/pwned` \u001b]0;x\u0007 \\0101 %s%n\r\n!\nEOF\n\'"; touch /srv/pwned #: 1\n\tindented\n显存: 无\nmax-num-seqs: 8   # ours\nlast: a line without an end';

describe.skipIf(root === null)('declared actions on a Debian with a real sshd', () => {
  const { folder, run } = root as CopiedRoot;
  const bench = new EngineBench();
  let server: Sshd;
  let client: EngineClient;
  let close: () => Promise<void>;
  let hostId: string;
  const settings = join(folder, 'etc/our/service.yaml');
  const gate = join(folder, 'srv/gate');

  beforeAll(async () => {
    mkdirSync(join(folder, packages), { recursive: true });
    const listed = [
      toolkit('1.16.2-1'),
      makePackage({ name, version: '1.17.4-1', program: 'echo broken; exit 1' }),
    ].join('');
    writeFileSync(join(folder, packages, 'Packages'), listed);
    onlyPackagesOf(root as CopiedRoot, packages);
    mkdirSync(join(folder, 'etc/our'), { recursive: true });
    writeFileSync(settings, hostile);
    chmodSync(settings, 0o640);
    chownSync(settings, 12, 34);
    run('mkfifo', '/srv/gate');
    server = await startSshd({ config: [`ChrootDirectory ${folder}`] });
    const started = await bench.start();
    ({ client } = started);
    close = started.engine.close;
    const knownHostsFile = join(bench.dataDir, 'known_hosts');
    writeFileSync(knownHostsFile, `${server.knownHostsLine()}\n`);
    const own = join(bench.dataDir, 'own');
    mkdirSync(own);
    writeFileSync(join(own, 'our-limits.yaml'), ownAction);
    writeFileSync(join(own, 'taken.yaml'), ownAction.replace('our-limits', 'clock-step'));
    await client.system.updateSettings({ fixesFolder: own });
    hostId = await addHost(client, {
      port: server.port,
      user: 'root',
      identityFiles: [server.keyFile],
      knownHostsFile,
    });
  });
  afterAll(async () => {
    await bench.close();
    await server?.stop();
  });

  const planOf = (actionId: string, parameters: Record<string, unknown>) =>
    client.actions.plan({ actionId, hostId, parameters });
  const apply = async (plan: ActionPlan) =>
    (await client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint })).id;
  async function settled(runId: string): Promise<ActionRun> {
    let last: ActionRun | null = null;
    for await (const one of await client.actions.watch({ runId })) last = one;
    return last as unknown as ActionRun;
  }
  const undone = async (runId: string) => settled((await client.actions.undo({ runId })).id);
  const said = (plan: ActionPlan) => plan.checks.map(({ outcome, detail }) => `[${outcome}] ${detail.en}`).join('\n');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const installed = () => run('dpkg-query', '-W', '-f', '${binary:Package} ${Version} ${db:Status-Abbrev}\n');
  const states = ({ state, steps }: ActionRun) => [state, ...steps.map((step) => step.state)];
  const onNode = (words: string) =>
    readdirSync('/proc').some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(words);
      } catch {
        return false;
      }
    });
  /** A writer that comes and goes: whoever reads there ends well. */
  const openGate = () => closeSync(openSync(gate, constants.O_WRONLY | constants.O_NONBLOCK));
  const original = Buffer.from(hostile);
  function expectUntouched(): void {
    const { mode, uid, gid } = statSync(settings);
    expect([mode & 0o7777, uid, gid]).toEqual([0o640, 12, 34]);
    expect(readFileSync(settings).equals(original)).toBe(true);
    expect(readdirSync(join(folder, 'etc/our'))).toEqual(['service.yaml']);
    expect(existsSync(join(folder, 'srv/pwned'))).toBe(false);
  }

  it('install a package once its lock is free, say so when the program does not run, and go back to the same list', async () => {
    makePackage({
      name: 'slow',
      version: '1',
      program: '',
      afterInstall: 'while [ ! -e /srv/done ]; do sleep 0.1; done',
    });
    const slow = spawn('chroot', [folder, 'dpkg', '-i', '--force-overwrite', `${packages}/slow_1.deb`], {
      stdio: 'ignore',
    });
    bench.onClose(() => slow.kill());
    await vi.waitFor(() => expect(onNode('slow.postinst') || onNode('slow_1.deb')).toBe(true), 30_000);
    const ended = once(slow, 'close');
    const plan = await vi.waitFor(async () => {
      const made = await planOf('container-toolkit-install', { version: '1.16.2-1' });
      expect(said(made)).toMatch(/\[warn\] In use just now, and waited for up to 10 minutes:\n *\d+ .*dpkg -i/);
      return made;
    }, 60_000);
    expect([plan.isBlocked, said(plan)]).toEqual([
      false,
      expect.stringMatching(/nvidia-container-toolkit - → 1\.16\.2-1\nDownload \d+ B, disk /),
    ]);
    const first = await apply(plan);
    await vi.waitFor(() => expect(onNode('nvidia-container-toolkit=1.16.2-1')).toBe(true), 60_000);
    writeFileSync(join(folder, 'srv/done'), '');
    await ended;
    run('dpkg', '--purge', 'slow');
    const before = installed();
    expect(await settled(first)).toMatchObject({ state: 'verified', canUndo: true });
    const withFirst = installed();
    expect(withFirst).toContain('nvidia-container-toolkit 1.16.2-1 ii');

    const newer = await planOf('container-toolkit-install', {});
    expect(newer.values).toMatchObject([{ current: { en: '1.16.2-1' }, wanted: { en: '1.17.4-1' } }]);
    const second = await settled(await apply(newer));
    expect(second).toMatchObject({ state: 'verify-failed', canUndo: true });
    expect(await undone(second.id)).toMatchObject({ state: 'undone' });
    expect(installed()).toBe(withFirst);
    expect(await undone(first)).toMatchObject({ state: 'undone' });
    expect(installed()).toBe(before);
  });

  it('change one line of a file, whatever else is in it, and put back every byte with mode and owner', async () => {
    const { problems, fixes } = await client.fixes.list();
    expect(problems).toMatchObject([{ file: expect.stringMatching(/taken\.yaml$/), line: 2 }]);
    expect(fixes.find(({ id }) => id === 'our-limits')?.ownFile).toMatch(/our-limits\.yaml$/);
    const plan = await planOf('our-limits', { level: '64' });
    expect(said(plan)).toMatch(/own\/our-limits\.yaml, SHA-256 [0-9a-f]{64}/);
    const runId = await apply(plan);
    await vi.waitFor(openGate, 30_000);
    expect(await settled(runId)).toMatchObject({ state: 'verified' });
    expect(readFileSync(settings, 'utf8')).toBe(hostile.replace('max-num-seqs: 8 ', 'max-num-seqs: 64 '));
    expect([statSync(settings).mode & 0o7777, statSync(settings).uid]).toEqual([0o640, 12]);
    expect(await undone(runId)).toMatchObject({ state: 'undone' });
    expectUntouched();
  });

  it('are never taken for done when the connection goes between two steps; the node says how far they came', async () => {
    const runId = await apply(await planOf('our-limits', { level: '7' }));
    await vi.waitFor(() => expect(onNode('cat /srv/gate')).toBe(true), 30_000);
    await server.kill();
    expect(states(await settled(runId))).toEqual(['interrupted', 'done', 'unknown', 'pending']);
    await server.restart();
    // What was under way goes on without us; whoever asks waits for its end.
    const asking = client.actions.recheck({ runId });
    openGate();
    const asked = await asking;
    expect(asked).toMatchObject({ state: 'failed', error: { key: 'actions.partlyApplied' }, canUndo: true });
    expect(await undone(runId)).toMatchObject({ state: 'undone' });
    expectUntouched();
  });

  it('nor when the engine is killed', async () => {
    await close();
    const entry = new URL('./testing/acting-engine.ts', import.meta.url);
    const bundle = await bundleBusyEngine(join(bench.dataDir, 'bundle'), entry);
    const engine = startBusyEngine(bundle, bench.dataDir);
    bench.onClose(() => engine.kill('SIGKILL'));
    let printed = '';
    engine.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    await vi.waitFor(() => expect(printed).toMatch(/^applying done running pending$/m), 60_000);
    const ended = once(engine, 'close');
    engine.kill('SIGKILL');
    await ended;
    ({ client } = await bench.start());
    const [left] = await client.actions.runs({ hostId });
    expect([left && states(left), left?.error]).toEqual([
      ['interrupted', 'done', 'unknown', 'pending'],
      { key: 'actions.engineStopped' },
    ]);
    const runId = left?.id ?? '';
    expect(await client.actions.recheck({ runId })).toMatchObject({ state: 'failed', canUndo: true });
    expect(await undone(runId)).toMatchObject({ state: 'undone' });
    expectUntouched();
  });
});
