import type { ReleaseReason, SpentReason } from '#shared/domain/protection/guard';
import type { LeverId } from '#shared/domain/protection/lever';
import { protectionPolicySchema } from '#shared/domain/protection/policy';
import {
  type ArmedNode,
  type EndedLimit,
  type ProtectionStep,
  protectionModes,
} from '#shared/domain/protection/protection';
import type { Store } from '../store/store';

/** The owner of a row whose engine has ended. */
export const NOBODY = 0;

/** A journal row: a limit that is, or may be, set on a node. */
export interface JournalRow {
  readonly id: number;
  readonly hostId: string;
  readonly gpuUuid: string;
  readonly lever: LeverId;
  readonly original: number;
  readonly asked: readonly number[];
  readonly engagedAtMs: number;
  readonly changedAtMs: number;
  readonly ownerPid: number;
  readonly isReleased: boolean;
}

interface LimitRow {
  id: number;
  host_id: string;
  gpu_uuid: string;
  lever: LeverId;
  original: number;
  asked: string;
  engaged_at_ms: number;
  changed_at_ms: number;
  owner_pid: number;
  is_released: number;
  ended_at_ms: number | null;
  end_reason: string | null;
}

interface NodeRow {
  host_id: string;
  mode: string;
  reason: string;
  actor: string;
  armed_at_ms: number;
  policy: string;
}

