import { randomUUID } from 'node:crypto';
import { EventPublisher } from '@orpc/server';
import type { Incident, IncidentEntry, IncidentSummary } from '#shared/domain/incident';
import type { Actions } from '../actions/actions';
import type { ManualWorks } from '../actions/manual/create-manual-works';
import type { AuditLog } from '../audit/audit-log';
import { ConflictError, NotFoundError } from '../errors';
import type { Inventory } from '../inventory/inventory';
import type { Profiles } from '../profiles/create-profiles';
import { onForeignWrite } from '../store/foreign-writes';
import type { Store } from '../store/store';
import type { Diagnosis } from '../trees/create-diagnosis';
import { freezeAction, freezeBefore, freezeDiagnosis, freezeResults, type NewEntry } from './freeze';
import { createIncidentRepository, type IncidentRow } from './incident-repository';
import { summarize } from './summarize';

export interface IncidentsDeps {
  readonly store: Store;
  /** Runs that were started for an incident put themselves on its timeline once they are over. */
  readonly diagnosis: Pick<Diagnosis, 'get' | 'results'> & Partial<Pick<Diagnosis, 'onDidEnd'>>;
  readonly inventory: Inventory;
  readonly profiles: Pick<Profiles, 'check'>;
  readonly audit: AuditLog;
  readonly nowMs: () => number;
  readonly actor: string;
  /** Runs applied for an incident put themselves on its timeline. */
  readonly actions: Pick<Actions, 'onWillApply' | 'onDidStart' | 'onDidSettle'>;
  /** And so does work by hand. */
  readonly manual?: Pick<ManualWorks, 'onWillStart' | 'onDidTell'>;
}

export interface Incidents {
  list(): IncidentSummary[];
  get(incidentId: string): Incident;
  open(request: { title: string; hostId?: string; diagnosisRunId?: string }): IncidentSummary;
  /** Opens one with what has happened already. */
  openWith(request: { title: string; entries: readonly NewEntry[] }): IncidentSummary;
  /** Adds what happened, also to one that was closed meanwhile. */
  append(incidentId: string, entries: readonly NewEntry[]): IncidentSummary;
  rename(incidentId: string, title: string): IncidentSummary;
  addNote(incidentId: string, text: string): IncidentEntry;
  addDiagnosis(incidentId: string, runId: string): IncidentSummary;
  addProfileCheck(incidentId: string, hostId: string, profileId?: string): IncidentSummary;
  addEvidence(incidentId: string, hostId: string, probeIds: readonly string[]): IncidentSummary;
  close(incidentId: string, reason: string): IncidentSummary;
  reopen(incidentId: string, reason: string): IncidentSummary;
  /** The summary of each incident that changes. */
  watch(options?: { signal?: AbortSignal }): AsyncGenerator<IncidentSummary>;
}

