import type { ProbeResult } from '#shared/domain/probe';
import type { EvidenceRow, InventoryRepository } from './inventory-repository';

const flushAfterMs = 250;
/** A store that is full or locked is not asked again at once: each try can take seconds, and nothing else runs then. */
const retryAfterMs = 5000;
const flushAtBytes = 8 * 1024 * 1024;
/** What is held when the store can't be written; beyond it the oldest evidence is given up. */
const maxHeldBytes = 64 * 1024 * 1024;

/**
 * Gathers what many hosts report into few transactions. A refresh flushes before it says it is done, so nothing that was
 * acknowledged waits here.
 */
export class WriteBehind {
  private results: ProbeResult[] = [];
  private rows: EvidenceRow[] = [];
  private bytes = 0;
  private timer: NodeJS.Timeout | null = null;
  private isClosed = false;

  constructor(private readonly repository: InventoryRepository) {}

  addResult(result: ProbeResult): void {
    this.results.push(result);
    this.schedule();
  }

  addEvidence(row: EvidenceRow): void {
    this.rows.push(row);
    this.bytes += row.stdout.byteLength + row.stderr.byteLength;
    while (this.bytes > maxHeldBytes && this.rows.length > 1) {
      const dropped = this.rows.shift();
      this.bytes -= (dropped?.stdout.byteLength ?? 0) + (dropped?.stderr.byteLength ?? 0);
    }
    this.schedule();
  }

  holds(hostId: string): boolean {
    return this.results.some((result) => result.hostId === hostId);
  }

  evidence(id: string): EvidenceRow | null {
    return this.rows.find((row) => row.id === id) ?? null;
  }

  /** Throws StoreError; what could not be saved stays for the next try. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.isClosed || (this.results.length === 0 && this.rows.length === 0)) return;
    try {
      this.repository.save(this.results, this.rows);
    } catch (error) {
      this.schedule(retryAfterMs);
      throw error;
    }
    this.results = [];
    this.rows = [];
    this.bytes = 0;
  }

  /** The last try: nothing is written to a store that is closed by then. Throws StoreError. */
  close(): void {
    try {
      this.flush();
    } finally {
      if (this.timer) clearTimeout(this.timer);
      this.isClosed = true;
    }
  }

  forgetHost(hostId: string): void {
    this.results = this.results.filter((result) => result.hostId !== hostId);
    this.rows = this.rows.filter((row) => row.hostId !== hostId);
    this.bytes = this.rows.reduce((sum, row) => sum + row.stdout.byteLength + row.stderr.byteLength, 0);
  }

  private schedule(afterMs = this.bytes > flushAtBytes ? 0 : flushAfterMs): void {
    if (this.timer || this.isClosed) return;
    this.timer = setTimeout(() => this.tryFlush(), afterMs);
    this.timer.unref();
  }

  /** A failure here is not lost: the refresh that waits for these results runs into it itself. */
  private tryFlush(): void {
    try {
      this.flush();
    } catch {
      // Tried again by itself, see `flush`.
    }
  }
}