/** What protection keeps in the database. Who writes wraps it in a transaction. */
export class ProtectionRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  nodes(): ArmedNode[] {
    const rows = this.#all<NodeRow>('SELECT * FROM protection_node ORDER BY armed_at_ms');
    return rows.flatMap((row) => {
      const mode = protectionModes.find((one) => one === row.mode);
      const policy = protectionPolicySchema.safeParse(JSON.parse(row.policy));
      // Written by a version that knew more: not acted upon.
      if (!mode || !policy.success) return [];
      const { host_id: hostId, reason, actor, armed_at_ms: armedAtMs } = row;
      return [{ hostId, mode, reason, actor, armedAtMs, policy: policy.data }];
    });
  }

  arm({ hostId, mode, reason, actor, armedAtMs, policy }: ArmedNode): void {
    this.#run(
      'INSERT OR REPLACE INTO protection_node (host_id, mode, reason, actor, armed_at_ms, policy) VALUES (?, ?, ?, ?, ?, ?)',
      [hostId, mode, reason, actor, armedAtMs, JSON.stringify(policy)],
    );
  }

  disarm(hostId: string): void {
    this.#run('DELETE FROM protection_node WHERE host_id = ?', [hostId]);
  }

  /** Limits that are not known to be back. */
  open(): JournalRow[] {
    return this.#all<LimitRow>('SELECT * FROM protection_limit WHERE ended_at_ms IS NULL ORDER BY id').map(rowOf);
  }

  /** The newest end of each GPU. */
  ended(): Array<Omit<EndedLimit, 'gpuIndex'>> {
    const rows = this.#all<LimitRow>(
      'SELECT * FROM protection_limit WHERE id IN (SELECT MAX(id) FROM protection_limit GROUP BY host_id, gpu_uuid) AND ended_at_ms IS NOT NULL ORDER BY id',
    );
    return rows.map((row) => {
      const { hostId, gpuUuid, lever, original, engagedAtMs } = rowOf(row);
      const reason = (row.end_reason ?? 'asked') as EndedLimit['reason'];
      return { hostId, gpuUuid, lever, original, reason, engagedAtMs, endedAtMs: row.ended_at_ms ?? 0 };
    });
  }

  /** Before the first change of a GPU. Returns the number of its row. */
  begin(limit: {
    hostId: string;
    gpuUuid: string;
    lever: LeverId;
    original: number;
    asked: number;
    atMs: number;
  }): number {
    const { hostId, gpuUuid, lever, original, asked, atMs } = limit;
    this.#run(
      'INSERT INTO protection_limit (host_id, gpu_uuid, lever, original, asked, engaged_at_ms, changed_at_ms, lowered_at_ms, owner_pid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      [hostId, gpuUuid, lever, original, JSON.stringify([asked]), atMs, atMs, atMs, process.pid],
    );
    const [id] = this.#store.database.prepare('SELECT MAX(id) FROM protection_limit').pluck().all() as number[];
    return id ?? 0;
  }

  /** Before each further change. */
  ask(id: number, asked: readonly number[], atMs: number, isDown: boolean): void {
    this.#run('UPDATE protection_limit SET asked = ?, changed_at_ms = ? WHERE id = ?', [
      JSON.stringify(asked),
      atMs,
      id,
    ]);
    if (isDown) this.#run('UPDATE protection_limit SET lowered_at_ms = ? WHERE id = ?', [atMs, id]);
  }

  end(id: number, reason: ReleaseReason | SpentReason, atMs: number): void {
    this.#run('UPDATE protection_limit SET ended_at_ms = ?, end_reason = ? WHERE id = ?', [atMs, reason, id]);
  }

  /** A person wants back what is held on a host, or on all. */
  release(hostId?: string): void {
    if (hostId === undefined) this.#run('UPDATE protection_limit SET is_released = 1 WHERE ended_at_ms IS NULL', []);
    else this.#run('UPDATE protection_limit SET is_released = 1 WHERE ended_at_ms IS NULL AND host_id = ?', [hostId]);
  }

  /** An engine that ends: what it leaves open is nobody's. */
  disown(): void {
    const values = [NOBODY, process.pid];
    this.#run('UPDATE protection_limit SET owner_pid = ? WHERE owner_pid = ? AND ended_at_ms IS NULL', values);
  }

  own(id: number): void {
    this.#run('UPDATE protection_limit SET owner_pid = ? WHERE id = ?', [process.pid, id]);
  }

  /** Hosts with a limit set or lowered since. */
  loweredSince(atMs: number): string[] {
    return this.#store.database
      .prepare('SELECT DISTINCT host_id FROM protection_limit WHERE lowered_at_ms >= ?')
      .pluck()
      .all(atMs) as string[];
  }

  fleet(): { sharePercent: number; trippedAtMs: number | null; keeperPid: number | null } {
    const [row] = this.#all<{ share_percent: number; tripped_at_ms: number | null; keeper_pid: number | null }>(
      'SELECT * FROM protection_fleet',
    );
    return {
      sharePercent: row?.share_percent ?? 25,
      trippedAtMs: row?.tripped_at_ms ?? null,
      keeperPid: row?.keeper_pid ?? null,
    };
  }

  /** The newest lines of the audit log that tell of protection. */
  told(limit: number): Array<Omit<ProtectionStep, 'gpuIndex'>> {
    const rows = this.#all<{
      seq: number;
      at_ms: number;
      actor: string;
      event: string;
      host_id: string;
      detail: string;
    }>(
      `SELECT seq, at_ms, actor, substr(event, length('protection.') + 1) AS event, host_id, detail FROM audit
       WHERE event GLOB 'protection.*' ORDER BY seq DESC LIMIT ${limit}`,
    );
    return rows.map(({ at_ms: atMs, host_id: hostId, detail, ...row }) => {
      return { ...row, atMs, hostId, detail: JSON.parse(detail) as Record<string, unknown> };
    });
  }

  setBreaker(sharePercent: number, trippedAtMs: number | null): void {
    this.#run('UPDATE protection_fleet SET share_percent = ?, tripped_at_ms = ?', [sharePercent, trippedAtMs]);
  }

  setKeeper(pid: number | null): void {
    // A lone null is no value to the driver.
    if (pid === null) this.#run('UPDATE protection_fleet SET keeper_pid = NULL', []);
    else this.#run('UPDATE protection_fleet SET keeper_pid = ?', [pid]);
  }

  #all<Row>(sql: string): Row[] {
    return this.#store.database.prepare(sql).all() as Row[];
  }

  #run(sql: string, values: ReadonlyArray<string | number | null>): void {
    this.#store.database.prepare(sql).run(...values);
  }
}

function rowOf(row: LimitRow): JournalRow {
  return {
    id: row.id,
    hostId: row.host_id,
    gpuUuid: row.gpu_uuid,
    lever: row.lever,
    original: row.original,
    asked: JSON.parse(row.asked) as number[],
    engagedAtMs: row.engaged_at_ms,
    changedAtMs: row.changed_at_ms,
    ownerPid: row.owner_pid,
    isReleased: row.is_released !== 0,
  };
}
