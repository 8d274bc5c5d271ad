import type { HostView, NewHost } from '#shared/contract/hosts';
import type { AuditEntry } from '#shared/domain/audit';
import type { Evidence } from '#shared/domain/command';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { HostSpec } from '#shared/domain/host';
import type { ProbeResult } from '#shared/domain/probe';
import type { CommandResult, Host } from './hosts/host';

/** What the areas of the engine offer each other. Each is made by its own folder and put together in `index.ts`. */

/** Encrypts what is remembered with the OS keychain. Null where there is none: secrets then live for the session. */
export interface SecretBox {
  encrypt(text: string): Promise<Uint8Array>;
  decrypt(bytes: Uint8Array): Promise<string>;
}

export interface AuditLog {
  append(entry: { event: string; hostId?: string | null; detail: Record<string, unknown> }): AuditEntry;
}

/** Saved hosts and their open connections. */
export interface HostDirectory {
  list(): HostView[];
  /** Also those that were removed: incidents and the audit log still speak of them. */
  everyHost(): HostSpec[];
  /** Throws NotFoundError. */
  spec(hostId: string): HostSpec;
  add(hosts: readonly NewHost[]): HostSpec[];
  addBundle(bundle: { name: string; collectedAtMs: number | null; importedAtMs: number }): HostSpec;
  remove(hostId: string): Promise<void>;
  /** The connected host, connecting first when needed. Throws HostUnavailableError, NotFoundError or AbortError. */
  open(hostId: string, options?: { signal?: AbortSignal }): Promise<Host>;
  onDidRemove(listener: (hostId: string) => void): () => void;
}

export interface RefreshReport {
  ok: number;
  total: number;
  durationMs: number;
  roundTrips: number;
}

/** The last facts of each node, where they came from, and how to get newer ones. */
export interface Inventory {
  facts(hostId: string): NodeFacts;
  results(hostId: string): ProbeResult[];
  /** Collects in one round trip; concurrent calls for the same host join. Throws HostUnavailableError or AbortError. */
  refresh(
    hostId: string,
    options?: { probeIds?: readonly string[]; signal?: AbortSignal; onResult?: (result: ProbeResult) => void },
  ): Promise<RefreshReport>;
  /** Keeps a command's raw output (of an action, say) and returns its evidence id. */
  keepEvidence(hostId: string, probeId: string | null, result: CommandResult): string;
  /** Throws NotFoundError. */
  evidence(evidenceId: string): Evidence;
  /** The exact bytes that were printed. Throws NotFoundError. */
  evidenceBytes(evidenceId: string): { stdout: Uint8Array; stderr: Uint8Array };
}

/** No such thing. Becomes NOT_FOUND at the border. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
  constructor(
    readonly what: string,
    readonly id: string,
  ) {
    super(`no ${what} with id ${id}`);
  }
}

/** Input that makes no sense. Becomes INVALID at the border; `key`/`params` name the words. */
export class InvalidError extends Error {
  override readonly name = 'InvalidError';
  constructor(
    readonly key: string,
    readonly params: Record<string, string | number> = {},
  ) {
    super(key);
  }
}

/** The thing moved on. Becomes CONFLICT at the border. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  constructor(
    readonly key: string,
    readonly params: Record<string, string | number> = {},
  ) {
    super(key);
  }
}
