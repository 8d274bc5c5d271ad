import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DiagnosisRun, diagnosisRunSchema } from '#shared/domain/diagnosis';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import { HostUnavailableError } from '../hosts/host';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { createDiagnosis, type Diagnosis } from './create-diagnosis';
import { FakeInventory, result } from './testing/fake-inventory';

const tree = `id: simple
title: { en: Simple, zh-CN: 简单 }
symptoms: [{ en: Any, zh-CN: 任意 }]
start: read
steps:
  read:
    kind: probe
    title: { en: Read, zh-CN: 读取 }
    probes: [memory]
    optional: [os]
    next: { to: size }
    unknown: { to: end }
  size:
    kind: ask
    title: { en: Size, zh-CN: 大小 }
    prompt: { en: How much?, zh-CN: 多少？ }
    fields: [{ name: bytes, label: { en: Bytes, zh-CN: 字节 }, kind: integer, required: true, minimum: 1, maximum: 100 }]
    branches:
      - { id: large, when: answers.size.bytes > memory.availableBytes, to: small-node, label: { en: Large, zh-CN: 大 } }
    otherwise: { to: end }
    unknown: { to: end }
  small-node:
    kind: finding
    finding: { code: S-1, state: degraded, severity: warn, title: { en: Small, zh-CN: 小 }, explanation: { en: '{{ memory.availableBytes }}', zh-CN: '{{ memory.availableBytes }}' } }
  end:
    kind: finding
    finding: { code: S-2, state: unknown, severity: info, title: { en: End, zh-CN: 结束 }, explanation: { en: End, zh-CN: 结束 } }
`;

let folder: string;
let store: Store;
let diagnosis: Diagnosis;
let nowMs = 1000;
let inventory: FakeInventory;

function open(): void {
  store = openStore(join(folder, 'gantry.db'), () => nowMs);
  diagnosis = createDiagnosis({ store, inventory, nowMs: () => nowMs, treesFolder: () => folder, probeInfo: [] });
}

beforeEach(() => {
  nowMs = 1000;
  folder = mkdtempSync(join(tmpdir(), 'gantry-diagnosis-'));
  writeFileSync(join(folder, 'simple.yaml'), tree);
  inventory = new FakeInventory();
  open();
});

afterEach(async () => {
  await diagnosis.close();
  store.close();
  rmSync(folder, { recursive: true });
});

async function started(): Promise<DiagnosisRun> {
  const run = diagnosis.start({ treeId: 'simple', hostId: 'h' });
  await diagnosis.settled();
  return diagnosis.get(run.id);
}

function pathOf(run: DiagnosisRun): string[] {
  return run.path.map(({ stepId, chosenBranchId }) => `${stepId}:${chosenBranchId}`);
}

