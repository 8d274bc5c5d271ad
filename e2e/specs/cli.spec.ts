import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { expect } from 'playwright/test';
import { test } from '../fixtures/cli';

for (const noun of [
  'host',
  'probe',
  'inventory',
  'diagnose',
  'tree',
  'action',
  'incident',
  'report',
  'collect',
  'sim',
]) {
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
    ['report', 'export', 'INC-1', '--format', 'docx'],
  ]) {
    const { code, stderr } = await gantry(args);
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(stderr).not.toBe('');
    expect(stderr).not.toContain('    at ');
  }
  await gantry(['host', 'add', 'root@127.0.0.1:9', '--name', 'closed']);
  const { code, stderr } = await gantry(['inventory', 'show', 'closed', '--refresh']);
  expect(code).toBe(3);
  expect(stderr).toContain('127.0.0.1');
});

test('repairs a simulated node and reports on it without a display', async ({ gantry, startSim, folder }) => {
  test.setTimeout(180_000);
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
