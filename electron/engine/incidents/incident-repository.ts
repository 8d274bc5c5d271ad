import type { IncidentEntry } from '#shared/domain/incident';
import type { Store } from '../store/store';

export interface IncidentRow {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly openedAtMs: number;
  readonly updatedAtMs: number;
}

export interface IncidentRepository {
  insert(row: Omit<IncidentRow, 'number'>): IncidentRow;
  update(row: IncidentRow): void;
  find(incidentId: string): IncidentRow | null;
  /** Last changed first. */
  list(): IncidentRow[];
  append(incidentId: string, entry: IncidentEntry): void;
  entries(incidentId: string): IncidentEntry[];
  entryCount(incidentId: string): number;
}

interface Row {
  id: string;
  number: number;
  title: string;
  state: 'open' | 'closed';
  opened_at_ms: number;
  updated_at_ms: number;
}

/** The SQL of incidents. There is none that changes or removes an entry. */
export function createIncidentRepository({ database }: Store): IncidentRepository {
  const insert = database.prepare(
    'INSERT INTO incident (id, number, title, state, opened_at_ms, updated_at_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const highest = database.prepare('SELECT MAX(number) AS number FROM incident');
  const update = database.prepare('UPDATE incident SET title = ?, state = ?, updated_at_ms = ? WHERE id = ?');
  const byId = database.prepare('SELECT * FROM incident WHERE id = ?');
  const all = database.prepare('SELECT * FROM incident ORDER BY updated_at_ms DESC, number DESC');
  const lastPosition = database.prepare('SELECT MAX(position) AS position FROM incident_entry WHERE incident_id = ?');
  const append = database.prepare(
    'INSERT INTO incident_entry (id, incident_id, at_ms, position, entry) VALUES (?, ?, ?, ?, ?)',
  );
  const entries = database.prepare('SELECT entry FROM incident_entry WHERE incident_id = ? ORDER BY position');
  const count = database.prepare('SELECT COUNT(*) AS count FROM incident_entry WHERE incident_id = ?');

  return {
    insert: (row) => {
      const [last] = highest.all() as Array<{ number: number | null }>;
      const numbered = { ...row, number: (last?.number ?? 0) + 1 };
      insert.run(row.id, numbered.number, row.title, row.state, row.openedAtMs, row.updatedAtMs);
      return numbered;
    },
    update: ({ id, title, state, updatedAtMs }) => {
      update.run(title, state, updatedAtMs, id);
    },
    find: (incidentId) => {
      const [row] = byId.all(incidentId) as Row[];
      return row ? toIncident(row) : null;
    },
    list: () => (all.all() as Row[]).map(toIncident),
    append: (incidentId, entry) => {
      const [last] = lastPosition.all(incidentId) as Array<{ position: number | null }>;
      append.run(entry.id, incidentId, entry.atMs, (last?.position ?? 0) + 1, JSON.stringify(entry));
    },
    entries: (incidentId) =>
      (entries.all(incidentId) as Array<{ entry: string }>).map((row) => JSON.parse(row.entry) as IncidentEntry),
    entryCount: (incidentId) => (count.all(incidentId) as Array<{ count: number }>)[0]?.count ?? 0,
  };
}

function toIncident(row: Row): IncidentRow {
  const { id, number, title, state, opened_at_ms: openedAtMs, updated_at_ms: updatedAtMs } = row;
  return { id, number, title, state, openedAtMs, updatedAtMs };
}