/** Timelines that only grow. What an entry shows is copied into it, so that it outlives pruning and later changes. */
export function createIncidents(deps: IncidentsDeps): Incidents {
  const { store, diagnosis, inventory, profiles, actions, audit, nowMs, actor } = deps;
  const repository = createIncidentRepository(store);
  const publisher = new EventPublisher<{ changed: IncidentSummary }>();

  function find(incidentId: string): IncidentRow {
    const row = repository.find(incidentId);
    if (!row) throw new NotFoundError('incident', incidentId);
    return row;
  }

  /** Entries are only ever added, so a summary holds for as long as their number does. */
  const summaries = new Map<string, IncidentSummary>();

  function summaryOf(row: IncidentRow): IncidentSummary {
    const known = summaries.get(row.id);
    if (known?.entryCount === repository.entryCount(row.id)) {
      const { title, state, updatedAtMs } = row;
      return { ...known, title, state, updatedAtMs };
    }
    const summary = summarize(row, repository.entries(row.id));
    summaries.set(row.id, summary);
    return summary;
  }

  function openOnly(row: IncidentRow): IncidentRow {
    if (row.state === 'closed') throw new ConflictError('incidents.isClosed', { number: row.number });
    return row;
  }

  function stamp(entry: NewEntry): IncidentEntry {
    return { ...entry, id: randomUUID(), atMs: nowMs() };
  }

  /** Saves everything or nothing, with a line in the audit log, and tells who watches. */
  function change(
    incidentId: string,
    event: string,
    work: (row: IncidentRow) => { row: IncidentRow; entries: NewEntry[] },
  ) {
    const { summary, entries } = store.transaction(() => {
      const { row, entries } = work(find(incidentId));
      const stamped = entries.map(stamp);
      for (const entry of stamped) repository.append(incidentId, entry);
      const updated = { ...row, updatedAtMs: nowMs() };
      repository.update(updated);
      const summary = summaryOf(updated);
      audit.append({ event, detail: { incidentId, number: row.number, entries: stamped.map((entry) => entry.kind) } });
      return { summary, entries: stamped };
    });
    publisher.publish('changed', summary);
    return { summary, entries };
  }

  function openWith(request: {
    title: string;
    hostId: string | null;
    entries: readonly NewEntry[];
    detail: Record<string, unknown>;
  }): IncidentSummary {
    const { title, hostId, entries, detail } = request;
    const id = randomUUID();
    const summary = store.transaction(() => {
      const atMs = nowMs();
      const row = repository.insert({ id, title, state: 'open', openedAtMs: atMs, updatedAtMs: atMs });
      const opened: NewEntry = { kind: 'opened', hostId };
      for (const entry of [opened, ...entries]) repository.append(id, stamp(entry));
      audit.append({
        event: 'incident.open',
        hostId,
        detail: { incidentId: id, number: row.number, title, ...detail },
      });
      return summaryOf(row);
    });
    publisher.publish('changed', summary);
    return summary;
  }

  function add(incidentId: string, event: string, entries: NewEntry[]): IncidentSummary {
    return change(incidentId, event, (row) => ({ row: openOnly(row), entries })).summary;
  }

  function diagnosisEntries(runId: string): NewEntry[] {
    return freezeDiagnosis(diagnosis.get(runId), diagnosis.results(runId), inventory);
  }

  actions.onWillApply((run) => {
    if (run.incidentId === null) return;
    // An action is not started for an incident that is gone or closed.
    openOnly(find(run.incidentId));
    const entries = freezeBefore(run, inventory);
    if (entries.length > 0) add(run.incidentId, 'incident.freeze', entries);
  });
  const attach = (incidentId: string | null, entry: () => NewEntry) => {
    if (incidentId === null) return;
    // The incident may have been closed meanwhile; what happened belongs on its timeline all the same.
    change(incidentId, 'incident.action', (row) => ({ row, entries: [entry()] }));
  };
  deps.manual?.onWillStart((incidentId) => void openOnly(find(incidentId)));
  deps.manual?.onDidTell((work) => attach(work.incidentId, () => ({ kind: 'manual', work })));
  diagnosis.onDidEnd?.(({ id, state, incidentId = null }) => {
    if (incidentId === null || !repository.find(incidentId)) return;
    // It may end again: after an answer was changed, or probes were read again.
    const isThere = repository
      .entries(incidentId)
      .some((entry) => entry.kind === 'diagnosis' && entry.run.id === id && entry.run.state === state);
    if (!isThere) change(incidentId, 'incident.diagnosis', (row) => ({ row, entries: diagnosisEntries(id) }));
  });
  actions.onDidStart((run) => attach(run.incidentId, () => ({ kind: 'action', run })));
  actions.onDidSettle((run) => attach(run.incidentId, () => freezeAction(run, inventory)));

  return {
    list: () => repository.list().map(summaryOf),
    get: (incidentId) => {
      const row = find(incidentId);
      const entries = repository.entries(incidentId);
      return { ...summarize(row, entries), entries };
    },

    open({ title, hostId, diagnosisRunId }) {
      const entries = diagnosisRunId === undefined ? [] : diagnosisEntries(diagnosisRunId);
      const detail = { diagnosisRunId: diagnosisRunId ?? null };
      return openWith({ title, hostId: hostId ?? null, entries, detail });
    },

    openWith: ({ title, entries }) => openWith({ title, hostId: null, entries, detail: {} }),

    append: (incidentId, entries) =>
      change(incidentId, 'incident.append', (row) => ({ row, entries: [...entries] })).summary,

    rename: (incidentId, title) =>
      change(incidentId, 'incident.rename', (row) => ({ row: { ...row, title }, entries: [] })).summary,

    addNote(incidentId, text) {
      const note: NewEntry = { kind: 'note', author: actor, text };
      const [entry] = change(incidentId, 'incident.note', (row) => ({ row, entries: [note] })).entries;
      if (!entry) throw new Error('the note was not added');
      return entry;
    },

    addDiagnosis: (incidentId, runId) => add(incidentId, 'incident.diagnosis', diagnosisEntries(runId)),

    addProfileCheck(incidentId, hostId, profileId) {
      const { profile, findings } = profiles.check(hostId, profileId);
      if (!profile) throw new ConflictError('incidents.noProfile');
      const probeIds = new Set(findings.flatMap(({ evidence }) => evidence.map(({ probeId }) => probeId)));
      const results = inventory.results(hostId).filter((result) => probeIds.has(result.probeId));
      return add(incidentId, 'incident.profile', [
        ...findings.map((finding): NewEntry => ({ kind: 'finding', finding })),
        ...freezeResults(results, inventory),
      ]);
    },

    addEvidence(incidentId, hostId, probeIds) {
      const results = inventory.results(hostId).filter((result) => probeIds.includes(result.probeId));
      const missing = probeIds.find((probeId) => !results.some((result) => result.probeId === probeId));
      if (missing !== undefined) throw new NotFoundError('probe result', missing);
      return add(incidentId, 'incident.evidence', freezeResults(results, inventory));
    },

    close: (incidentId, reason) =>
      change(incidentId, 'incident.close', (row) => ({
        row: { ...openOnly(row), state: 'closed' },
        entries: [{ kind: 'closed', reason }],
      })).summary,

    reopen: (incidentId, reason) =>
      change(incidentId, 'incident.reopen', (row) => {
        if (row.state === 'open') throw new ConflictError('incidents.isOpen', { number: row.number });
        return { row: { ...row, state: 'open' }, entries: [{ kind: 'reopened', reason }] };
      }).summary,

    async *watch({ signal } = {}) {
      const changes = publisher.subscribe('changed', { signal });
      const seen = new Map(repository.list().map(({ id, updatedAtMs }) => [id, updatedAtMs]));
      const stopLooking = onForeignWrite(store, () => {
        const changed = repository.list().filter(({ id, updatedAtMs }) => seen.get(id) !== updatedAtMs);
        for (const row of changed) publisher.publish('changed', summaryOf(row));
      });
      try {
        for await (const summary of changes) {
          seen.set(summary.id, summary.updatedAtMs);
          yield summary;
        }
      } finally {
        stopLooking();
      }
    },
  };
}
