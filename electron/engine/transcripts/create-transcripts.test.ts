import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExpectedGpus } from '#shared/domain/expected-gpus';
import type { PartsVersion } from '#shared/domain/parts/history';
import type { ProbeResult } from '#shared/domain/probe';
import { runComparisonSchema } from '#shared/domain/transcript/run-comparison';
import { replaySchema } from '#shared/domain/transcript/transcript';
import { NotFoundError } from '../errors';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { createDiagnosis, type Diagnosis } from '../trees/create-diagnosis';
import { FakeInventory, result } from '../trees/testing/fake-inventory';
import { createTranscripts, type Transcripts } from './create-transcripts';

const tree = (limit: number) => `id: simple
title: { en: Simple, zh-CN: 简单 }
symptoms: [{ en: Any, zh-CN: 任意 }]
start: read
steps:
  read:
    kind: probe
    title: { en: Read, zh-CN: 读取 }
    probes: [memory]
    next: { to: size }
    unknown: { to: end }
  size:
    kind: branch
    title: { en: Size, zh-CN: 大小 }
    branches:
      - { id: small, when: 'memory.availableBytes < ${limit}.0', to: small-node, label: { en: Small, zh-CN: 小 } }
    otherwise: { to: end, label: { en: Enough, zh-CN: 足够 } }
    unknown: { to: end }
  small-node:
    kind: finding
    finding: { code: S-1, state: degraded, severity: warn, title: { en: Small, zh-CN: 小 }, explanation: { en: x, zh-CN: x } }
  end:
    kind: finding
    finding: { code: S-2, state: unknown, severity: info, title: { en: End, zh-CN: 结束 }, explanation: { en: x, zh-CN: x } }
`;

/** Whose outputs are not kept any more. */
class PrunedInventory extends FakeInventory {
  override evidence(): never {
    throw new NotFoundError('evidence', 'none');
  }
}

let folder: string;
let store: Store;
let diagnosis: Diagnosis;
let inventory: PrunedInventory;
let transcripts: Transcripts;
let nowMs: number;
let versions: PartsVersion[];
let expected: ExpectedGpus | null;

beforeEach(() => {
  nowMs = 1000;
  versions = [];
  expected = null;
  folder = mkdtempSync(join(tmpdir(), 'gantry-transcripts-'));
  writeFileSync(join(folder, 'simple.yaml'), tree(100));
  inventory = new PrunedInventory();
  store = openStore(join(folder, 'gantry.db'), () => nowMs);
  diagnosis = createDiagnosis({
    store,
    inventory,
    nowMs: () => nowMs,
    treesFolder: () => folder,
    probeInfo: [],
    expectedGpus: () => expected,
  });
  transcripts = createTranscripts({
    diagnosis,
    inventory,
    history: { versions: () => versions },
    hosts: { everyHost: () => [] },
    audit: { append: () => {} } as never,
    probeInfo: [],
    nowMs: () => nowMs,
  });
});

afterEach(async () => {
  await diagnosis.close();
  store.close();
  rmSync(folder, { recursive: true });
});

async function ran(availableBytes: number, extra: readonly ProbeResult[] = []): Promise<string> {
  nowMs += 1000;
  inventory.work = async (give) => {
    for (const one of [result('memory', { availableBytes }), ...extra]) give({ ...one, observedAtMs: nowMs });
  };
  const { id } = diagnosis.start({ treeId: 'simple', hostId: 'h' });
  await diagnosis.settled();
  return id;
}

interface Written {
  run: { path?: unknown };
  basis: { results: { facts: unknown }[] };
  trees: { text: string }[];
}

const edited = (bytes: Uint8Array, edit: (file: Written) => void): Uint8Array<ArrayBuffer> => {
  const file = JSON.parse(gunzipSync(bytes).toString()) as Written;
  edit(file);
  return new Uint8Array(gzipSync(JSON.stringify(file)));
};

/** So many megabytes, a few hundred bytes for each of them in the file. */
function blanks(megabytes: number): Uint8Array {
  const one = gzipSync(Buffer.alloc(1024 * 1024, ' '));
  return Buffer.concat(Array.from({ length: megabytes }, () => one));
}

