import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalHost } from '../../hosts/local-host';
import { gpu, gpuFacts } from '../testing/gpu-facts';
import { createTestBench, type TestBench } from '../testing/test-bench';

const uuids = ['GPU-aaaaaaaa-0000-1111-2222-333344445555', 'GPU-bbbbbbbb-0000-1111-2222-333344445555'];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-pm-'));
  // Writes down each call and keeps the mode of each GPU in a file, as the driver would.
  const tool = [
    '#!/bin/sh',
    `cd '${folder}' || exit 1`,
    'echo "$*" >> calls',
    '[ "$1 $3" = "-i -pm" ] || exit 2',
    '[ -e "broken-$2" ] && { echo "Unable to set persistence mode for GPU: GPU is lost"; exit 15; }',
    'echo "$4" > "$2"',
    'echo "Enabled persistence mode."',
  ];
  writeFileSync(join(folder, 'nvidia-smi'), `${tool.join('\n')}\n`);
  writeFileSync(join(folder, 'sudo'), '#!/bin/sh\n[ "$*" = "-n -l" ] && exit\nshift 2\nexec "$@"\n');
  for (const name of ['nvidia-smi', 'sudo']) chmodSync(join(folder, name), 0o755);
  appendFileSync(join(folder, 'calls'), '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function setModes(...modes: string[]): void {
  for (const [index, mode] of modes.entries()) writeFileSync(join(folder, uuids[index] ?? ''), `${mode}\n`);
}
const modes = () => uuids.map((uuid) => readFileSync(join(folder, uuid), 'utf8').trim());
const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n').filter(Boolean);

function bench(): TestBench {
  const made = createTestBench();
  made.host = new LocalHost({
    id: made.hostId,
    environment: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
  });
  made.facts.gpu = () =>
    gpuFacts(
      uuids.map((uuid, index) =>
        gpu({ index, uuid, isPersistenceModeOn: { 1: true, 0: false }[modes()[index] ?? ''] ?? null }),
      ),
    );
  return made;
}

const plan = (made: TestBench, parameters: Record<string, unknown>) =>
  made.actions.plan({ actionId: 'gpu-persistence-mode', hostId: made.hostId, parameters });

describe('gpu-persistence-mode', () => {
  it('switches only the GPUs that are in the other mode, and puts back what was', async () => {
    setModes('1', '0');
    const made = bench();
    const shown = await plan(made, { mode: 'on' });
    expect(shown).toMatchObject({ isBlocked: false, needsRoot: true, risk: 'reversible' });
    expect(shown.steps.map((step) => step.kind === 'command' && step.argv)).toEqual([
      ['nvidia-smi', '-i', uuids[1], '-pm', '1'],
    ]);
    expect(calls()).toEqual([]);
    const { id } = await made.actions.apply({ planId: shown.id, fingerprint: shown.fingerprint });
    expect(await made.settled(id)).toMatchObject({
      state: 'verified',
      canUndo: true,
      verification: {
        detail: { en: 'Before: GPU 1: off. Now: GPU 1: on.', 'zh-CN': '之前：GPU 1：关闭。现在：GPU 1：打开。' },
      },
    });
    expect(modes()).toEqual(['1', '1']);
    await made.actions.undo(id);
    expect(await made.settled(id)).toMatchObject({
      state: 'undone',
      canUndo: false,
      verification: { detail: { en: 'As before: GPU 1: off.', 'zh-CN': '已恢复原状：GPU 1：关闭。' } },
    });
    expect(modes()).toEqual(['1', '0']);
    expect(calls()).toEqual([`-i ${uuids[1]} -pm 1`, `-i ${uuids[1]} -pm 0`]);
  });

  it('says when there is nothing to do', async () => {
    setModes('1', '1');
    expect(await plan(bench(), { mode: 'on' })).toMatchObject({ isAlreadyDone: true, isBlocked: false, steps: [] });
  });

  it('takes only the GPUs that were named', async () => {
    setModes('0', '0');
    const shown = await plan(bench(), { mode: 'on', gpuUuids: uuids[0] });
    expect(shown.steps).toHaveLength(1);
    const other = await plan(bench(), { mode: 'on', gpuUuids: 'GPU-nope' });
    expect(other.isBlocked).toBe(true);
    expect(other.checks.map((check) => check.detail.en).join()).toContain('no GPU GPU-nope');
  });

  it('leaves alone what it could not restore', async () => {
    setModes('[N/A]', '[N/A]');
    expect(await plan(bench(), { mode: 'on' })).toMatchObject({ isBlocked: true, isAlreadyDone: false });
  });

  it('stops at the GPU that fails and offers to undo the ones before it', async () => {
    setModes('0', '0');
    writeFileSync(join(folder, `broken-${uuids[1]}`), '');
    const made = bench();
    const shown = await plan(made, { mode: 'on' });
    const { id } = await made.actions.apply({ planId: shown.id, fingerprint: shown.fingerprint });
    const run = await made.settled(id);
    expect(run).toMatchObject({ state: 'failed', canUndo: true, error: { key: 'actions.stepFailed' } });
    expect(run.steps.map((step) => step.state)).toEqual(['done', 'failed']);
    expect(run.steps[1]?.detail?.en).toContain('GPU is lost');
    expect(modes()).toEqual(['1', '0']);
    await made.actions.undo(id);
    expect(await made.settled(id)).toMatchObject({ state: 'undone' });
    expect(modes()).toEqual(['0', '0']);
  });
});
