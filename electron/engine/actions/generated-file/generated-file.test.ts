import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generators } from '#shared/domain/generators/index';
import type { CommandResult } from '../../hosts/host';
import { LocalHost } from '../../hosts/local-host';
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
    await expect
      .poll(async () =>
        bench.actions.undo(id).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await bench.settled(id);
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
    await expect
      .poll(async () =>
        bench.actions.undo(id).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await bench.settled(id);
    expect(existsSync(path)).toBe(false);
    expect((await plan(bench, { generator: 'systemd-unit', values: own, file: 'other', path })).isBlocked).toBe(true);
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
