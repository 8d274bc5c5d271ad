import type { ActionRun } from '#shared/domain/action';
import type { Alert } from '#shared/domain/rules/alert';
import type { Store } from '../store/store';

export interface TimelineRange {
  /** Null: all. */
  readonly hostIds: readonly string[] | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly atMost: number;
}

interface RunInRange {
  readonly runId: string;
  readonly hostId: string;
  readonly actionId: string;
  readonly state: ActionRun['state'];
  readonly atMs: number;
  readonly untilMs: number | null;
}

interface ProtectionLine {
  readonly seq: number;
  readonly hostId: string;
  readonly gpuUuid: string | null;
  readonly event: string;
  readonly detail: Record<string, unknown>;
  readonly atMs: number;
}

/** Longer than any action goes on. */
const LONGEST_RUN_MS = 24 * 3_600_000;

/** Reads what other areas wrote by its time. Each list: the newest, in the order of their times. */
export class TimelineRepository {
  constructor(private readonly store: Store) {}

  /** Those that fired and overlap the range. */
  alerts(range: TimelineRange): Alert[] {
    const rows = this.#all<{ id: number; alert: string; [column: string]: unknown }>(
      `SELECT id, rule_id AS ruleId, host_id AS hostId, subject, state, since_ms AS sinceMs, resolved_ms AS resolvedMs, alert
       FROM alert WHERE since_ms <= ? AND (resolved_ms IS NULL OR resolved_ms >= ?) AND ${ofHosts}
       ORDER BY since_ms DESC, id DESC LIMIT ?`,
      range,
      [range.toMs, range.fromMs],
    );
    return rows
      .map(({ alert, ...columns }) => ({ ...(JSON.parse(alert) as object), ...columns, acknowledged: null }) as Alert)
      .filter(({ firedMs }) => firedMs !== null && firedMs <= range.toMs);
  }

  runs(range: TimelineRange): RunInRange[] {
    const rows = this.#all<RunInRange>(
      `SELECT id AS runId, host_id AS hostId, json_extract(run, '$.plan.actionId') AS actionId, state,
         started_at_ms AS atMs, json_extract(run, '$.finishedAtMs') AS untilMs
       FROM action_run WHERE started_at_ms BETWEEN ? AND ? AND ${ofHosts}
       ORDER BY started_at_ms DESC, rowid DESC LIMIT ?`,
      range,
      [range.fromMs - LONGEST_RUN_MS, range.toMs],
    );
    return rows.filter(({ untilMs }) => untilMs === null || untilMs >= range.fromMs);
  }

  protection(range: TimelineRange): ProtectionLine[] {
    return this.#all<Omit<ProtectionLine, 'gpuUuid' | 'detail'> & { detail: string }>(
      `SELECT seq, host_id AS hostId, substr(event, length('protection.') + 1) AS event, detail, at_ms AS atMs
       FROM audit WHERE at_ms BETWEEN ? AND ? AND event GLOB 'protection.*' AND host_id IS NOT NULL AND ${ofHosts}
       ORDER BY seq DESC LIMIT ?`,
      range,
      [range.fromMs, range.toMs],
    ).map((row) => {
      const detail = JSON.parse(row.detail) as Record<string, unknown>;
      return { ...row, detail, gpuUuid: typeof detail.gpu === 'string' ? detail.gpu : null };
    });
  }

  #all<Row>(sql: string, { hostIds, atMost }: TimelineRange, times: readonly [number, number]): Row[] {
    const wanted = hostIds ? JSON.stringify(hostIds) : null;
    return (this.store.database.prepare(sql).all(...times, wanted, wanted, atMost) as Row[]).reverse();
  }
}

const ofHosts = '(? IS NULL OR host_id IN (SELECT value FROM json_each(?)))';
