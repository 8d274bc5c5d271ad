import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DiagnosisRun, diagnosisRunSchema, hypotheticalFrom } from '#shared/domain/diagnosis';
import { ConflictError, InvalidError } from '../../errors';
import { HostUnavailableError } from '../../hosts/host';
import { openStore } from '../../store/open-store';
import type { Store } from '../../store/store';
import { createDiagnosis, type Diagnosis } from '../create-diagnosis';
import { FakeInventory, result } from '../testing/fake-inventory';

const tree = `id: grows
title: { en: Grows }
symptoms: [{ en: Any }]
sources: [The manual]
let:
  - { name: tight, value: 'memory.availableBytes < 100.0', note: Less is tight. }
start: read
steps:
  read:
    kind: probe
    title: { en: Read }
    probes: [memory, os]
    next: { to: size }
    unknown: { to: cannot }
  size:
    kind: ask
    title: { en: Size }
    prompt: { en: How much? }
    fields: [{ name: bytes, label: { en: Bytes }, kind: integer, required: true }]
    branches: [{ id: large, when: answers.size.bytes > memory.availableBytes, to: why, label: { en: Large } }]
    otherwise: { to: why, label: { en: Small } }
    unknown: { to: cannot }
  why:
    kind: ask
    title: { en: Why }
    prompt: { en: What for? }
    fields: [{ name: reason, label: { en: Reason }, kind: text }]
    otherwise: { to: judge }
    unknown: { to: judge }
  judge:
    kind: branch
    title: { en: Judge }
    branches:
      - { id: tight, when: tight, to: tight, label: { en: Tight } }
      - { id: large, when: answers.size.bytes > memory.availableBytes, to: large, label: { en: Too large } }
    otherwise: { to: fine, label: { en: It fits } }
    unknown: { to: cannot }
  tight: { kind: finding, finding: { code: G-1, state: degraded, severity: warn, title: { en: Tight }, explanation: { en: Tight } } }
  large: { kind: finding, finding: { code: G-2, state: degraded, severity: warn, title: { en: Large }, explanation: { en: '{{ answers.why.reason }}' } } }
  fine: { kind: finding, finding: { code: G-3, state: healthy, severity: info, title: { en: Fine }, explanation: { en: Fine } } }
  cannot: { kind: finding, finding: { code: G-4, state: unknown, severity: warn, title: { en: Cannot }, explanation: { en: Cannot } } }
`;

const counting = `id: counts
title: { en: Counts }
symptoms: [{ en: Any }]
let: [{ name: grown, value: 'readings.memory[size(readings.memory) - 1].facts.availableBytes - readings.memory[0].facts.availableBytes' }]
start: read
steps:
  read:
    kind: probe
    title: { en: Read }
    probes: [memory, os]
    again: { everySeconds: 10, probes: [memory] }
    next: { to: judge }
    unknown: { to: cannot }
  judge:
    kind: branch
    title: { en: Judge }
    branches: [{ id: more, when: grown > 0, to: more, label: { en: More } }]
    otherwise: { to: cannot }
    unknown: { to: cannot }
  more: { kind: finding, title: { en: More }, finding: { code: C-1, state: degraded, severity: warn, title: { en: '{{ grown }} more' }, explanation: { en: More } } }
  cannot: { kind: finding, finding: { code: C-2, state: unknown, severity: warn, title: { en: Cannot }, explanation: { en: Cannot } } }
`;

let folder: string;
let store: Store;
let diagnosis: Diagnosis;
let inventory: FakeInventory;
let nowMs: number;
/** What the node has now, and since when it runs. */
let node: { availableBytes: number; bootId: string; bootedAtMs: number };
let atWait: () => void;

function open(): void {
  store = openStore(join(folder, 'gantry.db'), () => nowMs);
  diagnosis = createDiagnosis({
    store,
    inventory,
    nowMs: () => nowMs,
    treesFolder: () => folder,
    probeInfo: [],
    wait: async (ms) => {
      nowMs += ms;
      atWait();
    },
  });
}

async function reopen(): Promise<void> {
  await diagnosis.close();
  store.close();
  open();
}

beforeEach(() => {
  nowMs = 1_000_000;
  node = { availableBytes: 500, bootId: 'first', bootedAtMs: 0 };
  atWait = () => {};
  folder = mkdtempSync(join(tmpdir(), 'gantry-revise-'));
  writeFileSync(join(folder, 'grows.yaml'), tree);
  writeFileSync(join(folder, 'counts.yaml'), counting);
  inventory = new FakeInventory();
  inventory.work = async (give) => {
    give(result('memory', { availableBytes: node.availableBytes }, nowMs));
    give(result('os', { bootId: node.bootId, uptimeSeconds: (nowMs - node.bootedAtMs) / 1000 }, nowMs));
  };
  open();
});

afterEach(async () => {
  await diagnosis.close();
  store.close();
  rmSync(folder, { recursive: true });
});

