import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeId } from '#shared/domain/facts/index';
import { commandEnvironment } from '../../hosts/batch/batch-library';
import { probeById } from '../../probes/all';
import { copiedRoot, onlyPackagesOf } from '../../testing/copied-root';
import { filesBelow, listedDeb } from '../../testing/tiny-packages';
import type { Action, ApplyContext, Prepared, StepResult } from '../action';
import { isBlocked } from '../runs/plan-book';
import { compileFix } from './compile-fix';
import { declaredAction } from './declared-action';
import { declaredActions, expressionSpace } from './fix-library';

/**
 * Setup actions on a real Debian 12 with packages of Debian itself: their scripts run, chronyd follows a server, node_exporter and
 * dockerd answer. Docker is Debian 13's, as 12 has none that is new enough. Not systemd: `systemctl` below starts what a unit
 * names, with less around it. Not the kernel's: sysctl keeps its values in files, chronyd leaves the clock alone (-x), dockerd makes
 * no bridge and no rules.
 */
const real = '/var/cache/gantry-test-packages-2';
const isThere = existsSync(real) && existsSync('/var/lib/dpkg/status') && process.getuid?.() === 0;
const root = isThere ? copiedRoot() : null;
const packages = '/srv/gantry-packages';
/** Starts and stops the program of a unit; what is on at boot is left to the real one, which can do that in a chroot. */
const systemctl = `while case $1 in -*) true ;; *) false ;; esac; do shift; done
verb=$1; shift
case $verb in
enable|disable|is-enabled) exec /usr/bin/systemctl.real --root=/ --quiet "$verb" "$@" ;;
is-active) code=3; for unit; do pid=$(cat "/srv/units/\${unit%.service}" 2>/dev/null) && kill -0 "$pid" 2>/dev/null && code=0 && echo active || echo inactive; done; exit $code ;;
start|stop|restart) ;;
*) exit 0 ;;
esac
mkdir -p /srv/units
for unit; do
  name=\${unit%.service}
  if [ "$verb" != start ] && pid=$(cat "/srv/units/$name" 2>/dev/null); then
    kill "$pid" 2>/dev/null
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    rm -f "/srv/units/$name"
  fi
  [ "$verb" != stop ] || continue
  file=/usr/lib/systemd/system/$name.service
  environment=$(sed -n 's/^EnvironmentFile=-*//p' "$file")
  [ ! -r "$environment" ] || . "$environment"
  command=$(sed -n 's/^ExecStart=!*//p' "$file")
  case $name in
  chrony) command="$command -x -d" ;;
  docker) command="/usr/sbin/dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs" ;;
  esac
  eval "set -- $command"
  "$@" > "/srv/units/$name.log" 2>&1 < /dev/null &
  echo $! > "/srv/units/$name"
done`;
const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', ...commandEnvironment };
const key = 'gantry-test-key';

