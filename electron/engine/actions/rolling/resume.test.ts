import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { canContinue, type Rollout } from '#shared/domain/rollout';
import { type CommandResult, type ExecOptions, type Host, HostUnavailableError } from '../../hosts/host';
import { filesBelow } from '../../testing/tiny-packages';
import type { ActionsAndRollouts } from '../create-actions';
import { declaredAction } from '../declared/declared-action';
import { compileFixText } from '../declared/fix-library';
import { createTestBench } from '../testing/test-bench';

/** A folder, which can't be made twice, and a file; kept apart so that one without the other is half done. */
const actionText = (id: string, folder: string) => `
id: ${id}
title: { en: ${id}, zh-CN: 词 }
description: { en: Makes a folder and a file, zh-CN: 词 }
risk: R1
drain: none
sources: [us]
reads:
  - { name: names, argv: [ls, ${folder}], root: false }
done: read.names.contains("${id}-folder") && read.names.contains("${id}-file")
steps:
  - { kind: command, id: folder, title: { en: Folder, zh-CN: 词 }, argv: [mkdir, ${folder}/${id}-folder], root: false }
  - { kind: file, id: file, title: { en: File, zh-CN: 词 }, path: ${folder}/${id}-file, content: "of ${id}\\n", root: false }
verify:
  text: { en: Both are there., zh-CN: 词 }
  pass: read.names.contains("${id}-folder") && read.names.contains("${id}-file")
  passed: { en: They are., zh-CN: 词 }
  failed: { en: They are not., zh-CN: 词 }
undo:
  text: { en: Both go., zh-CN: 词 }
  steps:
    - { kind: restore, id: file, of: file, title: { en: File, zh-CN: 词 }, root: false }
    - { kind: command, id: folder, title: { en: Folder, zh-CN: 词 }, argv: [rmdir, ${folder}/${id}-folder], root: false }
  pass: '!read.names.contains("${id}-folder") && !read.names.contains("${id}-file")'
  passed: { en: They are gone., zh-CN: 词 }
  failed: { en: They are not gone., zh-CN: 词 }
`;

/** How the end comes: the line is cut or the engine dies, before the command reached the node or before its answer came back. */
const ends = ['cut-before', 'cut-after', 'killed-before', 'killed-after'] as const;

interface Meddling {
  /** Counted from 0 over all commands but those of the lock; null: nothing happens. */
  readonly at: number | null;
  readonly how: (typeof ends)[number];
}

