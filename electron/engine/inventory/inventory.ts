import type { NodeSummary } from '#shared/contract/inventory';
import type { Evidence } from '#shared/domain/command';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import type { HostSpec } from '#shared/domain/host';
import type { ProbeResult } from '#shared/domain/probe';
import type { CommandResult } from '../hosts/host';

export interface RefreshReport {
  ok: number;
  total: number;
  durationMs: number;
  roundTrips: number;
  /** Processor time it took on the node; null where the node can't tell. */
  nodeCpuMs: number | null;
  /** The connection was lost before everything was read: what had come is kept, and what was known of the rest. */
  isCut?: boolean;
}

export interface RefreshOptions {
  probeIds?: readonly string[];
  signal?: AbortSignal;
  onResult?: (result: ProbeResult) => void;
  /** Everything is to be read after now: what has begun already is waited for, not joined. */
  isFresh?: boolean;
}

/** The last facts of each node, where they came from, and how to get newer ones. */
export interface Inventory {
  /** Of these probes only, which is all that is read then; of all without a list. */
  facts(hostId: string, probeIds?: readonly ProbeId[]): NodeFacts;
  results(hostId: string): ProbeResult[];
  /** Collects in one round trip; concurrent calls for the same host join. Throws HostUnavailableError or AbortError. */
  refresh(hostId: string, options?: RefreshOptions): Promise<RefreshReport>;
  /** Keeps a command's raw output (of an action, say) and returns its evidence id. */
  keepEvidence(hostId: string, probeId: string | null, result: CommandResult): string;
  /** Throws NotFoundError. */
  evidence(evidenceId: string): Evidence;
  /** The exact bytes that were printed. Throws NotFoundError. */
  evidenceBytes(evidenceId: string): { stdout: Uint8Array; stderr: Uint8Array };
}

/** The inventory with what its procedures need on top of what other areas use. */
export interface InventoryService extends Inventory {
  /** Of these hosts, those that are still there; of all without a list. */
  summaries(hostIds?: readonly string[]): NodeSummary[];
  isCollecting(hostId: string): boolean;
  /** The last result with facts of each probe whose last run had none. */
  staleResults(hostId: string): ProbeResult[];
  cancel(hostId: string): void;
  /** Every host at once, then each whose summary may have changed: while results come in that is many times a second. */
  watchChanges(options: { signal?: AbortSignal }): AsyncGenerator<string>;
  watch(hostId: string, options: { signal?: AbortSignal }): AsyncGenerator<ProbeResult>;
  /** Runs probes and yields each result as it comes. */
  run(hostId: string, probeIds: readonly string[], options: { signal?: AbortSignal }): AsyncGenerator<ProbeResult>;
  /** Called after each collection, when everything it found is saved, and before who waits for it hears. */
  onDidCollect(listener: (hostId: string) => void): void;
  /** What summaries say of a node beyond its facts; asked often, so it has to be at hand. */
  judgeWith(judge: (hostId: string) => Judgement): void;
  /** Makes who watches summaries look at this one again. */
  announce(hostId: string): void;
  collectorScript(): string;
  /** Throws InvalidError when the bytes are no output of the collector. */
  importBundle(input: { name?: string; bytes: Uint8Array }): Promise<ImportedBundle>;
  close(): void;
}

/** What is made of a node's facts elsewhere. */
export type Judgement = Pick<NodeSummary, 'profileState' | 'profileDifferences' | 'compatibility' | 'attention'>;
export const notJudged: Judgement = {
  profileState: null,
  profileDifferences: null,
  compatibility: null,
  attention: [],
};

interface ImportedBundle {
  readonly host: HostSpec;
  readonly ok: number;
  readonly total: number;
  /** False when the file ends before the collection did. */
  readonly isComplete: boolean;
}