async function listening(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const mayRaiseLimits = spawnSync('prlimit', ['--memlock=unlimited:unlimited', 'true']).status === 0;

describe.skipIf(root === null)('setup actions on a real Debian', () => {
  const copied = root as NonNullable<typeof root>;
  const { folder } = copied ?? {};
  const at = (path: string) => join(folder, path);
  let server: Server;
  let clock: ChildProcess;
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
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 1000))),
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
    // `group-` and its like: what groupadd keeps of before for itself. Units that other tests try on this machine are seen through the overlay.
    files: Object.fromEntries(
      Object.entries(filesBelow(at('etc'))).filter(([name]) => !/-$|\/gantry-tried-/.test(name)),
    ),
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
    renameSync(at('usr/bin/systemctl'), at('usr/bin/systemctl.real'));
    script('usr/bin/systemctl', systemctl);
    // Its own switch: no index of manual pages with each package.
    rmSync(at('var/lib/man-db/auto-update'), { force: true });
    // Scripts of packages start and stop what they bring, as where systemd runs.
    rmSync(at('usr/sbin/policy-rc.d'), { force: true });
    mkdirSync(at('run/systemd/system'), { recursive: true });
    execFileSync('mount', ['--rbind', '/sys', at('sys')]);
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
    writeFileSync(at('etc/docker/daemon.json'), '{"data-root": "/srv/big", "log-opts": {"labels": "a"}}');
    copied.run('sh', '-c', 'dpkg --purge --force-all chrony systemd-timesyncd prometheus-node-exporter docker.io || :');
    mkdirSync(at(packages));
    const listed = readdirSync(real).filter((name) => name.endsWith('.deb') && !name.startsWith('docker'));
    for (const name of readdirSync(real)) copied.run('cp', `${real}/${name}`, packages);
    const docker12 = readFileSync(join(real, 'docker-of-12'), 'utf8');
    writeFileSync(
      at(`${packages}/Packages`),
      [...listed.map((name) => listedDeb(copied, packages, name)), docker12].join(''),
    );
    onlyPackagesOf(copied, packages);
    copied.run('apt-get', '-y', '-q', 'install', 'systemd-timesyncd');
    // A server of the site that has the time.
    copied.run('dpkg-deb', '-x', `${packages}/${listed.find((name) => name.startsWith('chrony'))}`, '/srv/time');
    writeFileSync(
      at('srv/time.conf'),
      'local stratum 8\nallow 127.0.0.0/8\nbindaddress 127.0.0.9\ncmdport 0\nbindcmdaddress /srv/time.sock\npidfile /srv/time.pid\n',
    );
    clock = spawn('chroot', [folder, '/srv/time/usr/sbin/chronyd', '-u', 'root', '-x', '-d', '-f', '/srv/time.conf'], {
      stdio: 'ignore',
    });
    const home = at('srv/keys');
    mkdirSync(home, { mode: 0o700 });
    const gpg = (...argv: string[]) => execFileSync('gpg', ['--homedir', home, '--batch', ...argv], { stdio: 'pipe' });
    gpg('--passphrase', '', '--quick-generate-key', key, 'ed25519', 'sign', 'never');
    const armored = gpg('--export', '--armor');
    fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--with-colons', '--list-keys').toString())?.[1] ?? '';
    // It would stay behind, and hold the mount.
    execFileSync('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']);
    server = createServer((request, response) => {
      const body = request.url === '/key' ? armored : null;
      response.writeHead(body === null ? 404 : 200).end(request.method === 'HEAD' ? undefined : (body ?? 'no'));
    });
    port = await listening(server, 0);
  }, 120_000);
  afterAll(() => {
    server?.close();
    clock?.kill();
    if (!root) return;
    root.run('systemctl', 'stop', 'docker', 'chrony', 'prometheus-node-exporter');
    execFileSync('umount', ['-lR', at('sys')]);
    root.release();
  });

  it('bring a node to its base, find nothing to do the second time, and go back to the byte', async () => {
    const before = state();
    const taken = await planOf('node-exporter-install', { address: '127.0.0.1', port });
    expect([isBlocked(taken as never), said(taken)]).toEqual([
      true,
      expect.stringContaining('is taken by another program'),
    ]);
    const other = createServer();
    const free = await listening(other, 0);
    await new Promise((resolve) => other.close(resolve));
    const wanted: [string, Record<string, unknown>][] = [
      ['time-sync', { servers: '127.0.0.9' }],
      ['package-hold', { packages: 'chrony' }],
      ['memlock-limit', {}],
      ['sysctl-settings', {}],
      ['node-exporter-install', { address: '127.0.0.1', port: free }],
    ];
    // A machine that may not raise limits gives no session more than it has: the verification says so, and so does the next plan.
    const isMet = (id: string) => id !== 'memlock-limit' || mayRaiseLimits;
    const done: { action: Action; saved: unknown }[] = [];
    for (const [id, parameters] of wanted) {
      const plan = await planOf(id, parameters);
      expect([id, isBlocked(plan as never), said(plan)]).toEqual([id, false, expect.not.stringMatching(/\[fail\]/)]);
      await actionOf(id).apply(context, plan.state, plan.steps);
      const outcome = isMet(id) ? 'pass' : 'fail';
      expect([id, await actionOf(id).verify(context, plan.state)]).toEqual([id, expect.objectContaining({ outcome })]);
      done.unshift({ action: actionOf(id), saved: plan.state });
    }
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
    expect(copied.run('dpkg-query', '-W', '-f=${db:Status-Abbrev}', 'systemd-timesyncd')).toBe('rc ');
    const metrics = await (await fetch(`http://127.0.0.1:${free}/metrics`)).text();
    expect(metrics).toMatch(/^node_exporter_build_info\{/m);
    const again = await Promise.all(
      wanted.map(async ([id, parameters]) => [id, (await planOf(id, parameters)).isAlreadyDone]),
    );
    expect(again).toEqual(wanted.map(([id]) => [id, isMet(id)]));
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
    const docker13 = readdirSync(real).filter((name) => /^docker.*\.deb$/.test(name));
    const listed = docker13.map((name) => listedDeb(copied, packages, name)).join('');
    writeFileSync(at(`${packages}/Packages`), listed, { flag: 'a' });
    copied.run('apt-get', 'update', '-q');
    const before = state();
    const plan = await planOf('docker-distribution', {});
    await actionOf('docker-distribution').apply(context, plan.state, plan.steps);
    expect(await actionOf('docker-distribution').verify(context, plan.state)).toMatchObject({ outcome: 'pass' });
    expect(JSON.parse(readFileSync(at('etc/docker/daemon.json'), 'utf8'))).toEqual({
      'data-root': '/srv/big',
      'log-driver': 'json-file',
      'log-opts': { labels: 'a', 'max-size': '50m', 'max-file': '3' },
      'live-restore': true,
    });
    expect(copied.run('docker', 'info', '--format', '{{.LiveRestoreEnabled}} {{.DockerRootDir}}').trim()).toBe(
      'true /srv/big',
    );
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
      expect.stringMatching(/What to do:[\s\S]*resolve host/),
    ]);
    const closed = await planOf('own', {}, get('http://127.0.0.1:1/key', `fingerprint: "${fingerprint}"`));
    expect([isBlocked(closed as never), said(closed)]).toEqual([
      true,
      expect.stringMatching(/What to do:[\s\S]*connect/),
    ]);
  });
});
