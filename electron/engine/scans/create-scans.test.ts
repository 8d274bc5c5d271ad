import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExpectedGpus } from '#shared/domain/expected-gpus';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import { type Scan, scanSchema } from '#shared/domain/scan/scan';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import { HostUnavailableError } from '../hosts/host';
import type { Inventory, RefreshReport } from '../inventory/inventory';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { compileTrees } from '../trees/compile/tree-library';
import type { TreeSet } from '../trees/compile/tree-set';
import { createDiagnosis, type Diagnosis } from '../trees/create-diagnosis';
import { FakeInventory, result } from '../trees/testing/fake-inventory';
import { createScans, type Scans } from './create-scans';

/** Low memory, which it says is why the node is slow; then it asks. */
const low = `id: low
title: { en: Low }
symptoms: [{ en: Any }]
start: read
steps:
  read: { kind: probe, title: { en: Read }, probes: [memory], next: { to: judge }, unknown: { to: cannot } }
  judge:
    kind: branch
    title: { en: Judge }
    branches: [{ id: low, when: memory.availableBytes < 100, to: little, label: { en: Low } }]
    otherwise: { to: fine }
    unknown: { to: cannot }
  little:
    kind: finding
    finding: { code: L-1, state: degraded, severity: warn, nature: capacity, explains: [S-1], title: { en: Little memory }, explanation: { en: x } }
    next: { to: who }
  who:
    kind: ask
    title: { en: Who }
    prompt: { en: Who uses it? }
    fields: [{ name: user, label: { en: User }, kind: text }]
    branches: [{ id: known, when: answers.who.user != "", to: named, label: { en: Known } }]
    otherwise: { to: fine }
    unknown: { to: cannot }
  named: { kind: finding, finding: { code: L-2, state: degraded, severity: warn, title: { en: Named }, explanation: { en: x } } }
  fine: { kind: finding, finding: { code: L-9, state: healthy, severity: info, title: { en: Fine }, explanation: { en: x } } }
  cannot: { kind: finding, finding: { code: L-0, state: unknown, severity: warn, title: { en: Cannot }, explanation: { en: x } } }
`;

/** Slow when its load went up between two readings. */
function slow(id: string, probes: string, everySeconds: number): string {
  return `id: ${id}
title: { en: Slow }
symptoms: [{ en: Any }]
start: read
steps:
  read:
    kind: probe
    title: { en: Read }
    probes: [${probes}]
    again: { everySeconds: ${everySeconds} }
    next: { to: judge }
    unknown: { to: cannot }
  judge:
    kind: branch
    title: { en: Judge }
    branches: [{ id: up, when: size(readings.os) == 2, to: slow, label: { en: Up } }]
    otherwise: { to: cannot }
    unknown: { to: cannot }
  slow: { kind: finding, finding: { code: S-1, state: degraded, severity: critical, nature: performance, title: { en: Slow }, explanation: { en: x } } }
  cannot: { kind: finding, finding: { code: S-0, state: unknown, severity: warn, title: { en: Cannot }, explanation: { en: x } } }
`;
}

class ManyHosts extends FakeInventory implements Inventory {
  readonly calls: string[] = [];
  reads: (
    hostId: string,
    probeIds: readonly string[],
    give: (one: ProbeResult) => void,
    signal?: AbortSignal,
  ) => Promise<void> = async () => {};

  override async refresh(hostId: string, options: Parameters<Inventory['refresh']>[1] = {}): Promise<RefreshReport> {
    const probeIds = options.probeIds ?? [];
    this.calls.push(`${hostId} ${[...probeIds].sort().join(' ')}`);
    await this.reads(hostId, probeIds, (one) => options.onResult?.({ ...one, hostId }), options.signal);
    return { ok: 1, total: 1, durationMs: 1, roundTrips: 1, nodeCpuMs: null };
  }
}

let folder: string;
let store: Store;
let diagnosis: Diagnosis;
let scans: Scans;
let inventory: ManyHosts;
let set: TreeSet;
let nowMs: number;
let waits: number[];
let expected: ExpectedGpus | null;
let atWait: (signal: AbortSignal) => Promise<void>;