describe('a transcript', () => {
  it('has how many GPUs the node should have had: its replay does not ask this machine', async () => {
    const counted = tree(100)
      .replace('id: simple', 'id: counted')
      .replace(/memory\.\S+ < \S+0/, 'expected.count > 7.0');
    writeFileSync(join(folder, 'counted.yaml'), counted);
    expected = { count: 8, source: 'inventory', atMs: 500, gpus: [] };
    inventory.work = async (give) => give(result('memory', { availableBytes: 1 }));
    const { id } = diagnosis.start({ treeId: 'counted', hostId: 'h' });
    await diagnosis.settled();
    expect(diagnosis.get(id).findings.map(({ code }) => code)).toEqual(['S-1']);
    const { bytes } = await transcripts.write(id);
    expected = null;
    const again = await transcripts.replay({ transcript: bytes });
    expect(again.recorded).toMatchObject({ kind: 'walked', comparison: { isSame: true } });
  });

  it('comes to the same path and findings on another machine, and says what a changed tree makes of it', async () => {
    const { bytes, fileName } = await transcripts.write(await ran(50));
    expect(fileName).toMatch(/^gantry-run-simple-h-1970-01-01-0000\.json\.gz$/);

    const same = replaySchema.parse(await transcripts.replay({ transcript: bytes }));
    expect(same.trees).toMatchObject([{ id: 'simple', state: 'same' }]);
    expect(same.recorded).toMatchObject({ kind: 'walked', comparison: { isSame: true } });
    expect(same.today).toMatchObject({ kind: 'walked', comparison: { isSame: true } });

    writeFileSync(join(folder, 'simple.yaml'), tree(10));
    const changed = replaySchema.parse(await transcripts.replay({ transcript: bytes }));
    expect(changed.trees).toMatchObject([{ id: 'simple', state: 'changed' }]);
    expect(changed.recorded).toMatchObject({ kind: 'walked', comparison: { isSame: true } });
    expect(changed.today).toMatchObject({
      comparison: {
        isSame: false,
        partedAt: 1,
        findings: [
          { code: 'S-1', change: 'went' },
          { code: 'S-2', change: 'came' },
        ],
      },
    });

    rmSync(join(folder, 'simple.yaml'));
    const gone = replaySchema.parse(await transcripts.replay({ transcript: bytes }));
    expect(gone.trees).toMatchObject([{ state: 'gone' }]);
    expect(gone.recorded).toMatchObject({ kind: 'walked', comparison: { isSame: true } });
    expect(gone.today).toMatchObject({ kind: 'not-compiled' });
  });

  it('says so where what is recorded does not come out of the recorded facts', async () => {
    const { bytes } = await transcripts.write(await ran(50));
    const forged = edited(bytes, (file) => {
      file.basis.results = file.basis.results.map((one) => ({ ...one, facts: { availableBytes: 500 } }));
    });
    const { recorded } = await transcripts.replay({ transcript: forged });
    expect(recorded).toMatchObject({ kind: 'walked', comparison: { isSame: false, partedAt: 1 } });
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array, string]>([
    ['is something else', () => Buffer.from('hello'), 'runs.notATranscript'],
    ['is other JSON', () => Buffer.from('{"format":"gantry-incident/1"}'), 'runs.notATranscript'],
    ['is of a later version', () => Buffer.from('{"format":"gantry-transcript/2"}'), 'runs.otherFormat'],
    ['is cut', (bytes) => bytes.slice(0, bytes.length / 2), 'runs.fileNotWhole'],
    ['is cut once inflated', (bytes) => gunzipSync(bytes).subarray(0, -1), 'runs.fileNotWhole'],
    ['is binary', () => Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0xff, 0xfe]), 'runs.notATranscript'],
    ['is a bomb', () => blanks(257), 'runs.fileTooLarge'],
    ['lacks its path', (bytes) => edited(bytes, (file) => delete file.run.path), 'runs.fileDamaged'],
    ['lacks its tree', (bytes) => edited(bytes, (file) => file.trees.pop()), 'runs.fileDamaged'],
    [
      'has another tree',
      (bytes) =>
        edited(bytes, (file) => {
          file.trees = file.trees.map((one) => ({ ...one, text: `${one.text}# edited` }));
        }),
      'runs.treeAltered',
    ],
  ])('is refused when it %s', async (_, spoil, key) => {
    const { bytes } = await transcripts.write(await ran(50));
    await expect(transcripts.replay({ transcript: new Uint8Array(spoil(bytes)) })).rejects.toMatchObject({ key });
  });

  it('is not written of a run that never walked', async () => {
    inventory.work = async () => {
      throw new Error('gone');
    };
    const { id } = diagnosis.start({ treeId: 'simple', hostId: 'h' });
    await diagnosis.settled();
    await expect(transcripts.write(id)).rejects.toMatchObject({ key: 'runs.notWalked' });
  });
});

describe('two runs', () => {
  it('are compared oldest first: where they part, what changed at the node and between which looks', async () => {
    const worked = await ran(500);
    const failed = await ran(50);
    const change = {
      kind: 'node' as const,
      change: 'changed' as const,
      count: 1,
      model: null,
      slots: [''],
      attribute: 'kernel',
      before: '6.8.0-40',
      after: '6.8.0-52',
    };
    versions = [
      { number: 2, firstSeenMs: 2800, lastSeenMs: 3000, changes: [change], carriedCount: 0 },
      { number: 1, firstSeenMs: 500, lastSeenMs: 2100, changes: [], carriedCount: 0 },
    ];
    const compared = runComparisonSchema.parse(await transcripts.compare({ runId: failed }, { runId: worked }));
    expect(compared).toMatchObject({
      before: { id: worked },
      after: { id: failed },
      isSameNode: true,
      isTreeChanged: false,
      walk: { isSame: false, partedAt: 1 },
      node: { from: 'versions', changes: [{ afterMs: 2100, byMs: 2800, changes: [change] }] },
    });
    expect(compared.walk.steps[1]).toMatchObject({
      stepId: 'size',
      relation: 'parted',
      title: { en: 'Size' },
      values: [{ expression: 'memory.availableBytes', before: '500', after: '50', isDifferent: true }],
    });
    expect(compared.facts).toEqual({
      probes: [
        {
          probeId: 'memory',
          settings: [],
          settingsCount: 0,
          moved: [{ path: 'availableBytes', before: '500', after: '50' }],
          movedCount: 1,
        },
      ],
      unread: [],
    });
    expect(compared.logged).toBeNull();
    const { bytes } = await transcripts.write(worked);
    expect(await transcripts.compare({ transcript: bytes }, { runId: failed })).toMatchObject({
      before: { id: worked, madeWith: { madeAtMs: nowMs } },
      walk: { partedAt: 1 },
    });
  });

  it('says that versions do not reach back, and that the tree was changed', async () => {
    const worked = await ran(500);
    writeFileSync(join(folder, 'simple.yaml'), tree(90));
    const failed = await ran(50);
    expect(await transcripts.compare({ runId: worked }, { runId: failed })).toMatchObject({
      isTreeChanged: true,
      node: { from: 'readings' },
    });
  });
});
