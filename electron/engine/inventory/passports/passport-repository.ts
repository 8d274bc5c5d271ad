import { z } from 'zod';
import { type PassportEvent, passportEventSchema } from '#shared/domain/parts/history';
import type { Identity } from '#shared/domain/parts/identities';
import { type PartKind, partKinds } from '#shared/domain/parts/part';
import type { Store } from '../../store/store';

export type CounterPoint = readonly [atMs: number, values: Readonly<Record<string, number>>];

export interface PassportRow {
  readonly id: number;
  readonly kind: PartKind;
  readonly model: string | null;
  readonly note: string;
  readonly warrantyUntil: string | null;
  readonly counters: readonly CounterPoint[];
}

export interface StayRow {
  readonly passportId: number;
  readonly hostId: string;
  readonly slot: string;
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** A part that is at a node, with what is needed to see whether its counters went on. */
export interface OpenStay extends StayRow {
  readonly kind: PartKind;
  readonly counters: readonly CounterPoint[];
}

export interface EventRow {
  readonly atMs: number | null;
  readonly hostId: string;
  readonly event: PassportEvent;
}

/** What is kept of a part that fails without end. */
const keptEvents = 300;
const countersSchema = z.array(z.tuple([z.number(), z.record(z.string(), z.number())])).catch([]);
const kindSchema = z.enum(partKinds);
const stayColumns = 'passport_id AS passportId, host_id AS hostId, slot, from_ms AS fromMs, to_ms AS toMs';

/** The SQL of passports. Everything that writes is called within a transaction. */
export class PassportRepository {
  constructor(private readonly store: Store) {}

  private rows<Row>(sql: string, ...params: unknown[]): Row[] {
    return this.store.database.prepare(sql).all(...params) as Row[];
  }

  private write(sql: string, ...params: unknown[]): number {
    return Number(this.store.database.prepare(sql).run(...params).lastInsertRowid);
  }

  findByIdentity(kind: PartKind, identity: Identity, model: string | null): number | null {
    const key = keyOf(identity, model);
    // Of a part that tells no model, any with this serial number may be meant.
    const isOpen = identity.name === 'serial' && model === null;
    const sql = `SELECT passport_id AS id FROM passport_identity WHERE kind = ? AND ${isOpen ? 'key >= ? AND key < ?' : 'key = ?'}`;
    const found = isOpen
      ? this.rows<{ id: number }>(sql, kind, key, `${key}\uffff`)
      : this.rows<{ id: number }>(sql, kind, key);
    if (found[0] || identity.name !== 'serial' || model === null) return found[0]?.id ?? null;
    // It may have been seen before when it told no model yet.
    const blank =
      'SELECT id FROM passport_identity i JOIN passport ON id = passport_id WHERE i.kind = ? AND key = ? AND model IS NULL';
    return this.rows<{ id: number }>(blank, kind, keyOf(identity, null))[0]?.id ?? null;
  }

  insert(kind: PartKind, model: string | null): number {
    return this.write('INSERT INTO passport (kind, model) VALUES (?, ?)', kind, model);
  }

  setModel(id: number, model: string): void {
    this.write('UPDATE passport SET model = ? WHERE id = ? AND model IS NOT ?', model, id, model);
  }

  /** A name that is another part's already stays with that. */
  addIdentity(id: number, kind: PartKind, identity: Identity, model: string | null): void {
    const { name, value } = identity;
    const sql = 'INSERT OR IGNORE INTO passport_identity VALUES (?, ?, ?, ?, ?)';
    this.write(sql, kind, keyOf(identity, model), name, value, id);
  }

  /** Parts that were at the node when it was last looked at. */
  openStays(hostId: string): OpenStay[] {
    const sql = `SELECT ${stayColumns}, kind, counters FROM passport_stay JOIN passport ON id = passport_id WHERE host_id = ? AND to_ms IS NULL`;
    return this.rows<Omit<OpenStay, 'counters'> & { counters: string }>(sql, hostId).map((row) => ({
      ...row,
      counters: countersSchema.parse(JSON.parse(row.counters)),
    }));
  }

  /** Parts of a kind that are or were at the node. */
  staysAt(hostId: string, kind: PartKind): StayRow[] {
    const sql = `SELECT ${stayColumns} FROM passport_stay JOIN passport ON id = passport_id WHERE host_id = ? AND kind = ?`;
    return this.rows<StayRow>(sql, hostId, kind);
  }

  /** The part that was in a slot at a time; of a time before anybody looked, the first one that was seen there. */
  passportAt(hostId: string, slot: string, atMs: number): number | null {
    const sql = `SELECT ${stayColumns} FROM passport_stay WHERE host_id = ? AND slot = ? ORDER BY from_ms`;
    const stays = this.rows<StayRow>(sql, hostId, slot);
    return (stays.findLast(({ fromMs }) => fromMs <= atMs) ?? stays[0])?.passportId ?? null;
  }