/** The trees of a test, and no others; without the tree that is slow there is nothing to explain. */
function trees(...texts: string[]): void {
  const hasSlow = texts.some((text) => text.includes('code: S-1'));
  const files = texts.map((text, index) => ({
    file: `${index}.yaml`,
    text: hasSlow ? text : text.replace('explains: [S-1], ', ''),
    isBuiltIn: false,
  }));
  for (const { file, text } of files) writeFileSync(join(folder, file), text);
  set = compileTrees(files);
  expect(set.problems).toEqual([]);
}

function open(): void {
  store = openStore(join(folder, 'gantry.db'), () => nowMs);
  diagnosis = createDiagnosis({ store, inventory, nowMs: () => nowMs, treesFolder: () => folder, probeInfo: [] });
  scans = createScans({
    store,
    hosts: {
      spec: (id) => {
        if (!/^n\d+$|^saved$/.test(id)) throw new NotFoundError('host', id);
        return { id, name: id, kind: id === 'saved' ? 'bundle' : 'local' } as never;
      },
    },
    inventory,
    history: { versions: () => [] },
    diagnosis: { treeSet: () => set, alsoFrom: (source) => diagnosis.alsoFrom(source) },
    // Every probe of the trees there are, as in the real list.
    get probeInfo() {
      const ids = new Set([...set.trees.values()].flatMap((tree) => tree.probeIds));
      return [...ids].map((id) => ({ id })) as ProbeInfo[];
    },
    expectedGpus: (hostId) => (hostId === 'n1' ? expected : null),
    nowMs: () => nowMs,
    wait: async (ms, signal) => {
      waits.push(ms);
      await atWait(signal);
      nowMs += ms;
    },
  });
}

async function close(): Promise<void> {
  await scans.close();
  await diagnosis.close();
  store.close();
}

/** Each probe is read at once. */
const readAll: ManyHosts['reads'] = async (_, probeIds, give) => {
  for (const id of probeIds) give(result(id, id === 'memory' ? { availableBytes: 50 } : {}, nowMs));
};

beforeEach(() => {
  nowMs = 1_000_000;
  waits = [];
  expected = null;
  atWait = async () => {};
  folder = mkdtempSync(join(tmpdir(), 'gantry-scans-'));
  inventory = new ManyHosts();
  inventory.reads = readAll;
  trees(low);
  open();
});

afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

async function scanned(...hostIds: string[]): Promise<Scan> {
  const { id } = scans.start(hostIds);
  await scans.settled();
  return scans.get(id);
}

const codesOf = ({ ranked }: Scan) =>
  ranked.map(({ finding, causeId }) => `${finding.hostId} ${finding.code}${causeId ? ' <-' : ''}`);

