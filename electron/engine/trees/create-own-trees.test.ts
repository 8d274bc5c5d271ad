import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newCases, newTree } from '#shared/domain/new-tree';
import { InvalidError } from '../errors';
import { openStore } from '../store/open-store';
import { createDiagnosis, type Diagnosis } from './create-diagnosis';
import { createOwnTrees, type OwnTrees } from './create-own-trees';
import { FakeInventory, result } from './testing/fake-inventory';

const tree = `id: mine
title: { en: Mine }
symptoms: [{ en: Something }]
start: read
steps:
  read:
    kind: probe
    title: { en: Read }
    probes: [memory]
    next: { to: judge }
    unknown: { to: cannot }
  judge:
    kind: branch
    title: { en: Judge }
    branches:
      - { id: low, when: memory.availableBytes < 100.0, to: bad, label: { en: Low } }
    otherwise: { to: cannot }
    unknown: { to: cannot }
  bad:
    kind: finding
    finding: { code: M-1, state: unhealthy, severity: warn, title: { en: Low }, explanation: { en: Low } }
  cannot:
    kind: finding
    finding: { code: M-2, state: unknown, severity: info, title: { en: No }, explanation: { en: No } }
`;
const cases = 'tree: mine\ncases:\n  - { name: low, facts: { memory: { availableBytes: 5 } }, findings: [M-1] }\n';

let base: string;
let folder: string;
let chosen: string | null;
let diagnosis: Diagnosis;
let own: OwnTrees;
const inventory = new FakeInventory();

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'own-trees-'));
  const store = openStore(join(base, 'gantry.db'), () => 0);
  const shared = { inventory, probeInfo: [], treesFolder: () => chosen, nowMs: () => 1000, lookEveryMs: 10 };
  diagnosis = createDiagnosis({ store, ...shared });
  own = createOwnTrees({ diagnosis, ...shared });
});

