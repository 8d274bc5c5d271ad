import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe';
import { type Strands, strandsSchema } from '#shared/domain/strands/strands';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import { HostUnavailableError } from '../hosts/host';
import type { Inventory, RefreshReport } from '../inventory/inventory';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { createDiagnosis, type Diagnosis } from '../trees/create-diagnosis';
import { FakeInventory, result } from '../trees/testing/fake-inventory';
import { createStrands, type ManyNodes } from './create-strands';

const tree = `id: simple
title: { en: Simple }
symptoms: [{ en: Any }]
start: read
steps:
  read: { kind: probe, title: { en: Read }, probes: [memory], next: { to: judge }, unknown: { to: end } }
  judge:
    kind: branch
    title: { en: Judge }
    branches: [{ id: low, when: memory.availableBytes < 100, to: who, label: { en: Low } }]
    otherwise: { to: end }
    unknown: { to: end }
  who:
    kind: ask
    title: { en: Who }
    prompt: { en: Who uses it? }
    fields: [{ name: user, label: { en: User }, kind: text }]
    branches: [{ id: known, when: answers.who.user != "", to: named, label: { en: Known } }]
    otherwise: { to: end }
    unknown: { to: end }
  named: { kind: finding, finding: { code: L-2, state: degraded, severity: warn, title: { en: Named }, explanation: { en: x } } }
  end: { kind: finding, finding: { code: L-9, state: unknown, severity: info, title: { en: Fine }, explanation: { en: x } } }
`;

/** What each host answers; one that is not here never does. */
class Hosts extends FakeInventory implements Inventory {
  readonly free: Record<string, number> = { n1: 500, n2: 40, n3: 500 };

  override async refresh(hostId: string, options: Parameters<Inventory['refresh']>[1] = {}): Promise<RefreshReport> {
    if (hostId === 'gone')
      throw new HostUnavailableError(hostId, { code: 'refused', address: 'gone', port: 22, via: null });
    const { signal } = options;
    if (this.free[hostId] === undefined)
      await new Promise<void>((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    const one: ProbeResult = { ...result('memory', { availableBytes: this.free[hostId] ?? 500 }), hostId };
    options.onResult?.(one);
    return { ok: 1, total: 1, durationMs: 1, roundTrips: 1, nodeCpuMs: null };
  }
}

let folder: string;
let store: Store;
let diagnosis: Diagnosis;
let many: ManyNodes;
let inventory: Hosts;

const nowMs = () => 1000;

function services(): void {
  diagnosis = createDiagnosis({ store, inventory, nowMs, treesFolder: () => folder, probeInfo: [] });
  const hosts = {
    spec: (hostId: string) => {
      if (hostId === 'nobody') throw new NotFoundError('host', hostId);
      return { id: hostId } as ReturnType<Parameters<typeof createStrands>[0]['hosts']['spec']>;
    },
  };
  many = createStrands({ store, hosts, diagnosis, nowMs });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-strands-'));
  writeFileSync(join(folder, 'simple.yaml'), tree);
  inventory = new Hosts();
  store = openStore(join(folder, 'gantry.db'), nowMs);
  services();
  expect(diagnosis.treeSet().problems).toEqual([]);
});

afterEach(async () => {
  await diagnosis.close();
  store.close();
  rmSync(folder, { recursive: true });
});

async function walked(...hostIds: string[]): Promise<Strands> {
  const { id } = many.start({ treeId: 'simple', hostIds });
  await diagnosis.settled();
  return many.get(id);
}

const groups = (strands: Strands) => strands.groups.map(({ id, hostIds }) => `${id}: ${hostIds.join(' ')}`);

describe('one tree on many nodes', () => {
  it('walks each node as a run of its own, and lays the walks side by side', async () => {
    const started = many.start({ treeId: 'simple', hostIds: ['n1', 'n2', 'n1', 'n3'] });
    expect(started.strands.map(({ state }) => state)).toEqual(['collecting', 'collecting', 'collecting']);
    await diagnosis.settled();
    const strands = many.get(started.id);
    expect(strandsSchema.parse(strands)).toEqual(strands);
    expect(groups(strands)).toEqual(['A: n2', 'B: n1 n3']);
    expect(strands.partings).toMatchObject([
      { stepId: 'judge', ways: [{ branchId: 'low' }, { branchId: 'otherwise' }], values: [{ isDeciding: true }] },
    ]);
    const run = diagnosis.get(strands.strands[1]?.runId ?? '');
    expect(run).toMatchObject({ hostId: 'n2', strandsId: started.id, state: 'waiting' });
    expect(many.list()).toMatchObject([{ id: started.id, hostIds: ['n1', 'n2', 'n3'] }]);
  });

  it('says of a node that can not be reached why, and judges the others', async () => {
    const { strands, groups: found } = await walked('n1', 'gone');
    expect(strands[1]).toMatchObject({
      state: 'failed',
      groupId: null,
      error: { key: 'diagnosis.hostUnavailable', params: { code: 'refused' } },
    });
    expect(found).toHaveLength(1);
  });

  it('answers once for all that wait, or for the nodes that are named', async () => {
    inventory.free.n4 = 30;
    const { id, questions } = await walked('n1', 'n2', 'n4');
    expect(questions).toMatchObject([{ stepId: 'who', hostIds: ['n2', 'n4'] }]);
    const one = many.answer(id, 'who', { user: 'ann' }, ['n4', 'n1']);
    expect(one.questions).toMatchObject([{ hostIds: ['n2'] }]);
    const all = many.answer(id, 'who', { user: null });
    expect(all.questions).toEqual([]);
    expect(all.groups.map(({ findings }) => findings.map(({ code }) => code))).toEqual([['L-2'], ['L-9'], ['L-9']]);
    expect(() => many.answer(id, 'who', { user: 'bob' })).toThrow(ConflictError);
  });

  it('tells whoever watches of what is there already, and ends what is still read when it is cancelled', async () => {
    const { id } = many.start({ treeId: 'simple', hostIds: ['n1', 'slow'] });
    const end = new AbortController();
    const seen: Strands[] = [];
    for await (const now of many.watch(id, end.signal)) {
      seen.push(now);
      const [first, second] = now.strands;
      if (first?.state === 'concluded' && second?.state === 'collecting') many.cancel(id);
      if (second?.state === 'cancelled') break;
    }
    end.abort();
    expect(seen.some(({ groups: found, strands }) => found.length === 1 && strands[1]?.state === 'collecting')).toBe(
      true,
    );
    expect(groups(many.get(id))).toEqual(['A: n1']);
    expect(() => many.cancel(id)).toThrow(ConflictError);
  });

  it('says after a restart which nodes were interrupted, and keeps what was done', async () => {
    const { id } = many.start({ treeId: 'simple', hostIds: ['n1', 'slow'] });
    await expect.poll(() => many.get(id).strands[0]?.state).toBe('concluded');
    // The engine is gone; what it was at never comes back.
    services();
    expect(many.get(id).strands).toMatchObject([
      { state: 'concluded' },
      { state: 'failed', error: { key: 'diagnosis.interrupted' } },
    ]);
  });

  it('starts nothing for a host or a tree there is not, or for no node', async () => {
    expect(() => many.start({ treeId: 'simple', hostIds: ['n1', 'nobody'] })).toThrow(NotFoundError);
    expect(() => many.start({ treeId: 'none', hostIds: ['n1'] })).toThrow(NotFoundError);
    expect(() => many.start({ treeId: 'simple', hostIds: [] })).toThrow(InvalidError);
    await diagnosis.settled();
    expect([many.list(), diagnosis.list()]).toEqual([[], []]);
  });
});
