import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { expect } from 'playwright/test';
import { test } from '../fixtures/cli';

const nouns = ['host', 'probe', 'inventory', 'diagnose', 'tree', 'action', 'incident', 'report', 'collect', 'sim'];

for (const noun of nouns) {
  test(`helps with ${noun}: what it is for, examples, exit codes`, async ({ gantry }) => {
    const { code, stdout, stderr } = await gantry([noun, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`Usage: gantry ${noun}[\\s\\S]*list[\\s\\S]*Examples:[\\s\\S]*gantry ${noun}`));
    expect(stdout).toContain('Exit codes: 0 fine, 1 findings, 2 usage, 3 could not judge');
  });

  test(`lists ${noun} as JSON`, async ({ gantry }) => {
    const { code, stdout, stderr } = await gantry([noun, 'list', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(typeof JSON.parse(stdout)).toBe('object');
  });
}

test('parses recorded output, and says in JSON when it cannot', async ({ gantry }) => {
  const memory = await gantry(
    ['probe', 'parse', 'memory'],
    'MemTotal:        2048 kB\nMemFree:          512 kB\nMemAvailable:    1024 kB\nCached:           256 kB\n',
  );
  expect(memory.code).toBe(0);
  expect(JSON.parse(memory.stdout)).toMatchObject({ state: 'ok', facts: { totalBytes: 2 * 1024 * 1024 } });
  for (const garbage of ['', '<nvidia_smi_log><gpu id="0000', '\u0000\u0001\ufffd', 'x'.repeat(1_000_000)]) {
    const { code, stdout, stderr } = await gantry(['probe', 'parse', 'gpu'], garbage);
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ facts: null, reason: { text: expect.stringMatching(/\w{5}/) } });
  }
});

test('tells a usage error from a node that could not be judged', async ({ gantry }) => {
  for (const args of [
    ['nonsense'],
    ['host', 'frobnicate'],
    ['probe', 'parse', 'no-such-probe'],
    ['inventory', 'show', 'nobody'],
    ['sim', '--nodes', '0'],
    ['host', 'list', '--frobnicate'],
    ['host', 'add', 'node', '--port', 'ssh'],
    ['probe', 'parse', 'gpu', '--exit-code', 'x'],
    ['report', 'export', 'INC-1', '--format', 'docx'],
  ]) {
    const { code, stderr } = await gantry(args);
    expect({ args, code }).toEqual({ args, code: 2 });
    // What to do: the help of the command, or the list to choose from.
    expect(stderr).toMatch(/`gantry .+`|please|probe no-such-probe/);
    expect(stderr).not.toMatch(/^ +at /m);
  }
  await gantry(['host', 'add', 'root@127.0.0.1:9', '--name', 'closed']);
  const { code, stderr } = await gantry(['inventory', 'show', 'closed', '--refresh']);
  expect(code).toBe(3);
  expect(stderr).toContain('127.0.0.1');
});

test('checks, tests and walks a tree of your own', async ({ gantry, folder }) => {
  const trees = path.join(folder, 'my trees');
  const file = path.join(trees, 'any-memory.yaml');
  const cases = path.join(trees, 'any-memory.cases.yaml');
  const finding = (code: string, state: string) =>
    `{ kind: finding, finding: { code: ${code}, state: ${state}, severity: info, title: { en: ${code} }, explanation: { en: ${code} } } }`;
  mkdirSync(trees);
  writeFileSync(
    file,
    `id: any-memory
title: { en: Any memory }
symptoms: [{ en: None }]
start: read
steps:
  read: { kind: probe, title: { en: Read }, probes: [memory], next: { to: there }, unknown: { to: unread } }
  there: ${finding('M-1', 'healthy')}
  unread: ${finding('M-2', 'unknown')}
`,
  );
  writeFileSync(
    cases,
    `tree: any-memory
cases:
  - { name: some, facts: { memory: { totalBytes: 1 } }, findings: [M-1] }
  - { name: none, facts: {}, findings: [M-2] }
`,
  );
  expect(await gantry(['tree', 'check', file])).toMatchObject({ code: 0, stdout: '' });
  expect(await gantry(['tree', 'test', cases])).toMatchObject({ code: 0, stdout: '2 passed, 0 failed\n' });
  expect((await gantry(['tree', 'folder', file])).code).toBe(2);
  expect(await gantry(['tree', 'folder'])).toMatchObject({ code: 0, stdout: '' });
  expect(await gantry(['tree', 'folder', trees])).toMatchObject({ code: 0, stdout: `${trees}\n` });
  await gantry(['host', 'add', '--local', '--name', 'here']);
  const walked = await gantry(['diagnose', 'run', 'any-memory', 'here']);
  expect(walked).toMatchObject({ code: 0, stdout: expect.stringContaining('M-1') });
  writeFileSync(file, readFileSync(file, 'utf8').replace('to: there', 'to: nowhere'));
  expect(await gantry(['tree', 'test', cases])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining(`${file}:6:71: there is no step nowhere`),
  });
});

