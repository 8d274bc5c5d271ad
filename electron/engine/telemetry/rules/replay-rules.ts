import { setImmediate as rest } from 'node:timers/promises';
import type { RuleSet } from '#shared/domain/rules/compiled-rule';
import type { ReplayedAlert, RulesReplay } from '#shared/domain/rules/replayed-alert';
import { type RuleChange, RuleEvaluator } from '#shared/domain/rules/rule-evaluator';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { TelemetryEvent } from '#shared/domain/telemetry/telemetry-event';
import { messageOf } from './message-of';

export interface ReplayedSamples {
  /** In the order of time; both ends count. */
  frames(hostId: string, fromMs: number, toMs: number): readonly Frame[] | Promise<readonly Frame[]>;
  events(hostId: string, fromMs: number, toMs: number): readonly TelemetryEvent[];
}

export interface ReplayRange {
  readonly hostIds: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Read at once. */
const PIECE_MS = 600_000;
/** Silence is judged so often, as it is live. */
const TICK_MS = 10_000;
/** After a longer silence of a whole node for which there is no trouble on record, nobody was watching. */
const UNWATCHED_MS = 60_000;

/** What rules would have said to samples that were kept: the same evaluator as live, fed in the order of time. */
export async function replayRules(
  set: RuleSet,
  samples: ReplayedSamples,
  { hostIds, fromMs, toMs }: ReplayRange,
  signal?: AbortSignal,
): Promise<RulesReplay> {
  const alerts: ReplayedAlert[] = [];
  let count = 0;
  let firstMs: number | null = null;
  for (const hostId of hostIds) {
    const replay = new HostReplay(hostId, set, samples.events(hostId, fromMs, toMs));
    for (let startMs = fromMs; startMs <= toMs; startMs += PIECE_MS) {
      const frames = await samples.frames(hostId, startMs, Math.min(toMs, startMs + PIECE_MS - 1));
      for (const frame of frames) replay.take(frame);
      count += frames.length;
      const [first] = frames;
      if (first && (firstMs === null || first.atMs < firstMs)) firstMs = first.atMs;
      await rest();
      signal?.throwIfAborted();
    }
    alerts.push(...replay.end(toMs));
  }
  alerts.sort((one, other) => one.firedMs - other.firedMs);
  return { alerts, rounds: count, firstMs };
}

/** One host's samples, one after another. */
class HostReplay {
  readonly #evaluator: RuleEvaluator;
  readonly #open = new Map<string, ReplayedAlert>();
  readonly #over: ReplayedAlert[] = [];
  readonly #troubleMs: readonly number[];
  /** Of the newest sample, and of the last look at silence. */
  #lastMs: number | null = null;
  #tickedMs = 0;

  constructor(
    private readonly hostId: string,
    set: RuleSet,
    events: readonly TelemetryEvent[],
  ) {
    this.#evaluator = new RuleEvaluator({
      set,
      firingSince: (_hostId, subject, ruleId) => this.#open.get(`${ruleId}\n${subject}`)?.sinceMs ?? null,
    });
    this.#troubleMs = events
      .filter(({ body }) => body.kind === 'connection-lost' || body.kind === 'stream-stopped')
      .map(({ atMs }) => atMs);
  }

  take(frame: Frame): void {
    this.#silenceTo(frame.atMs);
    this.#lastMs = frame.atMs;
    this.#keep(this.#evaluator.take(this.hostId, [frame]));
  }

  end(toMs: number): ReplayedAlert[] {
    this.#silenceTo(toMs);
    return [...this.#over, ...this.#open.values()];
  }

  #silenceTo(atMs: number): void {
    if (this.#lastMs === null) {
      this.#tickedMs = Math.floor(atMs / TICK_MS) * TICK_MS;
      return;
    }
    const lastMs = this.#lastMs;
    if (atMs - lastMs > UNWATCHED_MS && !this.#troubleMs.some((each) => each >= lastMs - TICK_MS && each <= atMs)) {
      this.#evaluator.forgetHost(this.hostId);
      this.#tickedMs = Math.floor(atMs / TICK_MS) * TICK_MS;
      return;
    }
    for (let nextMs = this.#tickedMs + TICK_MS; nextMs <= atMs; nextMs += TICK_MS) {
      this.#tickedMs = nextMs;
      this.#keep(this.#evaluator.tick(nextMs, () => true));
    }
  }

  #keep(changes: readonly RuleChange[]): void {
    for (const { rule, subject, atMs, to, sinceMs, value } of changes) {
      const key = `${rule.id}\n${subject}`;
      const known = this.#open.get(key);
      if (to === 'firing') {
        this.#open.set(key, {
          ruleId: rule.id,
          hostId: this.hostId,
          subject,
          severity: rule.severity,
          title: rule.title,
          message: messageOf(rule, value),
          value,
          sinceMs,
          firedMs: atMs,
          resolvedMs: null,
        });
      } else if (to === 'inactive' && known) {
        this.#open.delete(key);
        this.#over.push({ ...known, resolvedMs: atMs });
      }
    }
  }
}