async function started(treeId = 'grows'): Promise<DiagnosisRun> {
  const { id } = diagnosis.start({
    treeId,
    hostId: 'h',
    ...(treeId === 'grows' && { answers: { size: { bytes: 60 }, why: { reason: 'a model' } } }),
  });
  await diagnosis.settled();
  return diagnosis.get(id);
}

const codes = (run: DiagnosisRun) => run.findings.map(({ code }) => code);

describe('answers that are changed afterwards', () => {
  it('keep the later ones, judge what follows again, and say what came out differently', async () => {
    const { id } = await started();
    const changed = diagnosis.answer(id, 'size', { bytes: 600 });
    expect(codes(changed)).toEqual(['G-2']);
    expect(changed.findings[0]?.explanation.en).toBe('a model');
    expect(changed.change).toMatchObject({
      kind: 'answers',
      stepId: 'size',
      steps: [
        { stepId: 'size', kind: 'turned', before: { en: 'Small' }, after: { en: 'Large' } },
        { stepId: 'judge', kind: 'turned', before: { en: 'It fits' }, after: { en: 'Too large' } },
        { stepId: 'large', kind: 'joined' },
        { stepId: 'fine', kind: 'left' },
      ],
      findings: [
        { kind: 'new', code: 'G-2' },
        { kind: 'gone', code: 'G-3' },
      ],
    });
    expect(diagnosisRunSchema.parse(changed)).toEqual(changed);
    expect(diagnosis.answer(id, 'size', { bytes: 60 }).change?.findings).toMatchObject([
      { code: 'G-3' },
      { code: 'G-2' },
    ]);
  });

  it('are asked with the form as it was filled in', async () => {
    const { id } = await started();
    expect(diagnosis.question(id, 'size')).toMatchObject({ stepId: 'size', fields: [{ name: 'bytes', initial: 60 }] });
    expect(() => diagnosis.question(id, 'judge')).toThrow(InvalidError);
    expect(() => diagnosis.answer(id, 'size', { bytes: 1.5 })).toThrow(InvalidError);
    expect(codes(diagnosis.get(id))).toEqual(['G-3']);
  });
});

describe('a what-if', () => {
  it('takes an answer, a fact or a branch for something else in a copy; the run stays as it is', async () => {
    const real = await started();
    const answered = diagnosis.whatIf(real.id, { kind: 'answers', stepId: 'size', answers: { bytes: 600 } });
    expect([codes(answered), hypotheticalFrom(answered)]).toEqual([['G-2'], 2]);
    const fact = diagnosis.whatIf(real.id, { kind: 'fact', probeId: 'memory', path: 'availableBytes', value: 50 });
    expect([codes(fact), hypotheticalFrom(fact)]).toEqual([['G-1'], 0]);
    expect(fact).toMatchObject({
      isWhatIf: true,
      whatIfOf: real.id,
      assumedFacts: [{ probeId: 'memory', path: 'availableBytes', value: 50 }],
    });
    const both = diagnosis.whatIf(fact.id, { kind: 'branch', stepId: 'judge', branchId: 'otherwise' });
    expect([codes(both), both.whatIfOf, hypotheticalFrom(both)]).toEqual([['G-3'], real.id, 0]);
    expect(diagnosis.get(real.id)).toEqual(real);
    expect(hypotheticalFrom(real)).toBe(real.path.length);
    expect(() => diagnosis.readAgain(fact.id, null)).toThrow(ConflictError);
  });

  it('is no part of what its run is compared with, nor of its incident', async () => {
    const { id } = diagnosis.start({
      ...{ treeId: 'grows', hostId: 'h', strandsId: 'together', incidentId: 'incident-1' },
      answers: { size: { bytes: 60 }, why: { reason: 'a model' } },
    });
    await diagnosis.settled();
    const assumed = diagnosis.whatIf(id, { kind: 'answers', stepId: 'size', answers: { bytes: 600 } });
    const own = { strandsId: null, incidentId: null };
    expect(assumed).toMatchObject(own);
    expect(diagnosis.answer(assumed.id, 'size', { bytes: 601 })).toMatchObject({ isWhatIf: true, ...own });
    expect(diagnosis.get(id)).toMatchObject({ strandsId: 'together', incidentId: 'incident-1', isWhatIf: false });
  });

  it.each([
    ['memory', 'nothing', 1],
    ['memory', 'availableBytes', 'much'],
    ['gpu', 'driverVersion', '1'],
  ])('refuses %s: %s = %j', async (probeId, path, value) => {
    const { id } = await started();
    inventory.work = async () => {};
    expect(() => diagnosis.whatIf(id, { kind: 'fact', probeId, path, value })).toThrow(InvalidError);
  });
});