  openStay(id: number, hostId: string, slot: string, fromMs: number): void {
    this.write('INSERT OR REPLACE INTO passport_stay VALUES (?, ?, ?, ?, NULL)', id, hostId, slot, fromMs);
  }

  closeStay({ passportId, hostId, slot, fromMs }: StayRow, toMs: number): void {
    const sql = 'UPDATE passport_stay SET to_ms = ? WHERE passport_id = ? AND host_id = ? AND slot = ? AND from_ms = ?';
    this.write(sql, toMs, passportId, hostId, slot, fromMs);
  }

  setCounters(id: number, counters: readonly CounterPoint[]): void {
    this.write('UPDATE passport SET counters = ? WHERE id = ?', JSON.stringify(counters), id);
  }

  addEvent(id: number, { hostId, atMs, event }: EventRow): void {
    const sql = 'INSERT INTO passport_event (passport_id, host_id, at_ms, event) VALUES (?, ?, ?, ?)';
    this.write(sql, id, hostId, atMs, JSON.stringify(event));
    const oldest = 'SELECT id FROM passport_event WHERE passport_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?';
    const [row] = this.rows<{ id: number }>(oldest, id, keptEvents);
    if (row) this.write('DELETE FROM passport_event WHERE passport_id = ? AND id <= ?', id, row.id);
  }

  /** Newest first; what has no time comes last. */
  events(id: number): EventRow[] {
    const sql =
      'SELECT host_id AS hostId, at_ms AS atMs, event FROM passport_event WHERE passport_id = ? ORDER BY at_ms DESC, id DESC';
    return this.rows<{ hostId: string; atMs: number | null; event: string }>(sql, id).flatMap((row) => {
      const event = passportEventSchema.safeParse(JSON.parse(row.event));
      return event.success ? [{ ...row, event: event.data }] : [];
    });
  }

  find(id: number): PassportRow | null {
    const sql = 'SELECT id, kind, model, note, warranty_until AS warrantyUntil, counters FROM passport WHERE id = ?';
    const [row] = this.rows<Omit<PassportRow, 'counters'> & { counters: string }>(sql, id);
    const kind = kindSchema.safeParse(row?.kind);
    if (!row || !kind.success) return null;
    return { ...row, kind: kind.data, counters: countersSchema.parse(JSON.parse(row.counters)) };
  }

  identities(id: number): Identity[] {
    return this.rows<Identity>(
      "SELECT DISTINCT name, value FROM passport_identity WHERE passport_id = ? ORDER BY name != 'serial', name",
      id,
    );
  }

  /** Newest first. */
  stays(id: number): StayRow[] {
    return this.rows<StayRow>(
      `SELECT ${stayColumns} FROM passport_stay WHERE passport_id = ? ORDER BY from_ms DESC`,
      id,
    );
  }

  /** Parts of which an identity or the model holds the text; all without one. */
  search(text: string, kind: PartKind | null, limit: number): number[] {
    const pattern = `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
    const sql = `SELECT id FROM passport WHERE (? IS NULL OR kind = ?) AND (model LIKE ? ESCAPE '\\' OR note LIKE ? ESCAPE '\\'
      OR id IN (SELECT passport_id FROM passport_identity WHERE value LIKE ? ESCAPE '\\')) ORDER BY kind != 'gpu', kind, model, id LIMIT ?`;
    return this.rows<{ id: number }>(sql, kind, kind, pattern, pattern, pattern, limit).map((row) => row.id);
  }

  setNote(id: number, note: string, warrantyUntil: string | null): void {
    this.write('UPDATE passport SET note = ?, warranty_until = ? WHERE id = ?', note, warrantyUntil, id);
  }

  /** Forgets a node altogether, and parts that were nowhere else and that nobody wrote anything about. */
  forgetHost(hostId: string): void {
    this.write('DELETE FROM passport_stay WHERE host_id = ?', hostId);
    this.write('DELETE FROM passport_event WHERE host_id = ?', hostId);
    const lone =
      "SELECT id FROM passport WHERE note = '' AND warranty_until IS NULL AND NOT EXISTS (SELECT 1 FROM passport_stay WHERE passport_id = passport.id)";
    this.write(`DELETE FROM passport_event WHERE passport_id IN (${lone})`);
    this.write(`DELETE FROM passport_identity WHERE passport_id IN (${lone})`);
    this.write(`DELETE FROM passport WHERE id IN (${lone})`);
  }
}

/** Makers count their serial numbers each for himself: one of them names a part only together with its model. */
function keyOf({ name, value }: Identity, model: string | null): string {
  const key = name === 'serial' ? `${value}\n${model ?? ''}` : value;
  return key.toLowerCase();
}
