import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActionRun } from '#shared/domain/action';
import type { Evidence } from '#shared/domain/command';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { type Incident, incidentSchema } from '#shared/domain/incident';
import type { ProbeResult } from '#shared/domain/probe';
import { createAuditLog } from '../audit/audit-log';
import { NotFoundError } from '../errors';
import type { Inventory } from '../inventory/inventory';
import type { ProfileCheck } from '../profiles/create-profiles';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { createIncidents } from './create-incidents';
import { actionRun, command, diagnosisRun, evidence, finding, probeResult, startMs } from './testing/sample-data';

let folder: string;
let store: Store;
let nowMs: number;
let results: ProbeResult[];
let kept: Map<string, Evidence>;
let bytes: Map<string, Uint8Array>;
let runs: Map<string, DiagnosisRun>;

const gpuCommand = command('query', ['nvidia-smi', '-q', '-x'], 'ev-gpu');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-incidents-'));
  store = openStore(join(folder, 'gantry.db'));
  nowMs = startMs + 5000;
  results = [probeResult('gpu', { gpus: [{ memory: { usedBytes: 1 } }] }, [gpuCommand])];
  kept = new Map([['ev-gpu', evidence(gpuCommand, 'gpu', '<nvidia_smi_log/>\n')]]);
  bytes = new Map();
  runs = new Map([['run-1', diagnosisRun()]]);
  checks = new Map();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const noProfile: ProfileCheck = { profile: null, findings: [], observedAtMs: null };
/** By host and profile id. */
let checks: Map<string, ProfileCheck>;

type Listener = (run: ActionRun) => void | Promise<void>;

function create() {
  const listeners: Record<'will' | 'start' | 'settle', Listener[]> = { will: [], start: [], settle: [] };
  const inventory: Pick<Inventory, 'results' | 'evidence' | 'evidenceBytes'> = {
    results: (hostId) => results.filter((result) => result.hostId === hostId),
    evidence: (id) => {
      const found = kept.get(id);
      if (!found) throw new NotFoundError('evidence', id);
      return found;
    },
    evidenceBytes: (id) => ({
      stdout: bytes.get(id) ?? Buffer.from(kept.get(id)?.stdoutText ?? ''),
      stderr: Buffer.from(kept.get(id)?.stderrText ?? ''),
    }),
  };
  const incidents = createIncidents({
    store,
    inventory: inventory as Inventory,
    profiles: { check: (hostId, profileId) => checks.get(`${hostId} ${profileId ?? ''}`) ?? noProfile },
    diagnosis: {
      get: (id) => {
        const run = runs.get(id);
        if (!run) throw new NotFoundError('diagnosis run', id);
        return run;
      },
      results: () => results,
    },
    audit: createAuditLog({ store, nowMs: () => nowMs, actor: 'alice' }),
    nowMs: () => nowMs,
    actor: 'alice',
    actions: {
      onWillApply: (listener) => {
        listeners.will.push(listener);
        return () => {};
      },
      onDidStart: (listener) => {
        listeners.start.push(listener);
        return () => {};
      },
      onDidSettle: (listener) => {
        listeners.settle.push(listener);
        return () => {};
      },
    },
  });
  return { incidents, listeners };
}
const kinds = (incident: Incident) => incident.entries.map((entry) => entry.kind);

