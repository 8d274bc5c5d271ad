import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeId } from '#shared/domain/facts/index';
import { probeById } from '../../probes/all';
import { copiedRoot, onlyPackagesOf } from '../../testing/copied-root';
import { filesBelow, makeDeb } from '../../testing/tiny-packages';
import type { Action, ApplyContext, Prepared, StepResult } from '../action';
import { isBlocked } from '../runs/plan-book';
import { compileFix } from './compile-fix';
import { declaredAction } from './declared-action';
import { declaredActions, expressionSpace } from './fix-library';

/**
 * Setup actions on a real Debian: apt, dpkg, curl, tar and files are real. Not real are systemd and the kernel: systemctl writes down
 * what it is told, sysctl keeps its values in files, chronyc tells what a server of the site would make of it. With
 * GANTRY_TEST_MIRROR=1 packages come from the machine's own Debian mirror.
 */
const isMirror = process.env.GANTRY_TEST_MIRROR === '1';
const root = existsSync('/var/lib/dpkg/status') && process.getuid?.() === 0 ? copiedRoot() : null;
const packages = '/srv/gantry-packages';
const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: '/root', DEBIAN_FRONTEND: 'noninteractive' };
const key = 'gantry-test-key';

async function listening(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe.skipIf(root === null)('setup actions on a real Debian', () => {
  const copied = root as NonNullable<typeof root>;
  const { folder } = copied ?? {};
  const at = (path: string) => join(folder, path);
  let server: Server;
  let exporter: Server;
  let port: number;
  let fingerprint: string;

  const run: ApplyContext['run'] = ({ argv, privilege }, { stdin } = {}) =>
    new Promise((resolve) => {
      const child = spawn('chroot', [folder, ...argv], { env });
      const [out, err]: [Buffer[], Buffer[]] = [[], []];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.stdin.on('error', () => {});
      child.stdin.end(stdin ?? '');
      child.on('close', (exitCode) => {
        const stdoutBytes = Buffer.concat(out);
        const state = exitCode === 127 ? 'missing-tool' : 'exited';
        const output = { stdout: stdoutBytes.toString(), stderr: Buffer.concat(err).toString() };
        resolve({ state, exitCode, ...output, stdoutBytes, evidenceId: privilege ?? 'user' });
      });
    });
  const steps: { id: string; result: StepResult }[] = [];
  const context: ApplyContext = {
    hostId: 'h',
    hostKind: 'ssh',
    signal: new AbortController().signal,
    nowMs: () => 0,
    run,
    probe: async () => null,
    async facts(ids) {
      const facts: Record<string, unknown> = {};
      for (const id of ids) {
        const probe = probeById(id as ProbeId);
        if (!probe) continue;
        const outputs: Parameters<typeof probe.parse>[0] = {};
        for (const command of probe.commands) {
          const { state, exitCode, stdout, stderr } = await run(command);
          Object.assign(outputs, { [command.id]: { state, exitCode, stdout, stderr, isTruncated: false } });
        }
        const parsed = probe.parse(outputs);
        if (parsed.state === 'ok') facts[id] = parsed.facts;
      }
      return facts;
    },
    wait: async () => {},
    async step(id, work) {
      const result = await work();
      steps.push({ id, result });
      if (result.state !== 'done') throw new Error(`${id}: ${result.detail?.en}`);
      return result;
    },
  };
  const actionOf = (id: string) => declaredActions.find((one) => one.id === id) as Action;
  const planOf = (id: string, parameters: Record<string, unknown>, action = actionOf(id)) =>
    action.prepare(context, action.parametersSchema.parse(parameters));
  const said = ({ checks }: Prepared<unknown>) =>
    checks.map(({ outcome, detail }) => `[${outcome}] ${detail.en}`).join('\n');
  const state = () => ({
    status: readFileSync(at('var/lib/dpkg/status'), 'utf8').replace(/^Config-Version:.*\n/gm, ''),
    marks: existsSync(at('var/lib/apt/extended_states')) ? readFileSync(at('var/lib/apt/extended_states'), 'utf8') : '',
    files: filesBelow(at('etc')),
    kernel: filesBelow(at('srv/sysctl')),
    kept: existsSync(at('var/lib/gantry')),
  });
  const script = (path: string, text: string) => {
    writeFileSync(at(path), `#!/bin/sh\n${text}\n`);
    chmodSync(at(path), 0o755);
  };
  const own = (step: string) => {
    const text = `id: own\ntitle: { en: Own }\ndescription: { en: Own. }\nrisk: R1\ndrain: none\nprobes: [packages]\nsteps:\n  - ${step}\nverify: { text: { en: x }, pass: "true", passed: { en: x }, failed: { en: x } }\nundo:\n  text: { en: x }\n  steps: [{ kind: restore, id: back, of: get, title: { en: Back } }]\n  pass: "true"\n  passed: { en: x }\n  failed: { en: x }\n`;
    const { fix, problems } = compileFix('own.yaml', text, expressionSpace(), { isBuiltIn: false });
    if (!fix) throw new Error(problems.map(({ message }) => message).join('\n'));
    return declaredAction(
      'own',
      () => fix.definition,
      () => fix,
    );
  };

  beforeAll(async () => {
    mkdirSync(at('srv/sysctl'), { recursive: true });
    writeFileSync(at('srv/sysctl/vm.swappiness'), '60\n');
    script('usr/bin/systemctl', 'echo "$*" >> /srv/systemctl.log; [ "$1" != is-active ] || echo inactive');
    script(
      'usr/sbin/sysctl',
      `case $1 in
-n) cat /srv/sysctl/$2 ;;
-w) shift; for one; do echo "\${one#*=}" > "/srv/sysctl/\${one%%=*}"; done ;;
-p) sed -n 's/^\\([a-z][a-z0-9_.]*\\) = \\(.*\\)$/\\1 \\2/p' "$2" | while read -r k v; do echo "$v" > "/srv/sysctl/$k"; done ;;
esac`,
    );
    // What a Debian node does not have, and every plan would start.
    copied.run('rm', '-f', '/usr/bin/dnf', '/usr/bin/rpm');
    copied.run('mkdir', '-p', '/etc/docker', '/etc/security/limits.d', '/etc/sysctl.d');
    writeFileSync(at('etc/docker/daemon.json'), '{"data-root": "/big", "log-opts": {"labels": "a"}}');
    const deb = (one: Parameters<typeof makeDeb>[2]) => makeDeb(copied, packages, one);
    const chronyc = `test -e /etc/chrony/sources.d/gantry.sources && echo 'C0A80001,ntp1.site,3,1732300000.0,0.0001,0,0,0,0,0,0,0,64,Normal' || echo '7F7F0101,,0,0,0,0,0,0,0,0,0,0,0,Not synchronised'`;
    const listed = [
      deb({ name: 'systemd-timesyncd', version: '300-1', configuration: 'NTP=a\n' }),
      deb({
        name: 'chrony',
        version: '300-1',
        conflicts: 'systemd-timesyncd',
        configuration: 'pool x\n',
        program: { name: 'chronyc', text: chronyc },
      }),
      deb({ name: 'prometheus-node-exporter', version: '300-1', configuration: 'a\n' }),
      deb({ name: 'docker.io', version: '20.10.24' }),
    ];
    const newer = deb({
      name: 'docker.io',
      version: '28.2.2',
      program: { name: 'docker', text: `[ "$1" != info ] || echo '{"ServerVersion":"28.2.2"}'` },
    });
    copied.run('sh', '-c', 'dpkg --purge --force-all chrony systemd-timesyncd prometheus-node-exporter docker.io || :');
    writeFileSync(at(`${packages}/Packages`), listed.join(''));
    if (isMirror) copied.run('apt-get', 'update', '-q');
    else onlyPackagesOf(copied, packages);
    copied.run('apt-get', '-y', '--allow-unauthenticated', 'install', 'systemd-timesyncd');
    writeFileSync(at('srv/newer'), newer);
    if (isMirror) script('usr/bin/chronyc', chronyc);
    const home = at('srv/keys');
    mkdirSync(home, { mode: 0o700 });
    const gpg = (...argv: string[]) => execFileSync('gpg', ['--homedir', home, '--batch', ...argv], { stdio: 'pipe' });
    gpg('--passphrase', '', '--quick-generate-key', key, 'ed25519', 'sign', 'never');
    const armored = gpg('--export', '--armor');
    fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--with-colons', '--list-keys').toString())?.[1] ?? '';
    server = createServer((request, response) => {
      const body = request.url === '/key' ? armored : null;
      response.writeHead(body === null ? 404 : 200).end(request.method === 'HEAD' ? undefined : (body ?? 'no'));
    });
    port = await listening(server, 0);
    exporter = createServer((_, response) => response.end('node_uname_info{} 1\n'));
  });
  afterAll(() => {
    server?.close();
    exporter?.close();
    root?.release();
  });

  it('bring a node to its base, find nothing to do the second time, and go back to the byte', async () => {
    const before = state();
    const taken = await planOf('node-exporter-install', { address: '127.0.0.1', port });
    expect([isBlocked(taken as never), said(taken)]).toEqual([
      true,
      expect.stringContaining('is taken by another program'),
    ]);
    // Free while it is planned; the exporter that would listen there is started by the test, not by systemd.
    const free = await listening(exporter, 0);
    await new Promise((resolve) => exporter.close(resolve));
    const wanted: [string, Record<string, unknown>][] = [
      ['time-sync', { servers: 'ntp1.site ntp2.site' }],
      ['package-hold', { packages: 'chrony' }],
      ['memlock-limit', {}],
      ['sysctl-settings', {}],
      ['node-exporter-install', { address: '127.0.0.1', port: free }],
    ];
    const done: { action: Action; saved: unknown }[] = [];
    for (const [id, parameters] of wanted) {
      const plan = await planOf(id, parameters);
      expect([id, isBlocked(plan as never), said(plan)]).toEqual([id, false, expect.not.stringMatching(/\[fail\]/)]);
      await actionOf(id).apply(context, plan.state, plan.steps);
      if (id === 'node-exporter-install') await listening(exporter, free);
      expect([id, (await actionOf(id).verify(context, plan.state)).outcome]).toEqual([id, 'pass']);
      done.unshift({ action: actionOf(id), saved: plan.state });
    }
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
    expect(copied.run('dpkg-query', '-W', '-f=${db:Status-Abbrev}', 'systemd-timesyncd')).toBe('rc ');
    expect(readFileSync(at('srv/systemctl.log'), 'utf8')).toContain('restart chrony.service');
    const again = await Promise.all(
      wanted.map(async ([id, parameters]) => [id, (await planOf(id, parameters)).isAlreadyDone]),
    );
    expect(again).toEqual(wanted.map(([id]) => [id, true]));
    for (const { action, saved } of done) {
      expect([action.id, await action.undo?.(context, saved)]).toEqual([
        action.id,
        expect.objectContaining({ outcome: 'pass' }),
      ]);
    }
    expect(state()).toEqual(before);
  });

  it('refuse a Docker that is too old, and merge the settings of one that is not', async () => {
    const old = await planOf('docker-distribution', {});
    expect([isBlocked(old as never), said(old)]).toEqual([
      true,
      expect.stringMatching(/20\.10.* is older than 24.*docker-ce/),
    ]);
    if (isMirror) return;
    writeFileSync(at(`${packages}/Packages`), readFileSync(at('srv/newer')), { flag: 'a' });
    copied.run('apt-get', 'update', '-q');
    const before = state();
    const plan = await planOf('docker-distribution', {});
    await actionOf('docker-distribution').apply(context, plan.state, plan.steps);
    expect(await actionOf('docker-distribution').verify(context, plan.state)).toMatchObject({ outcome: 'pass' });
    expect(JSON.parse(readFileSync(at('etc/docker/daemon.json'), 'utf8'))).toEqual({
      'data-root': '/big',
      'log-driver': 'json-file',
      'log-opts': { labels: 'a', 'max-size': '50m', 'max-file': '3' },
      'live-restore': true,
    });
    expect((await planOf('docker-distribution', {})).isAlreadyDone).toBe(true);
    expect(await actionOf('docker-distribution').undo?.(context, plan.state)).toMatchObject({ outcome: 'pass' });
    expect(state()).toEqual(before);
  });

  it('give a downloaded key its name only when it is the one that was named, and say why a server is not reached', async () => {
    const get = (url: string, what: string) =>
      own(
        `{ kind: download, id: get, title: { en: Get }, url: "${url}", path: /etc/apt/keys.of/it/test.asc, ${what} }`,
      );
    const good = get(`http://127.0.0.1:${port}/key`, `fingerprint: "${fingerprint}"`);
    const before = state();
    const plan = await planOf('own', {}, good);
    expect(said(plan)).toContain('The server answers.');
    await good.apply(context, plan.state, plan.steps);
    expect(readFileSync(at('etc/apt/keys.of/it/test.asc'), 'utf8')).toContain('BEGIN PGP PUBLIC KEY BLOCK');
    expect((await planOf('own', {}, good)).steps).toEqual([]);
    await good.undo?.(context, plan.state);
    expect(state()).toEqual(before);
    for (const what of [`fingerprint: "${'A'.repeat(40)}"`, `sha256: "${'0'.repeat(64)}"`]) {
      const other = get(`http://127.0.0.1:${port}/key`, what);
      const wrong = await planOf('own', {}, other);
      await expect(other.apply(context, wrong.state, wrong.steps)).rejects.toThrow(/was named|did NOT match/);
      expect(Object.keys(state().files).filter((name) => name.includes('test.asc'))).toEqual([]);
      await other.undo?.(context, wrong.state);
      expect(state()).toEqual(before);
    }
    const nowhere = await planOf('own', {}, get('http://nowhere.invalid/key', `fingerprint: "${fingerprint}"`));
    expect([isBlocked(nowhere as never), said(nowhere)]).toEqual([
      true,
      expect.stringMatching(/resolve host[\s\S]*What to do:/),
    ]);
    const closed = await planOf('own', {}, get('http://127.0.0.1:1/key', `fingerprint: "${fingerprint}"`));
    expect([isBlocked(closed as never), said(closed)]).toEqual([
      true,
      expect.stringMatching(/connect[\s\S]*What to do:/),
    ]);
  });
});