describe('a scan', () => {
  it('reads every probe of all trees once on each node, and walks every tree as far as nobody has to be asked', async () => {
    trees(low, slow('slow', 'os', 10));
    inventory.reads = async (hostId, probeIds, give, signal) =>
      readAll(
        hostId,
        probeIds.filter((id) => id === 'memory'),
        give,
        signal,
      );
    const scan = await scanned('n1', 'n2');
    expect(inventory.calls.slice(0, 2)).toEqual(['n1 memory os', 'n2 memory os']);
    expect(scan).toMatchObject({ state: 'done', hostIds: ['n1', 'n2'] });
    expect(scan.nodes[0]?.walks).toMatchObject([
      {
        treeId: 'low',
        state: 'waiting',
        question: { stepId: 'who', title: { en: 'Who' } },
        findings: [{ code: 'L-1' }],
      },
      { treeId: 'slow', state: 'not-walked', reason: { key: 'scan.notRead' } },
    ]);
    expect(codesOf(scan)).toEqual(['n1 L-1', 'n2 L-1']);
    expect(scanSchema.parse(scan)).toEqual(scan);
  });

  it('folds what one tree found under what another says is its cause', async () => {
    trees(low, slow('slow', 'os', 10));
    expect(codesOf(await scanned('n1'))).toEqual(['n1 L-1', 'n1 S-1 <-']);
  });

  it('reads once more for all trees together, and only what they want', async () => {
    trees(
      low,
      slow('one', 'os', 10),
      slow('two', 'os', 30).replaceAll('S-', 'T-'),
      slow('three', 'os, numa', 10).replaceAll('S-', 'U-'),
    );
    const scan = await scanned('n1');
    expect(inventory.calls).toEqual(['n1 memory numa os', 'n1 numa os']);
    // As long as makes two readings of two, whatever distance the trees would keep by themselves.
    expect(waits).toEqual([1000]);
    expect(scan.nodes[0]?.walks.map(({ state }) => state)).toEqual(['waiting', 'concluded', 'concluded', 'concluded']);
    expect(scan.unjudged).toEqual([]);
  });

  it('waits for nothing where a saved collection can’t be read again, and says what that leaves open', async () => {
    trees(slow('slow', 'os', 10));
    const scan = await scanned('saved');
    expect(waits).toEqual([]);
    expect(scan.unjudged.map(({ finding }) => finding.code)).toEqual(['S-0']);
  });

  it('says which node could not be reached, and judges the others', async () => {
    inventory.reads = async (hostId, probeIds, give, signal) => {
      if (hostId === 'n2')
        throw new HostUnavailableError('n2', { code: 'refused', address: 'n2', port: 22, via: null });
      return readAll(hostId, probeIds, give, signal);
    };
    const scan = await scanned('n1', 'n2');
    expect(scan.nodes.map(({ state }) => state)).toEqual(['done', 'failed']);
    expect(scan.nodes[1]).toMatchObject({
      error: { key: 'diagnosis.hostUnavailable', params: { code: 'refused' } },
      walks: [{ state: 'not-walked', reason: { key: 'diagnosis.hostUnavailable' } }],
    });
    expect(scan.healthy).toEqual([]);
    expect(codesOf(scan)).toEqual(['n1 L-1']);
  });

  it('judges what came before a connection went, and says that it went', async () => {
    trees(low, slow('slow', 'os', 10));
    const lost = { ...result('os', null, nowMs), state: 'failed' as const, reason: { key: 'probes.connectionLost' } };
    inventory.reads = async (_, __, give) => {
      give(result('memory', { availableBytes: 50 }, nowMs));
      give(lost);
    };
    const scan = await scanned('n1');
    expect(scan.nodes[0]).toMatchObject({ state: 'cut', unread: [{ probeId: 'os', state: 'failed' }] });
    expect(scan.nodes[0]?.walks.map(({ state }) => state)).toEqual(['waiting', 'not-walked']);
  });

  it('leaves unknown what it could not read again, with the node that went in between', async () => {
    trees(slow('slow', 'os', 10));
    inventory.reads = async (hostId, probeIds, give, signal) => {
      if (inventory.calls.length > 1)
        throw new HostUnavailableError('n1', { code: 'refused', address: 'n1', port: 22, via: null });
      return readAll(hostId, probeIds, give, signal);
    };
    const scan = await scanned('n1');
    expect(scan.nodes[0]).toMatchObject({ state: 'cut', error: { key: 'diagnosis.hostUnavailable' } });
    expect(scan.unjudged.map(({ finding }) => finding.code)).toEqual(['S-0']);
  });

  it('says that the connection went while it read once more, though all was read before', async () => {
    trees(slow('slow', 'os', 10), slow('other', 'os, memory', 10).replaceAll('S-', 'T-'));
    inventory.reads = async (hostId, probeIds, give, signal) => {
      if (inventory.calls.length === 1) return readAll(hostId, probeIds, give, signal);
      give(result('memory', { availableBytes: 50 }, nowMs));
      give({ ...result('os', null, nowMs), state: 'failed', reason: { key: 'probes.connectionLost' } });
    };
    const scan = await scanned('n1');
    expect(scan.nodes[0]).toMatchObject({ state: 'cut', error: { key: 'scan.cutAgain' }, unread: [] });
    expect(scan.nodes[0]?.walks.map(({ state }) => state)).toEqual(['concluded', 'concluded']);
    expect(scan.ranked).toEqual([]);
    expect(scan.unjudged.map(({ treeIds }) => treeIds)).toEqual([['other', 'slow']]);
  });

  it('ends although the clock of this workstation goes backwards', async () => {
    trees(slow('slow', 'os', 10));
    let atMs = nowMs;
    inventory.reads = async (_, __, give) => {
      atMs -= 1000;
      give(result('os', {}, Math.max(atMs, nowMs - 1)));
    };
    expect((await scanned('n1')).state).toBe('done');
  });

  it('refuses no node, a node there is not, and cancelling what is over', async () => {
    expect(() => scans.start([])).toThrow(InvalidError);
    expect(() => scans.start(['n1', 'gone'])).toThrow(NotFoundError);
    expect(() => scans.get('none')).toThrow(NotFoundError);
    const { id } = await scanned('n1');
    expect(() => scans.cancel(id)).toThrow(ConflictError);
  });
});