describe('reading again', () => {
  it('replaces what a step read, judges on it and tells what changed', async () => {
    const { id } = await started();
    node.availableBytes = 80;
    nowMs += 5000;
    expect(diagnosis.readAgain(id, 'judge')).toMatchObject({ state: 'collecting', progress: { total: 1 } });
    await diagnosis.settled();
    const run = diagnosis.get(id);
    expect(codes(run)).toEqual(['G-1']);
    expect(inventory.asked.at(-1)).toEqual(['memory']);
    expect(run.change).toMatchObject({ kind: 'read', stepId: 'judge', findings: [{ code: 'G-1' }, { code: 'G-3' }] });
    expect(run.change?.values).toContainEqual({
      stepId: 'size',
      expression: 'memory.availableBytes',
      before: '500',
      after: '80',
    });
    expect(run.probes).toMatchObject([
      { probeId: 'os', observedAtMs: 1_000_000 },
      { probeId: 'memory', observedAtMs: 1_005_000 },
    ]);
  });

  it('leaves the run as it was when the node is gone or it is cancelled, and says why', async () => {
    const before = await started();
    inventory.work = () =>
      Promise.reject(new HostUnavailableError('h', { code: 'refused', address: 'n1', port: 22, via: null }));
    diagnosis.readAgain(before.id, null);
    await diagnosis.settled();
    expect(diagnosis.get(before.id)).toEqual({
      ...before,
      error: { key: 'diagnosis.hostUnavailable', params: { code: 'refused' } },
    });
    inventory.work = (_, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
    diagnosis.readAgain(before.id, null);
    expect(diagnosis.cancel(before.id).state).toBe('concluded');
    await diagnosis.settled();
    expect(diagnosis.get(before.id)).toEqual(before);
  });
});

describe('a node that boots while it is diagnosed', () => {
  it('leaves what counters say unknown, and says so', async () => {
    atWait = () => {
      node = { availableBytes: 900, bootId: 'second', bootedAtMs: nowMs - 2000 };
    };
    const run = await started('counts');
    expect(codes(run)).toEqual(['C-2']);
    expect(run.path[0]).toMatchObject({ chosenBranchId: 'unknown' });
    expect(run.path[0]?.evaluations[1]?.reason?.en).toContain('booted between the readings of memory');
    expect(run.doubts).toMatchObject([{ kind: 'rebooted', message: { key: 'diagnosis.doubts.rebooted' } }]);
  });
});

describe('a run that was interrupted', () => {
  /** Reads so much, and never the rest. */
  function hang(given: number): void {
    let count = 0;
    const work = inventory.work;
    inventory.work = async (give, signal) => {
      count += 1;
      if (count <= given) return work(give, signal);
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
    };
  }

  async function killed(treeId: string): Promise<string> {
    const { id } = diagnosis.start({ treeId, hostId: 'h' });
    await new Promise((resolve) => setImmediate(resolve));
    // The process that collected it is gone.
    store.transaction(() =>
      store.database
        .prepare(
          "UPDATE diagnosis_run SET basis = json_set(basis, '$.ownerPid', 4194305), state = 'collecting', run = json_set(run, '$.state', 'collecting')",
        )
        .run(),
    );
    const saved = store.database.prepare('SELECT run, basis FROM diagnosis_run').get() as {
      run: string;
      basis: string;
    };
    await diagnosis.close();
    store.transaction(() =>
      store.database
        .prepare("UPDATE diagnosis_run SET state = 'collecting', run = ?, basis = ?")
        .run(saved.run, saved.basis),
    );
    store.close();
    open();
    expect(diagnosis.get(id)).toMatchObject({ state: 'failed', error: { key: 'diagnosis.interrupted' } });
    return id;
  }

  it('goes on with what was kept of it and reads only the rest', async () => {
    const work = inventory.work;
    hang(0);
    const id = await killed('grows');
    inventory.kept.push(result('memory', { availableBytes: 70 }, nowMs));
    inventory.work = work;
    nowMs += 86_400_000;
    diagnosis.resume(id);
    await diagnosis.settled();
    const run = diagnosis.get(id);
    expect(inventory.asked.at(-1)).toEqual(['os']);
    expect(run).toMatchObject({ state: 'waiting', question: { stepId: 'size' } });
    expect(run.probes).toMatchObject([{ observedAtMs: nowMs - 86_400_000 }, { observedAtMs: nowMs }]);
    expect(() => diagnosis.resume(id)).toThrow(ConflictError);
  });

  it('in its second reading makes the first one anew when that is too old to compare', async () => {
    const work = inventory.work;
    hang(1);
    const id = await killed('counts');
    inventory.work = work;
    nowMs += 86_400_000;
    node.availableBytes = 700;
    atWait = () => {
      node.availableBytes = 740;
    };
    diagnosis.resume(id);
    await diagnosis.settled();
    expect(diagnosis.get(id).findings.map(({ title }) => title.en)).toEqual(['40 more']);
  });

  it('can be continued after it was cancelled, and after a restart waits where it waited', async () => {
    const { id } = diagnosis.start({ treeId: 'grows', hostId: 'h' });
    diagnosis.cancel(id);
    await diagnosis.settled();
    diagnosis.resume(id);
    await diagnosis.settled();
    expect(diagnosis.get(id).state).toBe('waiting');
    await reopen();
    expect(diagnosis.get(id).question?.stepId).toBe('size');
  });
});
