import type { ActionInfo, ActionPlan, ActionRun, StepOutput } from '#shared/domain/action';
import type { FoundLock, NodeChanger } from '#shared/domain/node-lock';
import type { SiteScope } from '#shared/domain/site';
import type { AuditLog } from '../audit/audit-log';
import type { HostDirectory } from '../hosts/host-directory';
import type { Inventory } from '../inventory/inventory';
import type { Store } from '../store/store';
import type { Action } from './action';

export interface ActionsDeps {
  readonly store: Store;
  readonly hosts: HostDirectory;
  readonly inventory: Inventory;
  readonly audit: AuditLog;
  readonly nowMs: () => number;
  /** The user's own actions as they are now, by id. */
  readonly ownActions?: () => ReadonlyMap<string, { readonly file: string; readonly action: Action }>;
  /** Mirrors, proxy and authority of the site; the vendors' addresses without it. */
  readonly site?: () => SiteScope;
  /** Who works here, as a lock on a node tells others. */
  readonly operator: { readonly name: string; readonly machine: string };
  /** Tests on this very machine bring their own. */
  readonly lockPath?: string;
  /** Tests bring their own. */
  readonly actions?: readonly Action[];
}

export interface Actions {
  list(): ActionInfo[];
  plan(
    request: { actionId: string; hostId: string; parameters: Record<string, unknown> },
    /** Facts read since then serve for this plan too: for several plans of one node that are made together. */
    options?: { signal?: AbortSignal; readSinceMs?: number },
  ): Promise<ActionPlan>;
  /** Resolves once the run is saved and started. Facts read since `readSinceMs` serve for looking again whether it is as planned. */
  apply(
    request: { planId: string; fingerprint: string; incidentId?: string },
    options?: { readSinceMs?: number },
  ): Promise<ActionRun>;
  /** Resolves once the run has come to a stop. */
  cancel(runId: string): Promise<ActionRun>;
  undo(runId: string): Promise<ActionRun>;
  recheck(runId: string, options?: { signal?: AbortSignal }): Promise<ActionRun>;
  runs(hostId?: string): ActionRun[];
  get(runId: string): ActionRun;
  /** The run now and after each change, until it stops. */
  watch(runId: string, options?: { signal?: AbortSignal }): AsyncGenerator<ActionRun>;
  /** What the steps print as they do; ends with the run. Nothing of a run of another process. */
  watchOutput(runId: string, options?: { signal?: AbortSignal }): AsyncGenerator<StepOutput>;
  /** Who is changing the node. */
  lock(hostId: string, options?: { signal?: AbortSignal }): Promise<FoundLock | null>;
  /** Who is changing the node now, here or elsewhere; null: nobody, whatever lock a process of ours left. Throws HostUnavailableError. */
  changedBy(hostId: string): Promise<NodeChanger | null>;
  /** Removes the lock that was seen. Throws ConflictError where another one is there by now. */
  takeOverLock(request: { hostId: string; token: string }): Promise<FoundLock>;
  /**
   * Removes the lock that an engine of this installation left on a node, where nobody carries anything out on it and it is known how
   * each run there ended. Never throws.
   */
  freeLeftLock(hostId: string): Promise<void>;
  /** What is locked for a run stays so until it is let go, also between runs. */
  keepLocked(hostId: string, what: string): () => Promise<void>;
  /** Called before the first command of a run; when it throws, nothing is started. */
  onWillApply(listener: (run: ActionRun) => void | Promise<void>): () => void;
  /** Called when a run, or its undo, has been saved and is started. */
  onDidStart(listener: (run: ActionRun) => void): () => void;
  /** Called when a run has come to a stop. */
  onDidSettle(listener: (run: ActionRun) => void): () => void;
  /** Leaves what runs as interrupted. */
  close(): Promise<void>;
}