describe('while a scan runs', () => {
  /** Holds the node `n2` after its first result, until it is let go or cancelled. */
  function holdSecond(): { arrived: Promise<void>; go: () => void } {
    let arrive = (): void => {};
    let go = (): void => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    inventory.reads = async (hostId, probeIds, give, signal) => {
      if (hostId !== 'n2') return readAll(hostId, probeIds, give, signal);
      give(result('memory', { availableBytes: 500 }, nowMs));
      arrive();
      await new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        void held.then(resolve);
      });
      for (const id of probeIds) if (id !== 'memory') give(result(id, {}, nowMs));
    };
    return { arrived, go };
  }

  it('each node says how far it is, and what is found already is there', async () => {
    trees(low, slow('slow', 'os', 10));
    const { arrived, go } = holdSecond();
    const { id } = scans.start(['n1', 'n2']);
    const seen: string[] = [];
    const watching = (async () => {
      for await (const scan of scans.watch(id)) {
        const [first, second] = scan.nodes;
        seen.push(`${first?.state} ${second?.progress.done}/${second?.progress.total} ${codesOf(scan).join()}`);
        if (first?.state === 'done') go();
      }
    })();
    await arrived;
    await watching;
    expect(seen[0]).toMatch(/^collecting /);
    expect(seen).toContain('done 1/2 n1 L-1,n1 S-1 <-');
    expect(seen.at(-1)).toBe('done 2/2 n1 L-1,n1 S-1 <-,n2 S-1');
  });

  it('cancelling keeps what came: nodes that are done, and trees whose facts were there', async () => {
    trees(low, slow('slow', 'os', 10));
    const { arrived } = holdSecond();
    const { id } = scans.start(['n1', 'n2']);
    await arrived;
    for await (const { nodes } of scans.watch(id)) if (nodes[0]?.state === 'done') break;
    scans.cancel(id);
    await scans.settled();
    const scan = scans.get(id);
    expect(scan.state).toBe('cancelled');
    expect(scan.nodes.map(({ state }) => state)).toEqual(['done', 'cancelled']);
    expect(scan.nodes[1]?.walks).toMatchObject([
      { state: 'concluded' },
      { state: 'not-walked', reason: { key: 'scan.cancelledBefore' } },
    ]);
    expect(codesOf(scan)).toEqual(['n1 L-1', 'n1 S-1 <-']);
  });

  it('cancelling ends the wait for a second reading', async () => {
    trees(slow('slow', 'os', 10));
    let arrive = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    atWait = (signal) =>
      new Promise((_, reject) => {
        arrive();
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { id } = scans.start(['n1']);
    await waiting;
    expect(scans.get(id).nodes[0]?.reading).toEqual({ probeIds: ['os'], atMs: 1_001_000 });
    scans.cancel(id);
    await scans.settled();
    expect(scans.get(id).nodes[0]).toMatchObject({
      state: 'cancelled',
      reading: null,
      walks: [{ state: 'not-walked' }],
    });
  });
});

