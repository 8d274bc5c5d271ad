import {
  type Guard,
  type GuardInput,
  type GuardSample,
  leftBehind,
  newGuard,
  RETRY_MS,
  type ReleaseReason,
  spentReasons,
  take,
  type Wish,
  wishOf,
} from '#shared/domain/protection/guard';
import { levelsOf, protectionPolicySchema } from '#shared/domain/protection/policy';
import type { ArmedNode, EndedLimit } from '#shared/domain/protection/protection';
import { isSameLimit } from '../actions/gpu-power-limit/power-limits';
import type { AuditLog } from '../audit/audit-log';
import { type Store, StoreError } from '../store/store';
import type { LimitSteps, StepEnd } from './limit-steps';
import type { JournalRow, ProtectionRepository } from './protection-repository';

export interface GuardedGpuDeps {
  readonly store: Store;
  readonly repository: ProtectionRepository;
  readonly audit: AuditLog;
  readonly steps: LimitSteps;
  readonly nowMs: () => number;
  /** Throws nothing; false also where the fleet's circuit breaker is open. */
  readonly mayLower: (hostId: string) => boolean;
}

interface Journalled {
  readonly id: number;
  readonly originalW: number;
  readonly askedW: readonly number[];
}

/** One GPU of an armed node: its guard, and the steps that it wants, written down before they are done. */
export class GuardedGpu {
  readonly hostId: string;
  readonly gpuUuid: string;
  readonly #deps: GuardedGpuDeps;
  readonly #isDryRun: boolean;
  #guard: Guard;
  #row: Journalled | null;
  #isWorking = false;
  /** A command that changes the limit is under way. */
  #isAsking = false;
  #isStopped = false;

  private constructor(
    deps: GuardedGpuDeps,
    of: { hostId: string; gpuUuid: string; isDryRun: boolean; guard: Guard; row: Journalled | null },
  ) {
    this.#deps = deps;
    this.hostId = of.hostId;
    this.gpuUuid = of.gpuUuid;
    this.#isDryRun = of.isDryRun;
    this.#guard = of.guard;
    this.#row = of.row;
  }

  /** A GPU of which the first sample came. */
  static watched(
    deps: GuardedGpuDeps,
    of: { node: ArmedNode; gpuUuid: string; slowdownC: number | null; ended: Omit<EndedLimit, 'gpuIndex'> | undefined },
  ): GuardedGpu {
    const { node, gpuUuid, slowdownC, ended } = of;
    const isSince = ended !== undefined && ended.engagedAtMs >= node.armedAtMs;
    const spent = isSince ? (spentReasons.find((reason) => reason === ended.reason) ?? null) : null;
    const guard = newGuard(node.policy, { slowdownC, releasedAtMs: isSince ? ended.endedAtMs : null, spent });
    const { hostId } = node;
    return new GuardedGpu(deps, { hostId, gpuUuid, isDryRun: node.mode === 'dry-run', guard, row: null });
  }

  /** A GPU with a limit that a process which is gone has set, or was about to. */
  static left(deps: GuardedGpuDeps, row: JournalRow): GuardedGpu {
    const guard = leftBehind(protectionPolicySchema.parse({}), row);
    const { hostId, gpuUuid, isReleased } = row;
    const created = new GuardedGpu(deps, { hostId, gpuUuid, isDryRun: false, guard, row });
    if (isReleased) created.#take({ kind: 'release', reason: 'asked' });
    return created;
  }

  /** Whether a limit of ours is, or may be, set. */
  get isHeld(): boolean {
    return this.#row !== null;
  }

  /** The newest temperature and what it is held against; null before the first. */
  get reading(): { temperatureC: number; limitC: number } | null {
    const { temperatureC, limitC } = this.#guard;
    return Number.isNaN(temperatureC) ? null : { temperatureC, limitC };
  }

