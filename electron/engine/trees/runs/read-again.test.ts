import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { HostUnavailableError } from '../../hosts/host';
import { openStore } from '../../store/open-store';
import type { Store } from '../../store/store';
import { createDiagnosis, type Diagnosis } from '../create-diagnosis';
import { FakeInventory, result } from '../testing/fake-inventory';

const tree = `id: grows
title: { en: Grows }
symptoms: [{ en: Any }]
let:
  - name: grown
    value: readings.memory[size(readings.memory) - 1].facts.availableBytes - readings.memory[0].facts.availableBytes
start: read
steps:
  read:
    kind: probe
    title: { en: Read }
    probes: [memory, os]
    again: { times: 2, everySeconds: 10, probes: [memory] }
    next: { to: judge }
    unknown: { to: cannot }
  judge:
    kind: branch
    title: { en: Judge }
    branches: [{ id: more, when: grown > 0, to: more, label: { en: More } }]
    otherwise: { to: fine }
    unknown: { to: cannot }
  more:
    kind: finding
    title: { en: More }
    finding:
      code: G-1
      state: degraded
      severity: warn
      nature: capacity
      since: probe.memory.observedAtMs
      explains: [G-2]
      trees: [grows]
      title: { en: '{{ grown }} more' }
      explanation: { en: More }
      evidence: [grown]
  fine:
    kind: finding
    finding: { code: G-2, state: healthy, severity: info, title: { en: Fine }, explanation: { en: Fine } }
  cannot:
    kind: finding
    finding: { code: G-3, state: unknown, severity: warn, title: { en: Cannot }, explanation: { en: Cannot } }
`;

let folder: string;
let store: Store;
let diagnosis: Diagnosis;
let inventory: FakeInventory;
let waits: number[];
/** Called where the run waits between two readings. */
let atWait: (signal: AbortSignal) => Promise<void>;

function reading(availableBytes: number, atMs: number) {
  return result('memory', { availableBytes }, atMs);
}

/** A node whose memory has these values, one each time it is read. */
function reads(values: readonly number[]): void {
  let count = 0;
  inventory.work = async (give) => {
    const value = values[count];
    if (value !== undefined) give(reading(value, 2000 + count * 10_000));
    if (count === 0) give(result('os', { hostname: 'n1' }));
    count += 1;
  };
}

function open(): void {
  store = openStore(join(folder, 'gantry.db'), () => 1000);
  diagnosis = createDiagnosis({
    store,
    inventory,
    nowMs: () => 1000,
    treesFolder: () => folder,
    probeInfo: [],
    wait: async (ms, signal) => {
      waits.push(ms);
      await atWait(signal);
    },
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-read-again-'));
  writeFileSync(join(folder, 'grows.yaml'), tree);
  inventory = new FakeInventory();
  waits = [];
  atWait = async () => {};
  open();
});

afterEach(async () => {
  await diagnosis.close();
  store.close();
  rmSync(folder, { recursive: true });
});

async function run(): Promise<DiagnosisRun> {
  const { id } = diagnosis.start({ treeId: 'grows', hostId: 'h' });
  await diagnosis.settled();
  return diagnosis.get(id);
}

function pathOf({ path }: DiagnosisRun): string[] {
  return path.map(({ stepId, chosenBranchId }) => `${stepId}:${chosenBranchId}`);
}

describe('what a diagnosis reads again', () => {
  it('is compared with the first reading; only the probes that need it are read, as often and as far apart as said', async () => {
    reads([10, 20, 45]);
    const done = await run();
    expect(pathOf(done)).toEqual(['read:next', 'judge:more', 'more:null']);
    expect(waits).toEqual([10_000, 10_000]);
    expect(inventory.asked).toEqual([
      ['memory', 'os'],
      ['memory', 'os'],
      ['memory', 'os'],
    ]);
    expect(done).toMatchObject({ state: 'concluded', reading: null });
    expect(done.findings).toMatchObject([
      { title: { en: '35 more' }, nature: 'capacity', sinceMs: 2000, explains: ['G-2'], trees: ['grows'] },
    ]);
  });

  it('is told while it is waited for, and can be cancelled', async () => {
    reads([10, 20, 30]);
    let arrived = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    atWait = (signal) =>
      new Promise((_, reject) => {
        arrived();
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { id } = diagnosis.start({ treeId: 'grows', hostId: 'h' });
    await waiting;
    expect(diagnosis.get(id)).toMatchObject({
      state: 'collecting',
      progress: { running: ['memory', 'os'] },
      reading: { stepId: 'read', done: 0, times: 2, everyMs: 10_000 },
    });
    diagnosis.cancel(id);
    await diagnosis.settled();
    expect(diagnosis.get(id)).toMatchObject({ state: 'cancelled', reading: null, findings: [] });
  });

  it.each([
    [
      'when the node is gone by then',
      new HostUnavailableError('h', { code: 'refused', address: 'n1', port: 22, via: null }),
    ],
    ['when a saved collection has no second reading', null],
  ])('leaves what it counts unknown %s', async (_, error) => {
    let count = 0;
    inventory.work = async (give) => {
      count += 1;
      if (count > 1 && error !== null) throw error;
      if (count > 1) return;
      give(reading(10, 2000));
      give(result('os', {}));
    };
    const done = await run();
    expect(pathOf(done)).toEqual(['read:unknown', 'cannot:null']);
    expect(done.path[0]?.evaluations[1]?.reason?.en).toContain('Only one reading of memory');
    expect(done.state).toBe('concluded');
  });

  it('is not waited for where the first reading failed', async () => {
    inventory.work = async (give) => give(result('os', {}));
    expect(pathOf(await run())).toEqual(['read:unknown', 'cannot:null']);
    expect(waits).toEqual([]);
  });

  it('is kept with the run: after a restart it is walked again on the same readings', async () => {
    reads([10, 20, 45]);
    const done = await run();
    await diagnosis.close();
    store.close();
    open();
    expect(pathOf(diagnosis.back(done.id, 'judge'))).toEqual(pathOf(done));
    expect(waits).toHaveLength(2);
  });

  it('comes from the cases in table tests', () => {
    const cases = `tree: grows
cases:
  - { name: more, facts: { memory: { availableBytes: 1 }, os: {} }, again: { memory: [{ availableBytes: 3 }] }, findings: [G-1], says: [2 more] }
  - { name: same, facts: { memory: { availableBytes: 1 }, os: {} }, again: { memory: [{ availableBytes: 1 }] }, findings: [G-2] }
  - { name: once, facts: { memory: { availableBytes: 1 }, os: {} }, findings: [G-3] }
`;
    expect(diagnosis.testTree('grows.cases.yaml', cases).problems).toEqual([]);
  });
});