describe('a scan that is over', () => {
  it('is kept over a restart, and one that was cut off by it says so', async () => {
    const done = await scanned('n1');
    const left = { ...done, id: 'left', state: 'running', hostIds: ['n1', 'n2'] };
    const { nodes: _, ranked: __, unjudged: ___, healthy: ____, ...summary } = left;
    store.transaction(() => {
      store.database
        .prepare("INSERT INTO scan VALUES ('left', 'running', ?, ?)")
        .run(nowMs, JSON.stringify({ scan: summary, ownerPid: 4194305 }));
      store.database
        .prepare(
          "INSERT INTO scan_node SELECT 'left', host_id, node, basis, is_basis_deflated FROM scan_node WHERE scan_id = ?",
        )
        .run(done.id);
    });
    await close();
    open();
    expect(scans.get(done.id)).toEqual(done);
    const interrupted = scans.get('left');
    expect(interrupted.state).toBe('interrupted');
    expect(interrupted.nodes[1]).toMatchObject({ state: 'failed', error: { key: 'scan.interrupted' } });
    expect(codesOf(interrupted)).toEqual(['n1 L-1']);
    expect(
      scans
        .list()
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['done', 'interrupted']);
  });

  it('opens each walk as a diagnosis on the same results, to be answered without reading anything', async () => {
    trees(low, slow('slow', 'os', 10));
    const scan = await scanned('n1', 'n2');
    await close();
    open();
    const [asking, read] = scan.nodes[1]?.walks ?? [];
    const calls = inventory.calls.length;
    expect(diagnosis.get(asking?.runId ?? '')).toMatchObject({
      treeId: 'low',
      hostId: 'n2',
      state: 'waiting',
      findings: [{ code: 'L-1', origin: { runId: asking?.runId } }],
    });
    expect(diagnosis.get(read?.runId ?? '')).toMatchObject({ state: 'concluded', findings: [{ code: 'S-1' }] });
    expect(diagnosis.results(read?.runId ?? '').map(({ probeId }) => probeId)).toEqual(['os']);
    expect(diagnosis.list()).toEqual([]);
    const answered = diagnosis.answer(asking?.runId ?? '', 'who', { user: 'alice' });
    expect(answered.findings.map(({ code }) => code)).toEqual(['L-1', 'L-2']);
    expect(diagnosis.list()).toEqual([answered]);
    expect(inventory.calls).toHaveLength(calls);
    expect(() => diagnosis.get(`${scan.id}:7:low`)).toThrow(NotFoundError);
    expect(() => diagnosis.get(`${scan.id}:0:none`)).toThrow(NotFoundError);
  });

  it('passes a question where its tree says, and asks it of who goes back to it', async () => {
    trees(
      low.replace(
        '    unknown: { to: cannot }\n  named',
        '    unknown: { to: cannot }\n    unattended: named\n  named',
      ),
    );
    const [walk] = (await scanned('n1')).nodes[0]?.walks ?? [];
    expect(walk).toMatchObject({ state: 'concluded', question: null, findings: [{ code: 'L-1' }, { code: 'L-2' }] });
    const runId = walk?.runId ?? '';
    expect(diagnosis.get(runId).path.map(({ stepId, chosenBranchId }) => `${stepId}:${chosenBranchId}`)).toEqual([
      'read:next',
      'judge:low',
      'little:next',
      'who:unattended',
      'named:null',
    ]);
    expect(diagnosis.back(runId, 'who')).toMatchObject({ state: 'waiting', question: { stepId: 'who' } });
    expect(diagnosis.answer(runId, 'who', { user: null }).findings.map(({ code }) => code)).toEqual(['L-1', 'L-0']);
  });

  it('names with a finding what was changed before it, also where its walk is opened after a restart', async () => {
    trees(low.replace('code: L-1', 'code: F-E1').replace('[memory],', '[memory], optional: [recent-changes],'));
    const upgrade = { atMs: nowMs - 720_000, change: 'upgrade', name: 'nvidia-driver', from: '1', to: '2' } as const;
    inventory.reads = async (_, probeIds, give) => {
      for (const id of probeIds) {
        const facts = id === 'memory' ? { availableBytes: 50 } : { packages: [upgrade], boots: null, files: null };
        give(result(id, facts, nowMs));
      }
    };
    const scan = await scanned('n1');
    const changes = [
      { change: { kind: 'packages', names: ['nvidia-driver 1 → 2'] }, beforeMs: 720_000, before: 'seen' },
    ];
    expect(scan.ranked.map(({ finding }) => finding)).toMatchObject([{ code: 'F-E1', changes }]);
    await close();
    open();
    const { findings } = diagnosis.get(scan.nodes[0]?.walks[0]?.runId ?? '');
    expect(findings).toMatchObject([{ code: 'F-E1', changes }]);
  });

  it('judges each node by how many GPUs it should have, also where its walk is opened after a restart', async () => {
    trees(low.replace('memory.availableBytes < 100', 'expected.count > 7.0'));
    expected = { count: 8, source: 'inventory', atMs: 1, gpus: [] };
    const scan = await scanned('n1', 'n2');
    const codes = scan.nodes.map(({ walks }) => walks[0]?.findings.map(({ code }) => code));
    expect(codes).toEqual([['L-1'], ['L-0']]);
    expected = null;
    await close();
    open();
    const { findings } = diagnosis.get(scan.nodes[0]?.walks[0]?.runId ?? '');
    expect(findings.map(({ code }) => code)).toEqual(['L-1']);
  });

  it('gives way to newer ones after twenty', async () => {
    const first = await scanned('n1');
    for (let count = 0; count < 20; count += 1) {
      nowMs += 1;
      await scanned('n1');
    }
    expect(scans.list()).toHaveLength(20);
    expect(() => scans.get(first.id)).toThrow(NotFoundError);
  });
});