test('repairs a simulated node and reports on it without a display', async ({ gantry, startSim, folder }) => {
  const { nodes } = await startSim(['--nodes', '1', '--inject', 'dgx01=memory-held-by-orphan']);
  const [node] = nodes;
  if (!node) throw new Error('no node');
  const added = await gantry([
    'host',
    'add',
    `${node.user}@${node.address}:${node.port}`,
    '--name',
    'dgx',
    '--identity',
    node.privateKeyPath,
    '--known-hosts',
    node.knownHosts,
  ]);
  expect(added.code).toBe(0);
  expect((await gantry(['host', 'test', 'dgx'])).code).toBe(0);

  const diagnosis = await gantry(['diagnose', 'run', 'vram-shortage', 'dgx', '--json']);
  expect(diagnosis.code).toBe(1);
  const run = JSON.parse(diagnosis.stdout);
  const finding = run.findings.find(({ code }: { code: string }) => code === 'F-A1');
  const { actionId, parameters } = finding.actions[0];
  const set = Object.entries(parameters).flatMap(([name, value]) => ['--set', `${name}=${JSON.stringify(value)}`]);

  const incident = JSON.parse(
    (await gantry(['incident', 'open', 'OOM', '--host', 'dgx', '--run', run.id, '--json'])).stdout,
  );
  const unconfirmed = await gantry(['action', 'apply', actionId, 'dgx', ...set]);
  expect({ code: unconfirmed.code, said: unconfirmed.stderr }).toEqual({
    code: 2,
    said: expect.stringContaining('--yes'),
  });
  const applied = await gantry([
    'action',
    'apply',
    actionId,
    'dgx',
    ...set,
    '--incident',
    incident.id,
    '--yes',
    '--json',
  ]);
  expect(JSON.parse(applied.stdout)).toMatchObject({ state: 'verified' });
  expect(applied.code).toBe(0);

  const after = JSON.parse((await gantry(['diagnose', 'run', 'vram-shortage', 'dgx', '--json'])).stdout);
  expect(after.findings.map(({ code }: { code: string }) => code)).not.toContain('F-A1');
  expect((await gantry(['report', 'export', 'INC-1', '--format', 'zip', '--output', 'report.zip'])).code).toBe(0);
  expect(Object.keys(unzipSync(readFileSync(path.join(folder, 'report.zip'))))).toEqual(
    expect.arrayContaining(['incident.json', 'report.html', 'report.md', 'MANIFEST.sha256']),
  );
});

test('collects offline with busybox sh and diagnoses what was brought back', async ({ gantry, folder }) => {
  const { stdout: script } = await gantry(['collect']);
  writeFileSync(path.join(folder, 'collect.sh'), script);
  const bundle = execFileSync('busybox', ['sh', 'collect.sh'], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
  });
  writeFileSync(path.join(folder, 'node.bundle'), bundle);
  const imported = await gantry(['inventory', 'import', 'node.bundle', '--name', 'offline', '--json']);
  expect(JSON.parse(imported.stdout).ok).toBeGreaterThan(5);
  const { stdout, code } = await gantry(['inventory', 'show', 'offline', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).results).toEqual(
    expect.arrayContaining([expect.objectContaining({ probeId: 'os', state: 'ok' })]),
  );
  // This machine has no GPU to speak of, or one that is in order: never a made-up verdict.
  expect([0, 1, 3]).toContain((await gantry(['diagnose', 'run', 'vram-shortage', 'offline'])).code);
  expect((await gantry(['action', 'plan', 'gpu-persistence-mode', 'offline', '--set', 'isOn=true'])).code).toBe(2);
  writeFileSync(path.join(folder, 'not-a-bundle'), 'hello');
  expect((await gantry(['inventory', 'import', 'not-a-bundle'])).code).toBe(2);
});

test('asks every host, and ends with 3 when one could not be judged', async ({ gantry }) => {
  await gantry(['host', 'add', '--local', '--name', 'here']);
  await gantry(['host', 'add', 'root@127.0.0.1:9', '--name', 'closed']);
  const { code, stdout, stderr } = await gantry(['inventory', 'refresh']);
  expect(code).toBe(3);
  expect(stdout).toMatch(/^here +\d+\/\d+ /m);
  expect(stdout).toMatch(/^closed +— +— +— +127\.0\.0\.1 refused the connection on port 9$/m);
  expect(stderr).toContain('1 of 2 nodes could not be judged');
  const { stdout: json } = await gantry(['inventory', 'refresh', '--json']);
  expect(JSON.parse(json)).toEqual([
    expect.objectContaining({ host: 'here', error: null }),
    expect.objectContaining({ host: 'closed', ok: 0, error: expect.stringContaining('refused') }),
  ]);
});

