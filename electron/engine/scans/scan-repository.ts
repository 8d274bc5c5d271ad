import type { GpuPlace } from '#shared/domain/scan/gpu-places';
import type { WalkedFinding } from '#shared/domain/scan/rank-findings';
import type { ScanNode, ScanSummary } from '#shared/domain/scan/scan';
import { packOutput, unpackOutput } from '../inventory/packed-output';
import type { Store } from '../store/store';
import type { ScanBasis } from './scan-basis';

export interface SavedScan {
  readonly scan: ScanSummary;
  /** The process that scans; while it lives nobody else may say that it was interrupted. */
  readonly ownerPid: number;
}

/** A node that is done with. */
export interface SavedNode {
  readonly node: ScanNode;
  readonly findings: readonly WalkedFinding[];
  readonly places: readonly GpuPlace[];
}

/** The SQL of scans. */
export class ScanRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  save({ scan, ownerPid }: SavedScan): void {
    this.#store.transaction(() =>
      this.#store.database
        .prepare(
          `INSERT INTO scan (id, state, started_at_ms, scan) VALUES (?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET state = excluded.state, scan = excluded.scan`,
        )
        .run(scan.id, scan.state, scan.startedAtMs, JSON.stringify({ scan, ownerPid })),
    );
  }

  saveNode(scanId: string, saved: SavedNode, basis: ScanBasis): void {
    const { bytes, isDeflated } = packOutput(Buffer.from(JSON.stringify(basis)));
    this.#store.transaction(() => {
      this.#store.database
        .prepare('INSERT OR REPLACE INTO scan_node VALUES (?, ?, ?, ?, ?)')
        .run(scanId, saved.node.hostId, JSON.stringify(saved), Buffer.from(bytes), isDeflated ? 1 : 0);
      const keep = this.#store.database.prepare('INSERT OR IGNORE INTO scan_evidence VALUES (?, ?)');
      for (const evidenceId of evidenceOf(saved)) keep.run(evidenceId, scanId);
    });
  }

  find(id: string): SavedScan | null {
    const [row] = this.#store.database.prepare('SELECT scan FROM scan WHERE id = ?').all(id) as { scan: string }[];
    return row === undefined ? null : (JSON.parse(row.scan) as SavedScan);
  }

  nodes(scanId: string): SavedNode[] {
    const rows = this.#store.database.prepare('SELECT node FROM scan_node WHERE scan_id = ?').all(scanId) as {
      node: string;
    }[];
    return rows.map(({ node }) => JSON.parse(node) as SavedNode);
  }

  basis(scanId: string, hostId: string): ScanBasis | null {
    const [row] = this.#store.database
      .prepare('SELECT basis, is_basis_deflated AS isDeflated FROM scan_node WHERE scan_id = ? AND host_id = ?')
      // `all` gives a blob as an ArrayBuffer.
      .all(scanId, hostId) as { basis: ArrayBuffer; isDeflated: number }[];
    if (row === undefined) return null;
    const bytes = unpackOutput({ bytes: new Uint8Array(row.basis), isDeflated: row.isDeflated === 1 });
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as ScanBasis;
  }

  /** Newest first. */
  list(): SavedScan[] {
    const rows = this.#store.database.prepare('SELECT scan FROM scan ORDER BY started_at_ms DESC, id').all() as {
      scan: string;
    }[];
    return rows.map(({ scan }) => JSON.parse(scan) as SavedScan);
  }

  remove(scanId: string): void {
    this.#store.transaction(() => {
      for (const table of ['scan_node', 'scan_evidence']) {
        this.#store.database.prepare(`DELETE FROM ${table} WHERE scan_id = ?`).run(scanId);
      }
      this.#store.database.prepare('DELETE FROM scan WHERE id = ?').run(scanId);
    });
  }
}

function evidenceOf({ findings }: SavedNode): Set<string> {
  return new Set(findings.flatMap(({ finding }) => finding.evidence.flatMap(({ evidenceId }) => evidenceId ?? [])));
}
