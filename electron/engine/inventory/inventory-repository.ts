import { type CommandRecord, commandRecordSchema } from '#shared/domain/command';
import { type ProbeResult, type ProbeState, probeResultSchema } from '#shared/domain/probe';
import { DamagedFile } from '../store/damage';
import type { Store } from '../store/store';
import { packOutput, unpackOutput } from './packed-output';

/** A command's raw output on its way into the store. */
export interface EvidenceRow {
  readonly id: string;
  readonly hostId: string;
  readonly probeId: string | null;
  readonly record: CommandRecord;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** No result takes this long to be saved: one that is older than the last by more was made after the clock was set back. */
export const clockWentBackMs = 600_000;

/** Results kept per probe and host; evidence of older ones goes unless an incident or a run refers to it. */
export const keptResults = 20;

/** Nothing that an incident, a diagnosis, an action or a scan that is kept refers to is ever deleted. */
const unreferenced = `
  NOT EXISTS (SELECT 1 FROM incident_entry WHERE instr(entry, evidence.id) > 0)
  AND NOT EXISTS (SELECT 1 FROM diagnosis_run WHERE instr(run, evidence.id) > 0)
  AND NOT EXISTS (SELECT 1 FROM run_evidence WHERE run_evidence.evidence_id = evidence.id)
  AND NOT EXISTS (SELECT 1 FROM scan_evidence WHERE scan_evidence.evidence_id = evidence.id)
  AND NOT EXISTS (SELECT 1 FROM action_run WHERE instr(run, evidence.id) > 0)`;

/** Probe results and evidence in the store. */
export class InventoryRepository {
  constructor(private readonly store: Store) {}

  foreignVersion(): number {
    return this.store.foreignVersion();
  }

  /** Saves all of it or nothing. Throws StoreError. */
  save(results: readonly ProbeResult[], evidence: readonly EvidenceRow[]): void {
    const { database } = this.store;
    this.store.transactionSoon(() => {
      const insertEvidence = database.prepare('INSERT OR REPLACE INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
      for (const { id, hostId, probeId, record, stdout, stderr } of evidence) {
        const output = packOutput(stdout);
        insertEvidence.run(
          id,
          hostId,
          probeId,
          JSON.stringify(record),
          Buffer.from(output.bytes),
          Buffer.from(stderr),
          record.startedAtMs,
          output.isDeflated ? 1 : 0,
        );
      }
      const insertResult = database.prepare('INSERT OR REPLACE INTO probe_result VALUES (?, ?, ?, ?)');
      const oldestKept = database.prepare(
        'SELECT observed_at_ms AS at FROM probe_result WHERE host_id = ? AND probe_id = ? ORDER BY observed_at_ms DESC LIMIT 1 OFFSET ?',
      );
      // The clock of this workstation was set back: what it dates later would stand for the newest until then.
      const afterClock = database.prepare(
        'DELETE FROM probe_result WHERE host_id = ? AND probe_id = ? AND observed_at_ms > ?',
      );
      for (const result of results) {
        const { hostId, probeId, observedAtMs } = result;
        afterClock.run(hostId, probeId, observedAtMs + clockWentBackMs);
        insertResult.run(hostId, probeId, observedAtMs, serialize(result));
        const [oldest] = oldestKept.all(hostId, probeId, keptResults - 1) as Array<{ at: number }>;
        if (oldest) this.prune(hostId, probeId, oldest.at);
      }
    });
  }

  private prune(hostId: string, probeId: string, oldestAtMs: number): void {
    const { database } = this.store;
    const { changes } = database
      .prepare('DELETE FROM probe_result WHERE host_id = ? AND probe_id = ? AND observed_at_ms < ?')
      .run(hostId, probeId, oldestAtMs);
    if (changes === 0) return;
    database
      .prepare(`DELETE FROM evidence WHERE host_id = ? AND probe_id = ? AND at_ms < ? AND ${unreferenced}`)
      .run(hostId, probeId, oldestAtMs);
  }

  /** Last run of each probe of a host: when and how it ended, without its facts. */
  latestStates(hostId: string): Array<{ probeId: string; observedAtMs: number; state: ProbeState }> {
    const rows = this.store.database
      .prepare(
        'SELECT probe_id AS probeId, MAX(observed_at_ms) AS observedAtMs, substr(result, 1, 60) AS head FROM probe_result WHERE host_id = ? GROUP BY probe_id',
      )
      .all(hostId) as Array<{ probeId: string; observedAtMs: number; head: string }>;
    return rows.map(({ probeId, observedAtMs, head }) => ({ probeId, observedAtMs, state: stateOf(head) }));
  }

  latest(hostId: string, probeId: string): ProbeResult | null {
    return this.newest(hostId, probeId, '');
  }

  /** The newest result with facts. */
  latestOk(hostId: string, probeId: string): ProbeResult | null {
    return this.newest(hostId, probeId, `AND substr(result, 1, 60) LIKE '{"state":"ok"%'`);
  }

  private newest(hostId: string, probeId: string, condition: string): ProbeResult | null {
    const [row] = this.store.database
      .prepare(
        `SELECT result FROM probe_result WHERE host_id = ? AND probe_id = ? ${condition} ORDER BY observed_at_ms DESC LIMIT 1`,
      )
      .all(hostId, probeId) as Array<{ result: string }>;
    return row ? probeResultSchema.parse(JSON.parse(row.result)) : null;
  }

  evidence(id: string): EvidenceRow | null {
    const [row] = this.store.database
      .prepare(
        'SELECT host_id AS hostId, probe_id AS probeId, record, stdout, stderr, is_stdout_deflated AS isDeflated FROM evidence WHERE id = ?',
      )
      .all(id) as Array<{
      hostId: string;
      probeId: string | null;
      record: string;
      // `all` gives a blob as an ArrayBuffer.
      stdout: ArrayBuffer;
      stderr: ArrayBuffer;
      isDeflated: number;
    }>;
    if (!row) return null;
    const { hostId, probeId } = row;
    const record = commandRecordSchema.parse(JSON.parse(row.record));
    const stdout = this.unpack(new Uint8Array(row.stdout), row.isDeflated === 1);
    return { id, hostId, probeId, record, stdout, stderr: new Uint8Array(row.stderr) };
  }

  private unpack(bytes: Uint8Array, isDeflated: boolean): Uint8Array {
    try {
      return unpackOutput({ bytes, isDeflated });
    } catch (error) {
      this.store.distrust();
      throw this.store.failure(new DamagedFile('the kept output of a command is damaged', { cause: error }));
    }
  }

  removeHost(hostId: string): void {
    this.store.transaction(() => {
      this.store.database.prepare('DELETE FROM probe_result WHERE host_id = ?').run(hostId);
      this.store.database.prepare(`DELETE FROM evidence WHERE host_id = ? AND ${unreferenced}`).run(hostId);
    });
  }
}

/** The state comes first, so that it can be read without parsing the facts. */
function serialize({ state, ...rest }: ProbeResult): string {
  return JSON.stringify({ state, ...rest });
}

function stateOf(head: string): ProbeState {
  return probeResultSchema.shape.state.catch('failed').parse(/^\{"state":"([a-z-]{1,20})"/.exec(head)?.[1]);
}