describe('createIncidents', () => {
  it('collects a diagnosis with its findings and evidence, notes, and its end, across a restart', () => {
    const { incidents } = create();
    const opened = incidents.open({ title: '显存不足 on gpu01', diagnosisRunId: 'run-1' });
    expect(opened).toMatchObject({ number: 1, state: 'open', severity: 'warn', hostIds: ['host-a'], entryCount: 4 });
    nowMs += 1000;
    incidents.addNote(opened.id, 'asked alice');
    incidents.close(opened.id, 'memory is back');
    const before = incidents.get(opened.id);
    expect(kinds(before)).toEqual(['opened', 'diagnosis', 'finding', 'evidence', 'note', 'closed']);
    expect(before.entries.at(4)).toMatchObject({ author: 'alice', text: 'asked alice', atMs: nowMs });
    store.close();
    store = openStore(join(folder, 'gantry.db'));
    const after = create().incidents;
    expect(after.get(opened.id)).toEqual(before);
    expect(incidentSchema.parse(after.get(opened.id))).toEqual(before);
    expect(after.list()).toMatchObject([{ id: opened.id, state: 'closed', entryCount: 6 }]);
    expect(after.open({ title: 'next' }).number).toBe(2);
  });

  it('keeps what was seen when the node is read again and old evidence is pruned', () => {
    const { incidents } = create();
    const { id } = incidents.open({ title: 'x', diagnosisRunId: 'run-1' });
    const before = incidents.get(id);
    kept.clear();
    results = [];
    runs.clear();
    expect(incidents.get(id)).toEqual(before);
    const frozen = before.entries.find((entry) => entry.kind === 'evidence');
    expect(frozen).toMatchObject({ evidence: [{ id: 'ev-gpu', stdoutText: '<nvidia_smi_log/>\n' }] });
  });

  it('keeps the exact bytes of output that is no plain text', () => {
    bytes.set('ev-gpu', Buffer.from([0x1b, 0x5b, 0x33, 0x6d, 0xff]));
    const { incidents } = create();
    const { id } = incidents.open({ title: 'x', diagnosisRunId: 'run-1' });
    const frozen = incidents.get(id).entries.find((entry) => entry.kind === 'evidence');
    expect(frozen?.kind === 'evidence' && frozen.evidence[0]?.stdoutBase64).toBe('G1szbf8=');
  });

  it('takes the worst finding as its severity, and none of a what-if walk', () => {
    const { incidents } = create();
    const { id } = incidents.open({ title: 'x', hostId: 'host-a' });
    runs.set('what-if', diagnosisRun({ id: 'what-if', isWhatIf: true, findings: [finding({ severity: 'fatal' })] }));
    expect(incidents.addDiagnosis(id, 'what-if')).toMatchObject({ severity: null, hostIds: ['host-a'] });
    runs.set('two', diagnosisRun({ findings: [finding({ severity: 'critical' }), finding({ severity: 'info' })] }));
    expect(incidents.addDiagnosis(id, 'two').severity).toBe('critical');
  });

  it('freezes what a disruptive action is about to change, and adds its start and its end', async () => {
    const { incidents, listeners } = create();
    const { id } = incidents.open({ title: 'x', hostId: 'host-a' });
    const run = actionRun({ incidentId: id });
    for (const listener of listeners.will) await listener({ ...run, state: 'applying' });
    expect(kinds(incidents.get(id))).toEqual(['opened', 'evidence']);
    for (const listener of listeners.start) await listener({ ...run, state: 'applying' });
    const inspect = command('inspect', ['sh'], 'ev-inspect');
    kept.set('ev-inspect', evidence(inspect, null, 'state S\n'));
    incidents.close(id, 'in the middle');
    for (const listener of listeners.settle) await listener(run);
    const incident = incidents.get(id);
    expect(kinds(incident)).toEqual(['opened', 'evidence', 'action', 'closed', 'action']);
    expect(incident.entries.at(-1)).toMatchObject({ run: { state: 'verified' }, evidence: [{ id: 'ev-inspect' }] });
    // One that can be undone needs nothing frozen.
    const reversible = { ...run, plan: { ...run.plan, risk: 'reversible' as const } };
    incidents.reopen(id, 'again');
    for (const listener of listeners.will) await listener(reversible);
    expect(incidents.get(id).entryCount).toBe(6);
  });

  it('lets no action start for an incident that is closed or gone', () => {
    const { incidents, listeners } = create();
    const { id } = incidents.open({ title: 'x' });
    incidents.close(id, 'done');
    const will = listeners.will[0] ?? (() => {});
    expect(() => will(actionRun({ incidentId: id }))).toThrow('incidents.isClosed');
    expect(() => will(actionRun({ incidentId: 'nope' }))).toThrow(NotFoundError);
  });

  it('refuses what makes no sense and adds nothing then', () => {
    const { incidents } = create();
    const { id } = incidents.open({ title: 'x' });
    expect(() => incidents.reopen(id, '')).toThrow('incidents.isOpen');
    expect(() => incidents.addEvidence(id, 'host-a', ['gpu', 'cpu'])).toThrow(NotFoundError);
    expect(() => incidents.addDiagnosis(id, 'nope')).toThrow(NotFoundError);
    incidents.close(id, '');
    expect(() => incidents.addEvidence(id, 'host-a', ['gpu'])).toThrow('incidents.isClosed');
    expect(() => incidents.close(id, '')).toThrow('incidents.isClosed');
    expect(() => incidents.get('nope')).toThrow(NotFoundError);
    expect(() => incidents.open({ title: 'y', diagnosisRunId: 'nope' })).toThrow(NotFoundError);
    expect(incidents.list()).toHaveLength(1);
    expect(kinds(incidents.get(id))).toEqual(['opened', 'closed']);
    // A note may always be added: what is learnt later belongs to it.
    incidents.addNote(id, 'later');
    incidents.rename(id, 'better title');
    expect(incidents.list()).toMatchObject([{ title: 'better title', entryCount: 3 }]);
  });

  it('freezes how a node differs from its profile, with the evidence of it', () => {
    const { incidents } = create();
    const { id } = incidents.open({ title: 'x', hostId: 'host-a' });
    expect(() => incidents.addProfileCheck(id, 'host-a')).toThrow('incidents.noProfile');
    const profile = { id: 'dgx', name: { en: 'DGX' }, description: null, isBuiltIn: true, hostIds: ['host-a'] };
    const differs = finding({ code: 'P-FIRMWARE', severity: 'warn', origin: { profileId: 'dgx' } });
    checks.set('host-a ', { profile, findings: [differs], observedAtMs: startMs });
    expect(incidents.addProfileCheck(id, 'host-a')).toMatchObject({ severity: 'warn', hostIds: ['host-a'] });
    const { entries } = incidentSchema.parse(incidents.get(id));
    expect(entries.map(({ kind }) => kind)).toEqual(['opened', 'finding', 'evidence']);
    expect(entries[1]).toMatchObject({ finding: { origin: { profileId: 'dgx' } } });
    expect(entries[2]).toMatchObject({ evidence: [{ id: 'ev-gpu' }] });
  });

  it('tells who watches about each change', async () => {
    const { incidents } = create();
    const abort = new AbortController();
    const seen = incidents.watch({ signal: abort.signal });
    const first = seen.next();
    const { id } = incidents.open({ title: 'x' });
    expect((await first).value).toMatchObject({ id, entryCount: 1 });
    incidents.addNote(id, 'n');
    expect((await seen.next()).value).toMatchObject({ id, entryCount: 2 });
    abort.abort();
  });

  it('writes each change into the audit log', () => {
    const { incidents } = create();
    const { id } = incidents.open({ title: 'x' });
    incidents.addNote(id, 'n');
    const { entries, isChainIntact } = createAuditLog({ store, nowMs: () => nowMs, actor: 'a' }).list({ limit: 10 });
    expect([isChainIntact, entries.map((entry) => entry.event)]).toEqual([true, ['incident.note', 'incident.open']]);
  });
});
