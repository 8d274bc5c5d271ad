import { z } from 'zod';
import { type HostSpec, hostSpecSchema } from '#shared/domain/host';
import type { Store } from '../store/store';
import { type HungCommand, hungCommandSchema } from './batch/host-memory';

/** Saved hosts, in the order in which they were added. */
export class HostRepository {
  constructor(private readonly store: Store) {}

  /** A row that this version can't read is left in the file and out of the list. */
  list(): HostSpec[] {
    return this.read(false);
  }

  /** Hosts that were removed. */
  removed(): HostSpec[] {
    return this.read(true);
  }

  /** By host: what would not die when it was last there. */
  hung(): Map<string, HungCommand[]> {
    const rows = this.store.database.prepare("SELECT id, hung FROM host WHERE hung != '[]'").all() as Array<{
      id: string;
      hung: string;
    }>;
    return new Map(rows.map(({ id, hung }) => [id, z.array(hungCommandSchema).catch([]).parse(parseJson(hung))]));
  }

  keepHung(hostId: string, hung: readonly HungCommand[]): void {
    this.store.transactionSoon(() =>
      this.store.database.prepare('UPDATE host SET hung = ? WHERE id = ?').run(JSON.stringify(hung), hostId),
    );
  }

  private read(isRemoved: boolean): HostSpec[] {
    const rows = this.store.database
      .prepare('SELECT spec FROM host WHERE is_removed = ? ORDER BY position')
      .pluck()
      .all(isRemoved ? 1 : 0) as string[];
    return rows.flatMap((row) => {
      const parsed = hostSpecSchema.safeParse(parseJson(row));
      return parsed.success ? [parsed.data] : [];
    });
  }

  add(specs: readonly HostSpec[]): void {
    this.store.transaction(() => {
      const insert = this.store.database.prepare(
        'INSERT INTO host (id, spec, position) SELECT ?, ?, coalesce(max(position), 0) + 1 FROM host',
      );
      for (const spec of specs) insert.run(spec.id, JSON.stringify(spec));
    });
  }

  update(spec: HostSpec): void {
    this.store.transaction(() =>
      this.store.database.prepare('UPDATE host SET spec = ? WHERE id = ?').run(JSON.stringify(spec), spec.id),
    );
  }

  remove(hostId: string): void {
    this.store.transaction(() =>
      this.store.database.prepare('UPDATE host SET is_removed = 1 WHERE id = ?').run(hostId),
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