  get isGoingBack(): boolean {
    return (this.#guard.hold?.release ?? null) !== null;
  }

  /** When the limit goes back at the latest. */
  get untilMs(): number {
    return (this.#guard.hold?.engagedAtMs ?? 0) + this.#guard.policy.holdForMs;
  }

  /** Whether every second counts. */
  get isOfInterest(): boolean {
    const { hold, hotSinceMs, spent } = this.#guard;
    return hold !== null || (hotSinceMs !== null && spent === null);
  }

  isWanting(): boolean {
    return !this.#isWorking && !this.#isStopped && this.#wish() !== null;
  }

  sample(sample: GuardSample): void {
    const before = this.#guard.hold?.verdict;
    this.#take({ kind: 'sample', sample });
    const { hold, temperatureC } = this.#guard;
    if (!hold?.verdict || before !== null) return;
    const { changedAtC } = hold;
    try {
      this.#note(`protection.${hold.verdict}`, { watts: hold.levelsW[hold.applied], changedAtC, temperatureC });
    } catch (error) {
      // Told in vain on a full disk; nothing was done.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  tick(): void {
    this.#take({ kind: 'tick', atMs: this.#deps.nowMs() });
  }

  release(reason: ReleaseReason): void {
    this.#take({ kind: 'release', reason });
  }

  /** Begins nothing more: the node was disarmed, or the engine ends. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Does the one thing that is wanted now. Throws StoreError, and has done nothing then. */
  async carryOut(): Promise<void> {
    const wish = this.#wish();
    if (!wish || this.#isWorking || this.#isStopped) return;
    this.#isWorking = true;
    try {
      if (wish.kind === 'engage') await this.#engage();
      else if (wish.kind === 'set') await this.#set(wish);
      else await this.#restore(wish.reason);
    } catch (error) {
      // The node can't be reached, or the disk is full. What was asked of the node may still land there.
      this.#take({ kind: this.#isAsking ? 'failed' : 'later', atMs: this.#deps.nowMs() });
      throw error;
    } finally {
      this.#isWorking = false;
      this.#isAsking = false;
    }
  }

  /** The quick way back, for an engine that ends. */
  async putBackNow(signal: AbortSignal): Promise<void> {
    const row = this.#row;
    if (!row) return;
    const { steps } = this.#deps;
    const current = await steps.read(this.hostId, this.gpuUuid);
    if (current && !this.#isOurs(current.limitW, row)) return this.#end('foreign');
    if (await steps.setNow(this.hostId, this.gpuUuid, row.originalW, signal)) this.#end('ended');
  }

  async #engage(): Promise<void> {
    const { steps, nowMs, mayLower } = this.#deps;
    if (this.#isHeldElsewhere()) return this.#take({ kind: 'later', atMs: nowMs() });
    const limits = await steps.read(this.hostId, this.gpuUuid);
    if (!limits) return this.#failed('the limits could not be read');
    if (this.#isDryRun) {
      this.#note('protection.would-step', {
        fromW: limits.limitW,
        toW: levelsOf(limits)[1] ?? null,
        ...this.#reading(),
      });
      this.#take({ kind: 'told', atMs: nowMs() });
      return;
    }
    if (!mayLower(this.hostId)) {
      this.#note('protection.stopped-by-breaker', this.#reading());
      this.#take({ kind: 'told', atMs: nowMs() });
      return;
    }
    this.#take({ kind: 'found', atMs: nowMs(), limits });
    if (this.#guard.spent === 'fixed') this.#note('protection.limit-fixed', { ...limits });
  }

  async #set({ watts, isDown }: Extract<Wish, { kind: 'set' }>): Promise<void> {
    const { steps, store, repository, nowMs, mayLower } = this.#deps;
    const { hold } = this.#guard;
    const originalW = hold?.levelsW[0];
    if (originalW === undefined) return;
    if (isDown && !mayLower(this.hostId)) return this.#take({ kind: 'later', atMs: nowMs() });
    const row = this.#row;
    // Another process of Gantry holds it lower: what is set now is not what was found.
    if (!row && this.#isHeldElsewhere()) return this.#take({ kind: 'later', atMs: nowMs() });
    const current = await steps.read(this.hostId, this.gpuUuid);
    if (!current) return this.#failed('the limits could not be read');
    if (!this.#isOurs(current.limitW, row ?? { id: 0, originalW, askedW: [] })) return this.#end('foreign');
    if (this.#isStopped || !store.database.open) return;
    const reading = { fromW: current.limitW, toW: watts, ...this.#reading() };
    // On disk before the node is touched.
    this.#row = store.transaction(() => {
      this.#note(isDown ? 'protection.step-down' : 'protection.step-up', reading);
      const atMs = nowMs();
      if (!row) {
        const limit = { hostId: this.hostId, gpuUuid: this.gpuUuid, originalW, askedW: watts, atMs };
        return { id: repository.begin(limit), originalW, askedW: [watts] };
      }
      const askedW = [...row.askedW.filter((asked) => asked !== watts), watts];
      repository.ask(row.id, askedW, atMs, isDown);
      return { ...row, askedW };
    });
    const { outcome, detail, runId } = await this.#ask(watts);
    if (outcome === 'done') this.#take({ kind: 'applied', atMs: nowMs() });
    else this.#notDone(outcome, detail, runId);
  }

  async #restore(reason: ReleaseReason): Promise<void> {
    const { steps } = this.#deps;
    const row = this.#row;
    // Nothing was ever asked of the node.
    if (!row) return this.#take({ kind: 'restored', atMs: this.#deps.nowMs() });
    const current = await steps.read(this.hostId, this.gpuUuid);
    if (!current) return this.#failed('the limits could not be read');
    if (!this.#isOurs(current.limitW, row)) return this.#end('foreign');
    if (isSameLimit(current.limitW, row.originalW)) return this.#end(reason);
    this.#note('protection.step-back', { fromW: current.limitW, toW: row.originalW, reason });
    const { outcome, detail, runId } = await this.#ask(row.originalW);
    if (outcome === 'done') this.#end(reason);
    else this.#notDone(outcome, detail, runId);
  }

  /** The limit is what it was, or somebody else's: the journal is closed. */
  #end(reason: ReleaseReason | 'foreign'): void {
    const { store, repository, nowMs } = this.#deps;
    const row = this.#row;
    // An engine that has ended meanwhile: the next one reads the node again.
    if (!store.database.open) return;
    if (row) {
      store.transaction(() => {
        repository.end(row.id, reason, nowMs());
        const event = reason === 'foreign' ? 'protection.set-by-others' : 'protection.restored';
        this.#note(event, { originalW: row.originalW, reason });
      });
    }
    this.#row = null;
    this.#take(reason === 'foreign' ? { kind: 'foreign' } : { kind: 'restored', atMs: nowMs() });
  }

  #ask(watts: number): Promise<StepEnd> {
    this.#isAsking = true;
    return this.#deps.steps.set(this.hostId, this.gpuUuid, watts);
  }

  #notDone(outcome: 'failed' | 'later', detail: string, runId: string | null): void {
    if (outcome === 'failed') this.#failed(detail, runId);
    else this.#take({ kind: 'later', atMs: this.#deps.nowMs() });
  }

  #failed(detail: string, runId: string | null = null): void {
    this.#take({ kind: 'failed', atMs: this.#deps.nowMs() });
    this.#note('protection.failed', { detail: detail.slice(0, 400), runId, retryAfterMs: RETRY_MS });
  }

  #isHeldElsewhere(): boolean {
    const open = this.#deps.repository.open();
    return open.some(({ hostId, gpuUuid }) => hostId === this.hostId && gpuUuid === this.gpuUuid);
  }

  #isOurs(limitW: number, { originalW, askedW }: Journalled): boolean {
    return [originalW, ...askedW].some((watts) => isSameLimit(watts, limitW));
  }

  #reading(): Record<string, number> {
    const { temperatureC, limitC } = this.#guard;
    return { temperatureC, limitC };
  }

  #wish(): Wish | null {
    return wishOf(this.#guard, this.#deps.nowMs());
  }

  #take(input: GuardInput): void {
    this.#guard = take(this.#guard, input);
  }

  #note(event: string, detail: Record<string, unknown>): void {
    if (!this.#deps.store.database.open) return;
    this.#deps.audit.append({ event, hostId: this.hostId, detail: { gpu: this.gpuUuid, ...detail } });
  }
}
