import { z } from 'zod';
import type { Severity } from '#shared/domain/finding';
import { type Profile, profileSchema } from '#shared/domain/profile/profile';
import type { Store } from '../store/store';

/** What one says of itself in the database. */
const stored = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('no JSON');
      return z.NEVER;
    }
  })
  .pipe(profileSchema);

export interface Assignment {
  readonly hostId: string;
  readonly profileId: string;
  /** Differences at the last look that need attention, and how bad the worst is. Null: not judged yet, or not all of it was read. */
  readonly differences: number | null;
}

/** The SQL of profiles of one's own and of which node has which. Everything that writes is called within a transaction. */
export class ProfileRepository {
  constructor(private readonly store: Store) {}

  foreignVersion(): number {
    return this.store.foreignVersion();
  }

  /** One that this version can't read is left in the file and out of the list. */
  list(): Profile[] {
    const rows = this.store.database.prepare('SELECT definition FROM profile ORDER BY id').all() as Array<{
      definition: string;
    }>;
    return rows.flatMap(({ definition }) => {
      const parsed = stored.safeParse(definition);
      return parsed.success ? [parsed.data] : [];
    });
  }

  save(profile: Profile, atMs: number): void {
    this.store.database
      .prepare('INSERT OR REPLACE INTO profile VALUES (?, ?, ?)')
      .run(profile.id, atMs, JSON.stringify(profile));
  }

  remove(id: string): void {
    this.store.database.prepare('DELETE FROM profile WHERE id = ?').run(id);
    this.store.database.prepare('DELETE FROM profile_assignment WHERE profile_id = ?').run(id);
  }

  assignments(): Assignment[] {
    return this.store.database
      .prepare('SELECT host_id AS hostId, profile_id AS profileId, differences FROM profile_assignment')
      .all() as Assignment[];
  }

  assign(hostId: string, profileId: string | null): void {
    this.store.database.prepare('DELETE FROM profile_assignment WHERE host_id = ?').run(hostId);
    if (profileId === null) return;
    this.store.database
      .prepare('INSERT INTO profile_assignment (host_id, profile_id) VALUES (?, ?)')
      .run(hostId, profileId);
  }

  setJudged(hostId: string, differences: number | null, worst: Severity | null): void {
    this.store.database
      .prepare('UPDATE profile_assignment SET differences = ?, worst = ? WHERE host_id = ?')
      .run(differences, worst, hostId);
  }
}