test('ends what it started on Ctrl-C, with 130 and without a stack trace', async ({ gantry, startGantry, folder }) => {
  const started = path.join(folder, 'started');
  mkdirSync(path.join(folder, 'bin'));
  const program = `#!/bin/sh\necho $$ >> ${started}\nexec sleep 300\n`;
  writeFileSync(path.join(folder, 'bin/nvidia-smi'), program, { mode: 0o755 });
  await gantry(['host', 'add', '--local', '--name', 'here']);
  for (const args of [
    ['inventory', 'refresh'],
    ['probe', 'run', 'here', 'gpu'],
    ['diagnose', 'run', 'vram-shortage', 'here'],
  ]) {
    rmSync(started, { force: true });
    const { child, ended } = startGantry(args, { PATH: `${path.join(folder, 'bin')}:${process.env.PATH}` });
    await expect
      .poll(() => existsSync(started) && readFileSync(started, 'utf8').trim(), { timeout: 60_000 })
      .toBeTruthy();
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect({ args, code }).toEqual({ args, code: 130 });
    expect(stderr).not.toMatch(/^ +at /m);
    const pids = readFileSync(started, 'utf8').trim().split('\n');
    await expect.poll(() => pids.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 60_000 }).toEqual([]);
  }
});

test('a simulated fleet ends well on Ctrl-C', async ({ startSim }) => {
  const { process: sim } = await startSim(['--nodes', '1']);
  const code = new Promise((resolve) => sim.once('exit', resolve));
  sim.kill('SIGINT');
  expect(await code).toBe(0);
});

test('a reader that has seen enough is no error', async ({ startGantry }) => {
  for (const stream of ['stdout', 'stderr'] as const) {
    const { child, ended } = startGantry(stream === 'stdout' ? ['collect'] : ['host', 'frobnicate']);
    child[stream].destroy();
    const { code, stdout, stderr } = await ended;
    expect([0, 2]).toContain(code);
    expect(stdout + stderr).not.toMatch(/EPIPE|^ +at /m);
  }
});

test('keeps a damaged database aside, says where, and goes on', async ({ gantry, folder }) => {
  const damaged = Buffer.from('this was a database once'.repeat(300));
  mkdirSync(path.join(folder, 'data'));
  writeFileSync(path.join(folder, 'data/gantry.db'), damaged);
  const { code, stdout, stderr } = await gantry(['host', 'list', '--json']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '[]\n' });
  const [kept = ''] = readdirSync(path.join(folder, 'data')).filter((name) => name.includes('.damaged-'));
  expect(stderr).toContain(kept);
  expect(readFileSync(path.join(folder, 'data', kept))).toEqual(damaged);
  expect((await gantry(['host', 'list', '--json'])).stderr).toBe('');
});

test('says why it can not save, once', async ({ gantry }) => {
  const { code, stderr } = await gantry(['--data-dir', '/proc/nowhere/data', 'host', 'list']);
  expect(code).toBe(3);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringContaining('cannot open its data'),
    expect.stringContaining('/proc/nowhere/data does not exist'),
  ]);
});

test('an output that can not be written to its end is no success', ({ folder }) => {
  const program = path.resolve(import.meta.dirname, '../../out/cli/index.js');
  const env = { ...process.env, LC_ALL: 'C', GANTRY_DATA_DIR: path.join(folder, 'data') };
  for (const args of [['collect'], ['host', 'list', '--json'], ['--help']]) {
    const intoFullDisk = ['-c', 'exec "$0" "$@" > /dev/full', process.execPath, program, ...args];
    const { status, stderr } = spawnSync('sh', intoFullDisk, { encoding: 'utf8', env });
    expect({ args, status }).toEqual({ args, status: 3 });
    expect(stderr).toMatch(/could not be written to its end .*ENOSPC.*Free some space/);
  }
});

test('says which file stands in the way of a report', async ({ gantry, folder }) => {
  await gantry(['incident', 'open', 'one']);
  writeFileSync(path.join(folder, 'kept'), 'kept');
  for (const [output, reason] of [
    ['nowhere/one.html', 'nowhere does not exist'],
    ['kept/one.html', 'kept is a file'],
    ['data', 'data is a folder'],
  ] as const) {
    const { code, stdout, stderr } = await gantry(['report', 'export', 'INC-1', '--output', output]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`${path.join(folder, reason)}`);
  }
  expect(readdirSync(folder).sort()).toEqual(['data', 'kept']);
});

test('speaks Chinese when asked to', async ({ gantry }) => {
  await gantry(['host', 'add', 'root@127.0.0.1:9', '--name', '节点']);
  const { stdout } = await gantry(['--language', 'zh-CN', 'host', 'test', '节点']);
  expect(stdout).toContain('127.0.0.1 拒绝了端口 9 上的连接');
});