beforeEach(() => {
  folder = mkdtempSync(join(base, 'trees-'));
  chosen = folder;
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('the folder of own trees', () => {
  it('tells of files that come, change by renaming, break and go, and of the folder itself', async () => {
    const signal = new AbortController();
    const states = own.watch(signal.signal);
    const next = async () => (await states.next()).value;
    expect(await next()).toEqual({ folder, problem: null, files: [] });

    writeFileSync(join(folder, 'mine.yaml'), tree);
    expect(await next()).toMatchObject({ files: [{ name: 'mine.yaml', treeId: 'mine', problems: [] }] });

    writeFileSync(join(folder, '.mine.swp'), tree.replace('to: judge }', 'to: jugde }'));
    renameSync(join(folder, '.mine.swp'), join(folder, 'mine.yaml'));
    // Not in use, and neither is what it was before.
    expect(await next()).toMatchObject({
      files: [{ treeId: null, problems: [{ line: 10, column: 13, message: 'there is no step jugde' }, {}] }],
    });
    expect(diagnosis.treeSet().trees.has('mine')).toBe(false);

    rmSync(folder, { recursive: true });
    expect(await next()).toMatchObject({ folder, problem: { reason: 'missing' }, files: [] });
    mkdirSync(folder);
    expect(await next()).toMatchObject({ problem: null, files: [] });
    signal.abort();
    expect(await states.next()).toMatchObject({ done: true });
  });

  it('saves over what was opened, and nothing over what somebody else wrote meanwhile', async () => {
    const first = await own.save({ name: 'mine.yaml', text: tree }, null);
    if (first.kind !== 'saved') throw new Error('not saved');
    const opened = await own.read('mine.yaml');
    expect(opened).toEqual({ name: 'mine.yaml', text: tree, version: first.version });
    expect(await own.save({ name: 'mine.yaml', text: tree }, null)).toEqual(first);

    writeFileSync(join(folder, 'mine.yaml'), 'other');
    const conflict = await own.save({ name: 'mine.yaml', text: `${tree}\n` }, opened.version);
    expect(conflict).toMatchObject({ kind: 'conflict', onDisk: { text: 'other' } });
    rmSync(join(folder, 'mine.yaml'));
    expect(await own.save({ name: 'mine.yaml', text: `${tree}\n` }, opened.version)).toEqual({
      kind: 'conflict',
      onDisk: null,
    });
    expect(await own.save({ name: 'mine.yaml', text: `${tree}\n` }, null)).toMatchObject({ kind: 'saved' });
  });

  it.each(['../up.yaml', '/etc/x.yaml', '.hidden.yaml', 'a.txt', 'con.yaml', 'a\\b.yaml'])(
    'refuses the name %s',
    async (name) => {
      await expect(own.save({ name, text: tree }, null)).rejects.toThrow(InvalidError);
    },
  );

  it('says that there is none', async () => {
    chosen = null;
    expect(await own.folder()).toEqual({ folder: null, problem: null, files: [] });
    await expect(own.save({ name: 'mine.yaml', text: tree }, null)).rejects.toThrow('ownTrees.noFolder');
  });
});

describe('a text that is being written', () => {
  it('is drawn with the line of each step, and its cases are run', () => {
    const found = own.examine({ name: 'mine.yaml', text: tree }, { name: 'mine.cases.yaml', text: cases });
    expect(found).toMatchObject({
      problems: [],
      lines: { read: 6, judge: 12, bad: 19, cannot: 22 },
      graph: { id: 'mine', steps: [{ id: 'read' }, { id: 'judge' }, { id: 'bad' }, { id: 'cannot' }] },
      cases: { outcomes: [{ name: 'low', line: 3, path: ['read', 'judge', 'bad'], problems: [] }] },
    });
    expect(found.cases?.problems).toMatchObject([{ message: 'no case reaches step cannot' }]);
  });

  it('is drawn although a condition in it is wrong, and says where that is', () => {
    const found = own.examine(
      { name: 'mine.yaml', text: tree.replace('memory.availableBytes <', 'memory.avail <') },
      undefined,
    );
    expect(found.problems).toMatchObject([{ line: 16, column: 33, message: expect.stringContaining('avail') }]);
    expect(found.graph?.steps).toHaveLength(4);
  });

  it('begins as one that is right, with tests that pass', () => {
    const found = own.examine(
      { name: 'our-memory.yaml', text: newTree('our-memory') },
      { name: 'our-memory.cases.yaml', text: newCases('our-memory') },
    );
    expect(found.problems).toEqual([]);
    expect(found.cases).toMatchObject({
      problems: [],
      outcomes: [{ problems: [] }, { problems: [] }, { problems: [] }],
    });
  });

  it('can not have the id of a built-in tree', () => {
    const text = tree.replace('id: mine', 'id: vram-shortage');
    expect(own.examine({ name: 'mine.yaml', text }, undefined).problems).toMatchObject([
      { line: 1, message: 'the id vram-shortage is taken by vram-shortage.yaml' },
    ]);
  });

  it.each([
    [
      'aliases of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((one, at) => `${one}: &${one} [${`*${'abcdefghi'[at]},`.repeat(9)}]`).join('\n')}\n`,
    ],
    ['lists in lists in lists', '['.repeat(200_000)],
    ['bytes', '\u0000\u0001\uFFFD'.repeat(10_000)],
    [
      'ten thousand steps',
      tree +
        Array.from({ length: 10_000 }, (_, at) => `  s${at}: { kind: goto, title: { en: x }, tree: y }\n`).join(''),
    ],
  ])('is refused with a reason when it is %s', (_, text) => {
    const { problems, graph } = own.examine({ name: 'x.yaml', text }, undefined);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThan(60);
    expect(problems[0]?.message).not.toBe('');
    expect(graph).toBeNull();
  });

  it('is refused when it is ten megabytes long', () => {
    expect(() => own.examine({ name: 'x.yaml', text: '#'.repeat(10_000_000) }, undefined)).toThrow('ownTrees.tooLarge');
  });

  it('is walked on what was last read of a node, which is not asked', () => {
    inventory.kept.push(result('memory', { availableBytes: 5 }));
    const { run } = own.tryOn({ name: 'mine.yaml', text: tree, hostId: 'h', answers: {} });
    expect(run).toMatchObject({ state: 'concluded', findings: [{ code: 'M-1' }] });
    expect(run?.path.map(({ stepId }) => stepId)).toEqual(['read', 'judge', 'bad']);
    expect(inventory.asked).toEqual([]);
    expect(diagnosis.list()).toEqual([]);
  });
});

describe('trees that come and go', () => {
  it('gives a built-in tree under another id, as one that can be saved', async () => {
    const { tree: copy, cases: tests } = await own.source('vram-shortage', 'our-vram');
    expect(copy.name).toBe('our-vram.yaml');
    expect(own.examine(copy, tests ?? undefined)).toMatchObject({ problems: [], cases: { problems: [] } });
    await expect(own.source('vram-shortage', '../x')).rejects.toThrow('ownTrees.badId');
  });

  it('plans an import of a zip, and writes only what was chosen and is still as planned', async () => {
    writeFileSync(join(folder, 'mine.yaml'), 'old');
    writeFileSync(join(folder, 'same.yaml'), tree.replace('id: mine', 'id: same'));
    const bytes = zipSync({
      'sub/mine.yaml': strToU8(tree),
      'sub/mine.cases.yaml': strToU8(cases),
      '../../evil name.yaml': strToU8(tree.replace('id: mine', 'id: vram-shortage')),
      'same.yaml': strToU8(tree.replace('id: mine', 'id: same')),
      'big.yaml': new Uint8Array(2_000_000),
      'picture.png': strToU8('x'),
    });
    const files = [{ name: 'trees.zip', bytes }];
    const plan = await own.planImport(files);
    expect(plan.map(({ name, does, problems }) => [name, does, problems.map(({ message }) => message)])).toEqual([
      ['mine.yaml', 'replaces', []],
      ['mine.cases.yaml', 'adds', []],
      ['evil-name.yaml', 'adds', ['the id vram-shortage is taken by vram-shortage.yaml']],
      ['same.yaml', 'same', []],
      [null, 'left-out', ['is larger than 1 MiB']],
    ]);
    const chosenOnes = plan.flatMap(({ name, version }) => (name?.startsWith('mine') ? [{ name, version }] : []));
    writeFileSync(join(folder, 'mine.yaml'), 'newer');
    expect(await own.import(files, chosenOnes)).toEqual({ written: ['mine.cases.yaml'], notWritten: ['mine.yaml'] });
    expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toBe('newer');
  });

  it('says what is no archive', async () => {
    await expect(own.planImport([{ name: 'a.zip', bytes: strToU8('PK\u0003\u0004garbage') }])).rejects.toThrow(
      'ownTrees.badZip',
    );
  });
});

it('offers probes, functions and the paths of facts', () => {
  const words = own.vocabulary();
  expect(words.probes).toContain('gpu-processes');
  expect(words.facts).toEqual(expect.arrayContaining(['memory.availableBytes', 'gpu.gpus[].index']));
  expect(words.functions).toContainEqual(expect.objectContaining({ name: 'worstLink' }));
});