describe('a diagnosis run', () => {
  it('returns at once, fetches every probe in one batch, and waits for the answer', async () => {
    const run = diagnosis.start({ treeId: 'simple', hostId: 'h' });
    expect(run).toMatchObject({ state: 'collecting', progress: { done: 0, total: 2, running: ['memory', 'os'] } });
    await diagnosis.settled();
    expect(inventory.asked).toEqual([['memory', 'os']]);
    const waiting = diagnosis.get(run.id);
    expect(waiting).toMatchObject({
      state: 'waiting',
      question: { stepId: 'size' },
      progress: { done: 2, running: [] },
    });
    expect(diagnosisRunSchema.parse(waiting)).toEqual(waiting);
  });

  it('concludes with the answer', async () => {
    const { id } = await started();
    const run = diagnosis.answer(id, 'size', { bytes: 60 });
    expect(pathOf(run)).toEqual(['read:next', 'size:large', 'small-node:null']);
    expect(run.findings).toMatchObject([{ code: 'S-1', id: `${id}:small-node`, explanation: { en: '50' } }]);
    expect(diagnosis.get(id)).toEqual(run);
    expect(diagnosis.list('h')).toEqual([run]);
    expect(diagnosis.list('other')).toEqual([]);
  });

  it('uses answers that were given at the start without asking', async () => {
    const run = diagnosis.start({ treeId: 'simple', hostId: 'h', answers: { size: { bytes: 60 } } });
    await diagnosis.settled();
    expect(diagnosis.get(run.id).state).toBe('concluded');
  });

  it('publishes progress as results come, to whoever watches', async () => {
    let go = (): void => {};
    inventory.work = (give) =>
      new Promise((resolve) => {
        go = () => {
          give(result('memory', { availableBytes: 50 }));
          give(result('os', {}));
          resolve();
        };
      });
    const { id } = diagnosis.start({ treeId: 'simple', hostId: 'h' });
    const seen: string[] = [];
    const controller = new AbortController();
    const watching = (async () => {
      for await (const { state, progress } of diagnosis.watch(id, controller.signal)) {
        seen.push(`${state} ${progress.done}/${progress.total}`);
        if (seen.length === 1) go();
        if (state === 'waiting') return;
      }
    })();
    await watching;
    expect(seen).toEqual(['collecting 0/2', 'collecting 1/2', 'collecting 2/2', 'waiting 2/2']);
  });

  it.each([
    [{ bytes: 'many' }, InvalidError],
    [{ bytes: 0 }, InvalidError],
    [{ bytes: 101 }, InvalidError],
    [{ bytes: 1.5 }, InvalidError],
  ])('refuses the answer %j and keeps waiting', async (answers, error) => {
    const { id } = await started();
    expect(() => diagnosis.answer(id, 'size', answers)).toThrow(error);
    expect(diagnosis.get(id).state).toBe('waiting');
  });

  it('takes "I don\'t know" down the unknown branch', async () => {
    const { id } = await started();
    expect(pathOf(diagnosis.answer(id, 'size', { bytes: null }))).toEqual(['read:next', 'size:unknown', 'end:null']);
  });

  it('refuses an answer to a step that does not wait', async () => {
    const { id } = await started();
    expect(() => diagnosis.answer(id, 'read', {})).toThrow(ConflictError);
    expect(() => diagnosis.answer('nope', 'size', {})).toThrow(NotFoundError);
  });

  it('steps back: forgets the answer and asks again, without collecting again', async () => {
    const { id } = await started();
    diagnosis.answer(id, 'size', { bytes: 60 });
    nowMs = 9000;
    const back = diagnosis.back(id, 'size');
    expect(back).toMatchObject({ state: 'waiting', findings: [], question: { stepId: 'size' } });
    expect(back.path.map(({ atMs }) => atMs)).toEqual([1000, 1000]);
    expect(inventory.asked.length).toBe(1);
    expect(() => diagnosis.back(id, 'small-node')).toThrow(InvalidError);
  });

  it('shows what would follow in a copy and leaves the run as it is', async () => {
    const { id } = await started();
    const concluded = diagnosis.answer(id, 'size', { bytes: 60 });
    const copy = diagnosis.whatIf(id, { kind: 'branch', stepId: 'size', branchId: 'otherwise' });
    expect(copy).toMatchObject({ isWhatIf: true, whatIfOf: id, state: 'concluded' });
    expect(copy.id).not.toBe(id);
    expect(pathOf(copy)).toEqual(['read:next', 'size:otherwise', 'end:null']);
    expect(copy.path.map(({ isForced }) => isForced)).toEqual([false, true, false]);
    expect(diagnosis.get(id)).toEqual(concluded);
    expect(() => diagnosis.whatIf(id, { kind: 'branch', stepId: 'size', branchId: 'nope' })).toThrow(InvalidError);
  });

  it('survives a restart, and can be judged again on what was saved', async () => {
    const { id } = await started();
    await diagnosis.close();
    store.close();
    open();
    expect(diagnosis.get(id).state).toBe('waiting');
    expect(diagnosis.answer(id, 'size', { bytes: 60 }).findings[0]?.code).toBe('S-1');
    expect(inventory.asked.length).toBe(1);
    expect(diagnosis.results(id).map(({ probeId }) => probeId)).toEqual(['memory', 'os']);
  });

  it('says that it was interrupted when the engine went while collecting', async () => {
    inventory.work = () => new Promise(() => {});
    const { id } = diagnosis.start({ treeId: 'simple', hostId: 'h' });
    const later = createDiagnosis({ store, inventory, nowMs: () => 5, treesFolder: () => folder, probeInfo: [] });
    expect(later.get(id)).toMatchObject({ state: 'failed', error: { key: 'diagnosis.interrupted' } });
    inventory.work = async () => {};
    diagnosis = later;
  });

  it('leaves a run alone while another process collects it, and says that it was interrupted once that has gone', async () => {
    const other = spawn('sleep', ['60']);
    inventory.work = () => new Promise(() => {});
    const { id } = diagnosis.start({ treeId: 'simple', hostId: 'h' });
    store.transaction(() =>
      store.database.prepare("UPDATE diagnosis_run SET basis = json_set(basis, '$.ownerPid', ?)").run(other.pid),
    );
    diagnosis = createDiagnosis({ store, inventory, nowMs: () => 5, treesFolder: () => folder, probeInfo: [] });
    expect(diagnosis.get(id).state).toBe('collecting');
    other.kill('SIGKILL');
    await once(other, 'exit');
    const interrupted = { id, state: 'failed', error: { key: 'diagnosis.interrupted' } };
    expect(diagnosis.list()).toMatchObject([interrupted]);
    expect(diagnosis.get(id)).toMatchObject(interrupted);
  });

  it('says why a node could not be judged', async () => {
    inventory.work = () =>
      Promise.reject(new HostUnavailableError('h', { code: 'refused', address: 'n1', port: 22, via: null }));
    expect(await started()).toMatchObject({
      state: 'failed',
      findings: [],
      error: { key: 'diagnosis.hostUnavailable', params: { code: 'refused' } },
    });
  });

  it('judges what is there when some probes never came', async () => {
    inventory.work = async (give) => give(result('os', {}));
    expect(pathOf(await started())).toEqual(['read:unknown', 'end:null']);
    // What a joined refresh did not cover is asked for once more, and no further.
    expect(inventory.asked).toEqual([['memory', 'os'], ['memory']]);
  });

  it('takes the old results of a saved collection', async () => {
    inventory.work = async () => {};
    inventory.kept.push(result('memory', { availableBytes: 50 }, 1));
    expect((await started()).state).toBe('waiting');
  });

  it('stops when cancelled and ends the remote commands', async () => {
    let aborted = false;
    inventory.work = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason as Error);
        });
      });
    const { id } = diagnosis.start({ treeId: 'simple', hostId: 'h' });
    expect(diagnosis.cancel(id).state).toBe('cancelled');
    await diagnosis.settled();
    expect(aborted).toBe(true);
    expect(diagnosis.get(id)).toMatchObject({ state: 'cancelled', error: null });
    expect(() => diagnosis.cancel(id)).toThrow(ConflictError);
  });

  it('refuses a tree that is not there', () => {
    expect(() => diagnosis.start({ treeId: 'nope', hostId: 'h' })).toThrow(NotFoundError);
  });
});

