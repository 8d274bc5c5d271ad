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
import { type LeverId, leverIds, leverUnits, looksLocked } from '#shared/domain/protection/lever';
import { protectionPolicySchema } from '#shared/domain/protection/policy';
import type { ArmedNode, EndedLimit } from '#shared/domain/protection/protection';
import type { AuditLog } from '../audit/audit-log';
import { type Store, StoreError } from '../store/store';
import { levers } from './levers/all';
import type { LeverReading } from './levers/lever';
import type { LeverOf, LimitSteps, StepEnd } from './limit-steps';
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
  readonly lever: LeverId;
  readonly original: number;
  readonly asked: readonly number[];
}

/** One GPU of an armed node: its guard, and the steps that it wants, written down before they are done. */
export class GuardedGpu {
  readonly hostId: string;
  readonly gpuUuid: string;
  readonly #deps: GuardedGpuDeps;
  readonly #isDryRun: boolean;
  #guard: Guard;
  #row: Journalled | null;
  /** What lowers this GPU; known once its limits were read. */
  #lever: LeverId;
  #isWorking = false;
  /** A command that changes the limit is under way. */
  #isAsking = false;
  #isStopped = false;
  /** Whom it waits for, who is told of once. */
  #waitsFor = '';

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
    this.#lever = of.row?.lever ?? 'power-limit';
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
      this.#note(`protection.${hold.verdict}`, {
        value: hold.levels[hold.applied],
        unit: leverUnits[this.#lever],
        changedAtC,
        temperatureC,
      });
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
    const reading = await steps.read(this.#of);
    if (reading && !this.#isOurs(reading, row)) return this.#end('foreign');
    const { original } = row;
    if (await steps.setNow(this.#of, { value: original, original }, signal)) this.#end('ended');
  }

  async #engage(): Promise<void> {
    const { nowMs, mayLower } = this.#deps;
    if (this.#isHeldElsewhere()) return this.#take({ kind: 'later', atMs: nowMs() });
    const reading = await this.#find();
    if (!reading) return this.#failed('the limits could not be read');
    const { levels, clockMhz } = reading;
    const unit = leverUnits[this.#lever];
    const [from, to] = levels;
    const { throttleReasons: reasons } = this.#guard;
    if (clockMhz !== null && from !== undefined && looksLocked({ clockMhz, topMhz: from, reasons })) {
      this.#note('protection.locked-by-others', { clockMhz, topMhz: from });
      return this.#take({ kind: 'foreign' });
    }
    if (to === undefined) {
      this.#take({ kind: 'found', atMs: nowMs(), levels });
      return this.#note('protection.limit-fixed', {});
    }
    if (this.#isDryRun) {
      this.#note('protection.would-step', { from, to, unit, ...this.#reading() });
      return this.#take({ kind: 'told', atMs: nowMs() });
    }
    if (!mayLower(this.hostId)) {
      this.#note('protection.stopped-by-breaker', this.#reading());
      return this.#take({ kind: 'told', atMs: nowMs() });
    }
    this.#take({ kind: 'found', atMs: nowMs(), levels });
  }

  /** The first lever that this GPU has. Null where the node tells none. */
  async #find(): Promise<LeverReading | null> {
    let found: LeverReading | null = null;
    for (const lever of leverIds) {
      if (lever === 'clock-ceiling' && !this.#guard.policy.mayCapClocks) continue;
      this.#lever = lever;
      const reading = await this.#deps.steps.read(this.#of);
      if (reading && reading.levels.length > 1) return reading;
      found ??= reading;
    }
    return found;
  }

  async #set({ value, isDown }: Extract<Wish, { kind: 'set' }>): Promise<void> {
    const { steps, store, repository, nowMs, mayLower } = this.#deps;
    const { hold } = this.#guard;
    const original = hold?.levels[0];
    if (original === undefined) return;
    if (isDown && !mayLower(this.hostId)) return this.#take({ kind: 'later', atMs: nowMs() });
    const row = this.#row;
    const lever = this.#lever;
    if (await this.#isChangedByOthers()) return;
    // Another process of Gantry holds it lower: what is set now is not what was found.
    if (!row && this.#isHeldElsewhere()) return this.#take({ kind: 'later', atMs: nowMs() });
    const reading = await steps.read(this.#of);
    if (!reading) return this.#failed('the limits could not be read');
    if (!this.#isOurs(reading, row ?? { id: 0, lever, original, asked: [] })) return this.#end('foreign');
    if (this.#isStopped || !store.database.open) return;
    const from = reading.current ?? hold?.levels[hold.applied] ?? original;
    const detail = { from, to: value, unit: leverUnits[lever], ...this.#reading() };
    // On disk before the node is touched.
    this.#row = store.transaction(() => {
      this.#note(isDown ? 'protection.step-down' : 'protection.step-up', detail);
      const atMs = nowMs();
      if (!row) {
        const limit = { hostId: this.hostId, gpuUuid: this.gpuUuid, lever, original, asked: value, atMs };
        return { id: repository.begin(limit), lever, original, asked: [value] };
      }
      const asked = [...row.asked.filter((before) => before !== value), value];
      repository.ask(row.id, asked, atMs, isDown);
      return { ...row, asked };
    });
    const end = await this.#ask(value, original);
    if (end.outcome === 'done') this.#take({ kind: 'applied', atMs: nowMs() });
    else this.#notDone(end.outcome, end.detail, end.runId);
  }

  async #restore(reason: ReleaseReason): Promise<void> {
    const { steps } = this.#deps;
    const row = this.#row;
    // Nothing was ever asked of the node.
    if (!row) return this.#take({ kind: 'restored', atMs: this.#deps.nowMs() });
    if (await this.#isChangedByOthers()) return;
    const { original, lever } = row;
    const reading = await steps.read(this.#of);
    if (!reading) return this.#failed('the limits could not be read');
    if (!this.#isOurs(reading, row)) return this.#end('foreign');
    const { current } = reading;
    if (current !== null && levers[lever].isSame(current, original)) return this.#end(reason);
    const from = current ?? row.asked.at(-1) ?? original;
    this.#note('protection.step-back', { from, to: original, unit: leverUnits[lever], reason });
    const end = await this.#ask(original, original);
    if (end.outcome === 'done') this.#end(reason);
    else this.#notDone(end.outcome, end.detail, end.runId);
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
        this.#note(event, { original: row.original, unit: leverUnits[row.lever], reason });
      });
    }
    this.#row = null;
    this.#take(reason === 'foreign' ? { kind: 'foreign' } : { kind: 'restored', atMs: nowMs() });
  }

  #ask(value: number, original: number): Promise<StepEnd> {
    this.#isAsking = true;
    return this.#deps.steps.set(this.#of, { value, original });
  }

  #notDone(outcome: 'failed' | 'later', detail: string, runId: string | null): void {
    if (outcome === 'failed') this.#failed(detail, runId);
    else this.#take({ kind: 'later', atMs: this.#deps.nowMs() });
  }

  /** A setup may be putting in the very driver that would be asked: it is let finish, and the wait is written down once. */
  async #isChangedByOthers(): Promise<boolean> {
    const changer = await this.#deps.steps.changedBy(this.hostId);
    const who = changer === null ? '' : JSON.stringify(changer);
    const isNews = changer !== null && who !== this.#waitsFor;
    this.#waitsFor = who;
    if (changer === null) return false;
    this.#take({ kind: 'later', atMs: this.#deps.nowMs() });
    const { operator, machine, what } = changer;
    if (isNews) this.#note('protection.waits', { operator, machine, what, ...this.#reading() });
    return true;
  }

  #failed(detail: string, runId: string | null = null): void {
    this.#take({ kind: 'failed', atMs: this.#deps.nowMs() });
    this.#note('protection.failed', { detail: detail.slice(0, 400), runId, retryAfterMs: RETRY_MS });
  }

  #isHeldElsewhere(): boolean {
    const open = this.#deps.repository.open();
    return open.some(({ hostId, gpuUuid }) => hostId === this.hostId && gpuUuid === this.gpuUuid);
  }

  /** What can't be read is taken for ours: that it may be another's was accepted when the node was armed. */
  #isOurs({ current }: LeverReading, { lever, original, asked }: Journalled): boolean {
    return current === null || [original, ...asked].some((value) => levers[lever].isSame(value, current));
  }

  get #of(): LeverOf {
    return { hostId: this.hostId, gpuUuid: this.gpuUuid, lever: this.#lever };
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