async function carriedOut({ at, how }: Meddling, isUndone = false) {
  const base = mkdtempSync(join(tmpdir(), 'gantry-resume-'));
  const folder = join(base, 'node');
  mkdirSync(folder);
  writeFileSync(join(folder, 'kept'), 'as before\n');
  const before = filesBelow(folder);
  const lockPath = join(base, 'lock');
  const actions = ['one', 'two'].map((id) => {
    const fix = compileFixText(`${id}.yaml`, actionText(id, folder));
    return declaredAction(
      id,
      () => fix.definition,
      () => fix,
    );
  });
  const bench = createTestBench({ actions, lockPath });
  const real = bench.host;
  const commands: string[] = [];
  const effects: string[] = [];
  let isDown = false;
  let isDead = false;
  const lost = () => new HostUnavailableError(bench.hostId, { code: 'connection-lost', detail: 'cut' });
  const never = new Promise<CommandResult>(() => {});
  /** The first time that it ends, all that comes after it fails as well, up to the resumption. */
  const exec: Host['exec'] = async (command, options?: ExecOptions) => {
    const isLock = command.id.startsWith('lock-');
    if (isDown) throw lost();
    if (isDead) return never;
    const isIt = !isLock && commands.length === at;
    if (!isLock) commands.push(command.id);
    const isBefore = isIt && how.endsWith('before');
    const result = isBefore ? null : await real.exec(command, options);
    if (result && ['mkdir', 'rmdir'].includes(command.argv[0]) && result.exitCode === 0)
      effects.push(command.argv.join(' '));
    // A folder that is there already is one that was to be made twice.
    if (result && command.argv[0] === 'mkdir') expect(result.exitCode).toBe(0);
    if (!isIt) return result as CommandResult;
    if (how.startsWith('cut')) {
      isDown = true;
      throw lost();
    }
    isDead = true;
    died();
    return never;
  };
  let died = () => {};
  const death = new Promise<void>((resolve) => {
    died = resolve;
  });
  const hostWith = (run: Host['exec']): Host => ({
    id: real.id,
    kind: real.kind,
    batch: real.batch.bind(real),
    stream: real.stream.bind(real),
    forward: real.forward.bind(real),
    close: real.close.bind(real),
    exec: run,
  });
  bench.host = hostWith(exec);
  let engine = bench.actions as ActionsAndRollouts;
  const stands = async (id: string) => {
    for await (const _ of engine.rollouts.watch(id));
  };
  const { id } = engine.rollouts.startPlaybook({
    playbook: { id: 'book', title: { en: 'Book', 'zh-CN': '书' } },
    batchSize: 1,
    incidentId: null,
    nodes: [
      {
        hostId: bench.hostId,
        steps: ['one', 'two'].map((actionId) => ({
          step: { id: actionId, actionId, title: { en: actionId, 'zh-CN': actionId } },
          parameters: {},
          fingerprint: null,
        })),
      },
    ],
  });
  await Promise.race([stands(id), death]);
  isDown = false;
  if (isDead) {
    // The dead engine never hears of anything again; another one finds what it left.
    isDead = false;
    bench.host = hostWith((command, options) => exec(command, options));
    engine = bench.restart() as ActionsAndRollouts;
    Object.assign(bench, { actions: engine });
  }
  let turns = 0;
  for (let rollout: Rollout = engine.rollouts.get(id); canContinue(rollout); rollout = engine.rollouts.get(id)) {
    turns += 1;
    if (turns > 3) break;
    engine.rollouts.continue(id);
    await stands(id);
  }
  if (isUndone) await engine.rollouts.undo(id);
  const { state, items } = engine.rollouts.get(id);
  await engine.close();
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  return {
    before,
    commands,
    end: {
      states: [state, ...items.map((item) => item.state)],
      files: filesBelow(folder),
      isLocked: existsSync(lockPath) || readdirSync(base).includes('lock'),
      // What was taken back counts as not done.
      made: effects.filter((line) => line.startsWith('mkdir')).length,
      removed: effects.filter((line) => line.startsWith('rmdir')).length,
    },
  };
}

it('comes to the same end wherever it was cut off or its engine killed, with nothing done twice', async () => {
  const { end: wanted, commands } = await carriedOut({ at: null, how: 'cut-before' });
  expect(wanted).toMatchObject({ states: ['done', 'done', 'done'], isLocked: false, made: 2, removed: 0 });
  const rounds = commands.flatMap((id, at): Meddling[] => {
    // In all four ways where something changes; of the rest every sixth, in turn.
    const isStep = id === 'folder' || id === 'file';
    if (isStep) return ends.map((how) => ({ at, how }));
    return at % 6 === 0 ? [{ at, how: ends[(at / 6) % ends.length] ?? 'cut-after' }] : [];
  });
  expect(rounds.length).toBeGreaterThan(16);
  const others: unknown[] = [];
  for (const round of rounds) {
    const { end } = await carriedOut(round);
    const { made, removed, ...rest } = end;
    const { made: _, removed: __, ...same } = wanted;
    const isSame = JSON.stringify(rest) === JSON.stringify(same) && made - removed === 2;
    if (!isSame) others.push({ ...round, command: commands[round.at ?? 0], ...end, files: Object.keys(end.files) });
  }
  expect(others).toEqual([]);
});

it('taken back leaves every file as it was', async () => {
  const { end, before } = await carriedOut({ at: null, how: 'cut-before' }, true);
  expect(end).toMatchObject({ states: ['undone', 'undone', 'undone'], isLocked: false, made: 2, removed: 2 });
  expect(end.files).toEqual(before);
});
