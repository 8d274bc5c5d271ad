import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FactsOf } from '#shared/domain/facts/index';
import { generators } from '#shared/domain/generators/index';
import type { CommandResult } from '../../hosts/host';
import { LocalHost } from '../../hosts/local-host';
import { RealPrometheus } from '../../telemetry/prometheus/testing/real-prometheus';
import { createTestBench } from '../testing/test-bench';
import { compareFile } from './compare-file';

let folder: string;
beforeEach(() => {
  // Below the login's home folder no root is needed.
  folder = mkdtempSync(join(homedir(), '.gantry-generated-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Bench = ReturnType<typeof createTestBench>;
const plan = (bench: Bench, parameters: Record<string, unknown>) =>
  bench.actions.plan({ actionId: 'generated-file', hostId: bench.hostId, parameters });
const valuesOf = (id: string) => generators.find((one) => one.id === id)?.examples[0]?.values ?? {};

const undone = async (bench: Bench, id: string) => {
  await expect
    .poll(() =>
      bench.actions.undo(id).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  return bench.settled(id);
};

describe('generated-file', () => {
  it('is checked by the tool that reads it, shown, written, read back and taken back', async () => {
    const bench = createTestBench();
    const path = join(folder, 'prometheus.yml');
    writeFileSync(path, 'global: {}\n', { mode: 0o640 });
    const made = await plan(bench, { generator: 'prometheus-config', values: valuesOf('prometheus-config'), path });
    expect(made.checks.map(({ title, outcome }) => [title.en, outcome])).toEqual([
      ['Settings', 'pass'],
      ['The file can be written', 'pass'],
      ['promtool check config', 'pass'],
    ]);
    expect(made.steps).toMatchObject([
      { kind: 'file', path, privilege: 'user', diff: expect.stringContaining('+scrape_configs:') },
    ]);
    const { id } = await bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint });
    expect(await bench.settled(id)).toMatchObject({ state: 'verified' });
    expect(readFileSync(path, 'utf8')).toBe(made.steps[0]?.kind === 'file' ? made.steps[0].after : '');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    const again = await plan(bench, {
      generator: 'prometheus-config',
      values: JSON.stringify(valuesOf('prometheus-config')),
      path,
    });
    expect(again).toMatchObject({ isAlreadyDone: true, steps: [] });
    await undone(bench, id);
    expect(readFileSync(path, 'utf8')).toBe('global: {}\n');
  });

  it('is refused where the generator or the tool finds an error, or what is there is no file to replace', async () => {
    const bench = createTestBench();
    const path = join(folder, 'x.yml');
    const withError = { ...valuesOf('prometheus-config'), scrape_timeout: 100 };
    const wrong = await plan(bench, { generator: 'prometheus-config', values: withError, path });
    expect(wrong).toMatchObject({ isBlocked: true, steps: [] });
    const said = wrong.checks.filter(({ outcome }) => outcome === 'fail').map(({ detail }) => detail.en);
    expect(said[0]).toContain('scrape_timeout: More than the interval of 15 s');
    expect(said.at(-1)).toMatch(/^It says: .*scrape timeout greater than scrape interval/s);
    symlinkSync('/etc/passwd', path);
    expect(
      await plan(bench, { generator: 'prometheus-config', values: valuesOf('prometheus-config'), path }),
    ).toMatchObject({
      isBlocked: true,
    });
    await expect(plan(bench, { generator: 'nothing', values: {}, path })).rejects.toThrow('invalidParameter');
    await expect(plan(bench, { generator: 'deepspeed', values: '{', path })).rejects.toThrow('invalidParameter');
    await expect(plan(bench, { generator: 'deepspeed', values: {}, path: '/a/../b' })).rejects.toThrow(
      'invalidParameter',
    );
  });

  it('writes each file of a generator, with the mode it is to have, and removes on undo what was not there', async () => {
    const bench = createTestBench();
    const values = valuesOf('rdma-network');
    bench.facts.network = () => ({ interfaces: [], bonds: [] });
    const blocked = await plan(bench, { generator: 'rdma-network', values, path: join(folder, 'a.yaml') });
    expect(JSON.stringify(blocked.checks)).toContain('This node has no such interface.');
    const own = { ...valuesOf('systemd-unit'), name: 'tried', ExecStart: ['/bin/true'] };
    const path = join(folder, 'tried.service');
    const made = await plan(bench, { generator: 'systemd-unit', values: own, file: 'tried.service', path });
    expect(made.isBlocked).toBe(false);
    const { id } = await bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint });
    expect(await bench.settled(id)).toMatchObject({ state: 'verified' });
    expect(readFileSync(path, 'utf8')).toContain('ExecStart=/bin/true\n');
    await undone(bench, id);
    expect(existsSync(path)).toBe(false);
    expect((await plan(bench, { generator: 'systemd-unit', values: own, file: 'other', path })).isBlocked).toBe(true);
  });
});

describe('generated-file, made to count', () => {
  /** Commands that stand in for systemd, which a container has none of. Each writes down what it was told. */
  const stub = (name: string, text: string) => {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> '${folder}/told'\n${text}`, { mode: 0o755 });
  };
  const benchOf = () => createTestBench({ shell: ['env', `PATH=${join(folder, 'bin')}:${process.env.PATH}`, 'sh'] });
  const told = () => {
    const lines = readFileSync(join(folder, 'told'), 'utf8').trim().split('\n');
    rmSync(join(folder, 'told'));
    return lines.filter((line) => !/ show | -n /.test(line));
  };

  it.skipIf(process.getuid?.() !== 0)(
    'has a real Prometheus load what was written, says when it is loaded already, and has it load what was there before',
    async () => {
      const prometheus = await RealPrometheus.start(folder, 'global: {}\n');
      try {
        stub('systemctl', `[ "$*" = 'reload prometheus' ] && pkill -HUP -f '${folder}/data'\n`);
        const bench = benchOf();
        const path = join(folder, 'prometheus.yml');
        const port = Number(new URL(prometheus.url).port);
        const values = valuesOf('prometheus-config');
        const wanted = { generator: 'prometheus-config', values, path, port, activate: true };
        const loaded = async () =>
          (await (await fetch(`${prometheus.url}/api/v1/status/config`)).text()).includes('scrape_configs');
        const made = await plan(bench, wanted);
        expect(made.steps.map(({ id }) => id)).toEqual(['write', 'load']);
        const { id } = await bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint });
        expect(await bench.settled(id)).toMatchObject({
          state: 'verified',
          verification: { detail: { en: 'Prometheus loaded it.' } },
        });
        expect(await loaded()).toBe(true);
        expect(await plan(bench, wanted)).toMatchObject({ isAlreadyDone: true, steps: [] });
        // Written since by somebody else, the same text is not loaded yet.
        utimesSync(path, Date.now() / 1000 + 60, Date.now() / 1000 + 60);
        expect((await plan(bench, wanted)).steps.map(({ id }) => id)).toEqual(['load']);
        expect((await plan(bench, { ...wanted, path: join(folder, 'other.yml') })).isBlocked).toBe(true);
        expect(await undone(bench, id)).toMatchObject({ state: 'undone' });
        expect(await loaded()).toBe(false);
      } finally {
        await prometheus.close();
      }
    },
  );

  it.skipIf(process.getuid?.() !== 0)(
    'enables and starts a unit, sees that it stays, and stops, disables and forgets it on undo',
    async () => {
      const name = 'gantry-tried';
      const path = `/etc/systemd/system/${name}.service`;
      const there = join(folder, 'units', `${name}.service`);
      mkdirSync(join(folder, 'units'));
      const is = (file: string) => `[ -e '${folder}/${file}' ]`;
      stub(
        'systemctl',
        `case $1 in
show) echo LoadState=loaded; ${is('active')} && echo ActiveState=active || echo ActiveState=inactive
  ${is('enabled')} && echo UnitFileState=enabled || echo UnitFileState=
  if ${is('dies')}; then echo x >> '${folder}/dies'; fi
  echo Result=success; echo NRestarts=$(cat '${folder}/dies' 2>/dev/null | wc -l); echo NeedDaemonReload=no ;;
enable) touch '${folder}/enabled' ;; disable) rm '${folder}/enabled' ;;
restart) touch '${folder}/active' ;; stop) rm '${folder}/active' ;;
reset-failed) exit 1 ;;
esac
`,
      );
      // A folder of the test's own lies over systemd's, for these commands alone.
      const inside = `mount --bind '${folder}/units' /etc/systemd/system || exit 97; exec sh "$@"`;
      const search = `PATH=${join(folder, 'bin')}:${process.env.PATH}`;
      const bench = createTestBench({ shell: ['unshare', '-m', 'env', search, 'sh', '-c', inside, 'sh'] });
      const values = { ...valuesOf('systemd-unit'), name, ExecStart: ['/bin/sleep', '1000'] };
      const wanted = { generator: 'systemd-unit', values, file: `${name}.service`, path, activate: true };
      const made = await plan(bench, wanted);
      expect(made.checks.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
      expect(made.steps.map(({ id }) => id)).toEqual(['write', 'reload', 'enable', 'start']);
      const { id } = await bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint });
      expect(await bench.settled(id)).toMatchObject({ state: 'verified' });
      expect([existsSync(there), existsSync(path)]).toEqual([true, false]);
      expect(told()).toEqual([
        'systemctl daemon-reload',
        `systemctl enable ${name}.service`,
        `systemctl restart ${name}.service`,
      ]);
      expect(await plan(bench, wanted)).toMatchObject({ isAlreadyDone: true });
      expect(await undone(bench, id)).toMatchObject({ state: 'undone' });
      expect(told()).toEqual([
        `systemctl stop ${name}.service`,
        `systemctl disable ${name}.service`,
        `systemctl reset-failed ${name}.service`,
        'systemctl daemon-reload',
      ]);
      expect([existsSync(there), existsSync(path)]).toEqual([false, false]);

      writeFileSync(join(folder, 'dies'), '');
      const again = await plan(bench, wanted);
      const second = await bench.actions.apply({ planId: again.id, fingerprint: again.fingerprint });
      expect((await bench.settled(second.id)).verification).toMatchObject({
        outcome: 'fail',
        detail: { en: `${name}.service starts, but does not stay: see journalctl -u ${name}.service.` },
      });
      await undone(bench, second.id);
      expect((await plan(bench, { ...wanted, path: join(folder, `${name}.service`) })).isBlocked).toBe(true);
    },
  );

  it.skipIf(process.getuid?.() !== 0)(
    'sets kernel values and puts those of before back; what nothing has to be told of is not activated',
    async () => {
      const kept = join(folder, 'values');
      writeFileSync(kept, '0\n0\n0\n');
      stub(
        'sysctl',
        `case $1 in -n) cat '${kept}' ;; -p) printf '1\\n2\\n2\\n' > '${kept}' ;; -w) shift; for one; do echo "\${one#*=}"; done > '${kept}' ;; esac\n`,
      );
      const bench = benchOf();
      const port = (name: string) => ({ name, master: null, kind: null, mtu: 1500, addresses: [] });
      bench.facts.network = () =>
        ({ interfaces: [port('ens1np0'), port('ens2np0')], bonds: [] }) as unknown as FactsOf<'network'>;
      const values = generators.find(({ id }) => id === 'rdma-network')?.examples[1]?.values ?? {};
      const path = join(folder, 'a/b/c.conf');
      const wanted = { generator: 'rdma-network', values, file: '90-gantry-rdma.conf', path, activate: true };
      const made = await plan(bench, wanted);
      expect(made.checks.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
      expect(made.steps.map(({ id }) => id)).toEqual(['folder', 'write', 'set']);
      const { id } = await bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint });
      expect(await bench.settled(id)).toMatchObject({ state: 'verified' });
      expect(readFileSync(kept, 'utf8')).toBe('1\n2\n2\n');
      expect(await plan(bench, wanted)).toMatchObject({ isAlreadyDone: true });
      expect(await undone(bench, id)).toMatchObject({ state: 'undone' });
      expect([readFileSync(kept, 'utf8'), existsSync(join(folder, 'a'))]).toEqual(['0\n0\n0\n', false]);

      // What is kept without a field is carried out as well: it has to be there, too.
      stub('systemctl', '');
      const more = { ...values, other: 'network:\n  vlans:\n    v7: { id: 7, link: ens9 }' };
      const netplan = { generator: 'rdma-network', values: more, path: join(folder, 'x.yaml'), activate: true };
      expect(JSON.stringify((await plan(bench, netplan)).checks.at(-1))).toContain('v7');

      const config = { generator: 'deepspeed', values: valuesOf('deepspeed'), path: join(folder, 'x.json') };
      const nothing = await plan(bench, { ...config, activate: true });
      expect(nothing.checks.at(-1)?.detail?.en).toMatch(/^Nothing has to be told of this file/);
      expect(nothing.isBlocked).toBe(true);
    },
  );

  it('writes what was repaired into folders that it makes, plans nothing again, and on undo takes away those that are empty', async () => {
    const bench = createTestBench();
    const path = join(folder, 'models/classifier/environment.yml');
    const pasted =
      'name: llm-env channels: - nvidia - pytorch dependencies: - python=3.10 - pytorch=2.0.1 - torchvision=0.15.2 - pip - pip: - transformers==4.30.2 - accelerate==0.20.3';
    const values = generators.find(({ id }) => id === 'conda-environment')?.read?.(pasted)?.values;
    const wanted = { generator: 'conda-environment', values: values ?? {}, path };
    const made = await plan(bench, wanted);
    expect(made.steps.map(({ id }) => id)).toEqual(['folder', 'write']);
    const first = await bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint });
    expect(await bench.settled(first.id)).toMatchObject({ state: 'verified' });
    expect(statSync(join(folder, 'models')).mode & 0o777).toBe(0o755);
    expect(readFileSync(path, 'utf8')).toContain('\n  - pip:\n      - transformers==4.30.2\n');
    expect(await plan(bench, wanted)).toMatchObject({ isAlreadyDone: true, steps: [] });
    writeFileSync(join(folder, 'models/mine'), '');
    expect(await undone(bench, first.id)).toMatchObject({ state: 'undone' });
    expect([existsSync(join(folder, 'models/classifier')), existsSync(join(folder, 'models/mine'))]).toEqual([
      false,
      true,
    ]);
    writeFileSync(join(folder, 'file'), '');
    const blocked = await plan(bench, { ...wanted, path: join(folder, 'file/x/environment.yml') });
    expect(blocked.checks.at(-1)?.detail?.en).toMatch(/is no folder that this login can write to/);
  });
});

describe('compareFile', () => {
  const compare = async (path: string, text: string) => {
    const host = new LocalHost({ id: 'local' });
    const kept: CommandResult[] = [];
    const deps = {
      hosts: { open: async () => host },
      inventory: { keepEvidence: (_: string, __: string | null, result: CommandResult) => String(kept.push(result)) },
    };
    try {
      return await compareFile(deps, { hostId: 'local', path, text });
    } finally {
      await host.close();
    }
  };

  it('says what is there and how the text differs', async () => {
    const path = join(folder, 'a b.yml');
    expect(await compare(path, 'x\n')).toMatchObject({
      path,
      state: 'absent',
      before: null,
      diff: expect.stringContaining('+x'),
    });
    writeFileSync(path, 'y\n');
    expect(await compare(path, 'x\n')).toMatchObject({
      state: 'differs',
      before: 'y\n',
      diff: expect.stringContaining('-y\n+x\n'),
    });
    expect(await compare(path.replace(homedir(), '~'), 'y\n')).toMatchObject({
      path,
      state: 'same',
      diff: '',
      readAs: 'user',
    });
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0]));
    expect(await compare(path, 'y\n')).toMatchObject({ state: 'no-text', before: null });
    symlinkSync('/nowhere', join(folder, 'link'));
    mkdirSync(join(folder, 'folder'));
    expect((await compare(join(folder, 'link'), 'y')).state).toBe('symlink');
    expect((await compare(join(folder, 'folder'), 'y')).state).toBe('directory');
    expect((await compare(join(folder, 'no', 'x'), 'y')).state).toBe('no-folder');
  });
});

it('has a tool here that reads Prometheus’s configuration', () => {
  expect(spawnSync('promtool', ['--version']).status).toBe(0);
});