describe('trees', () => {
  it('lists the built-in ones and those of the folder, and says what is wrong with a file', async () => {
    writeFileSync(join(folder, 'broken.yaml'), 'id: broken\ntitle: 7\n');
    const { trees, problems } = await diagnosis.trees();
    const listed = trees.map(({ id, isBuiltIn }) => [id, isBuiltIn]);
    expect(listed).toContainEqual(['vram-shortage', true]);
    expect(listed.at(-1)).toEqual(['simple', false]);
    expect(listed.filter(([, isBuiltIn]) => isBuiltIn === false)).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: join(folder, 'broken.yaml'), line: 2 });
  });

  it('reads a file again after it was changed', () => {
    expect(diagnosis.tree('simple').title.en).toBe('Simple');
    writeFileSync(join(folder, 'simple.yaml'), tree.replace('en: Simple', 'en: Changed'));
    expect(diagnosis.tree('simple').title.en).toBe('Changed');
  });

  it('checks a text that is nowhere saved', () => {
    expect(diagnosis.checkTree('x.yaml', tree)).toEqual([]);
    expect(diagnosis.checkTree('x.yaml', tree.replace('to: size }', 'to: sizes }'))).toMatchObject([
      { file: 'x.yaml', line: 11, message: 'there is no step sizes' },
      { file: 'x.yaml', line: 13, message: 'no branch leads to step size' },
    ]);
    expect(diagnosis.checkTree('x.yaml', tree.replace('id: simple', 'id: vram-shortage'))).toMatchObject([
      { line: 1, message: 'the id vram-shortage is taken by vram-shortage.yaml' },
    ]);
  });

  it('runs the table tests of a tree and names what is not covered', () => {
    const cases = `tree: simple
cases:
  - name: enough memory
    facts: { memory: { availableBytes: 50 } }
    answers: { size: { bytes: 40 } }
    path: [read, size, end]
    findings: [S-2]
  - name: wrongly expected
    facts: { memory: { availableBytes: 50 } }
    answers: { size: { bytes: 40 } }
    findings: [S-1]
`;
    const { outcomes, problems } = diagnosis.testTree('simple.cases.yaml', cases);
    expect(outcomes.map(({ name, problems: found }) => [name, found.length])).toEqual([
      ['enough memory', 0],
      ['wrongly expected', 1],
    ]);
    expect(problems).toMatchObject([
      { file: 'simple.cases.yaml', line: 11, message: 'wrongly expected: found S-2: went read > size > end' },
      { file: 'simple.cases.yaml', line: 2, message: 'no case reaches step small-node' },
    ]);
  });

  it('runs them on a tree that is nowhere saved, and says what is wrong with that one', () => {
    const text = tree.replace('id: simple', 'id: other');
    const cases = 'tree: other\ncases: [{ name: no facts, facts: {}, findings: [S-2] }]\n';
    const run = (given: string) => diagnosis.testTree('other.cases.yaml', cases, { file: 'other.yaml', text: given });
    expect(run(text).outcomes).toMatchObject([{ name: 'no facts', problems: [] }]);
    expect(run(text.replace('to: size }', 'to: sizes }'))).toMatchObject({
      outcomes: [],
      problems: [
        { file: 'other.yaml', line: 11 },
        { file: 'other.yaml', line: 13 },
      ],
    });
    expect(diagnosis.testTree('other.cases.yaml', cases).problems).toMatchObject([{ line: 1 }]);
  });

  it('draws a tree with its steps, branches and conditions', () => {
    expect(diagnosis.tree('simple')).toMatchObject({
      start: 'read',
      probes: ['memory', 'os'],
      steps: [
        { id: 'read', kind: 'probe' },
        {
          id: 'size',
          kind: 'ask',
          branches: [
            { id: 'large', to: 'small-node', condition: 'answers.size.bytes > memory.availableBytes' },
            { id: 'otherwise', to: 'end', condition: null, label: { en: 'Any other answer' } },
            { id: 'unknown', to: 'end', label: { en: 'Not known' } },
          ],
        },
        { id: 'small-node', severity: 'warn' },
        { id: 'end', severity: 'info' },
      ],
    });
  });
});
