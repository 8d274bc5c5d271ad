import { type Frame, type Subject, subjectKey } from '../telemetry/frame';
import type { SubjectKind } from '../telemetry/metric';
import { isMetricId, type MetricId } from '../telemetry/metrics';
import type { CompiledRule, RuleSet } from './compiled-rule';
import { ConditionState, type Phase } from './condition-state';
import { SubjectSamples, slotOf, WindowList } from './subject-samples';

/** A rule came to another state for one subject. From `firing` to `inactive` it is over. */
export interface RuleChange {
  readonly rule: CompiledRule;
  readonly hostId: string;
  /** See subjectKey. */
  readonly subject: string;
  readonly atMs: number;
  readonly from: Phase;
  readonly to: Phase;
  /** When the condition became true. */
  readonly sinceMs: number;
  /** What stands left of the first comparison; null when it can't be known. */
  readonly value: number | null;
}

export interface EvaluatorOptions {
  readonly set: RuleSet;
  /** Since when a rule has been firing for a subject that is new here; null when it does not. */
  readonly firingSince?: (hostId: string, subject: string, ruleId: string) => number | null;
}

/** A clock of this workstation that goes back further was set: what is remembered by the old one is of no use. */
const SET_BACK_MS = 60_000;

/** What is done with a frame of one layout. */
interface Plan {
  /** By column, where its metric stands; -1: not known here. */
  readonly slots: Int32Array;
  readonly windows: readonly number[];
  readonly rules: readonly number[];
}

interface Judged {
  readonly samples: SubjectSamples;
  readonly key: string;
  /** By the rule's place among those of the kind; there is none where nothing is true. */
  readonly states: Array<ConditionState | undefined>;
  lastMs: number;
}

interface Kind {
  readonly rules: readonly CompiledRule[];
  readonly windows: WindowList;
  readonly ofSilence: readonly number[];
  readonly plans: WeakMap<readonly MetricId[], Plan>;
}

interface HostSubjects {
  readonly byKey: Map<string, Judged>;
  readonly samples: Set<SubjectSamples>;
}

/** Judges samples by rules as they come. In memory only; pure but for what it remembers. */
export class RuleEvaluator {
  readonly #options: EvaluatorOptions;
  readonly #kinds = new Map<SubjectKind, Kind>();
  readonly #hosts = new Map<string, HostSubjects>();
  #changes: RuleChange[] = [];

  constructor(options: EvaluatorOptions) {
    this.#options = options;
  }

  take(hostId: string, frames: readonly Frame[]): RuleChange[] {
    const host = this.#host(hostId);
    for (const frame of frames) this.#takeFrame(hostId, host, frame);
    return this.#taken();
  }

  /** Judges what can become true without a sample, of the hosts that are watched. */
  tick(nowMs: number, isWatched: (hostId: string) => boolean): RuleChange[] {
    for (const [hostId, host] of this.#hosts) {
      if (!isWatched(hostId)) continue;
      for (const judged of host.byKey.values()) {
        const kind = this.#kind(judged.samples.subject.kind);
        for (const index of kind.ofSilence) this.#judge(hostId, judged, kind, index, nowMs);
      }
    }
    return this.#taken();
  }

  /** Nobody listened until now: what was silent meanwhile may have told everything. */
  slept(nowMs: number): void {
    for (const { samples } of this.#hosts.values()) for (const each of samples) each.heardFromMs = nowMs;
  }

  /** When anything of a subject came last; null when nothing has. */
  lastMs(hostId: string, subject: string): number | null {
    return this.#hosts.get(hostId)?.byKey.get(subject)?.lastMs ?? null;
  }

  /** What stands left of a rule's first comparison by the newest samples; null where none came. */
  shown(hostId: string, subject: string, ruleId: string): { value: number | null; atMs: number } | null {
    const judged = this.#hosts.get(hostId)?.byKey.get(subject);
    if (!judged || !Number.isFinite(judged.lastMs)) return null;
    const { samples, lastMs } = judged;
    const rule = this.#kind(samples.subject.kind).rules.find(({ id }) => id === ruleId);
    if (!rule) return null;
    const value = rule.condition.shown(samples, lastMs);
    return { value: Number.isFinite(value) ? value : null, atMs: lastMs };
  }

  forgetHost(hostId: string): void {
    this.#hosts.delete(hostId);
  }

  #takeFrame(hostId: string, host: HostSubjects, { subject, layout, values, atMs }: Frame): void {
    const kind = this.#kind(subject.kind);
    const plan = this.#plan(kind, layout);
    let judged = this.#judged(hostId, host, subject, kind);
    if (atMs < judged.lastMs - SET_BACK_MS) {
      host.byKey.delete(judged.key);
      host.samples.delete(judged.samples);
      const { states } = judged;
      judged = this.#judged(hostId, host, subject, kind);
      judged.states.splice(0, states.length, ...states);
    }
    const { samples } = judged;
    let isNew = false;
    for (let column = 0; column < plan.slots.length; column += 1) {
      const slot = plan.slots[column] as number;
      if (slot < 0) continue;
      isNew ||= atMs > samples.triedAtMs(slot);
      samples.set(slot, atMs, values[column] ?? Number.NaN);
    }
    // A sample that came twice, or after a newer one, says nothing new.
    if (!isNew) return;
    judged.lastMs = Math.max(judged.lastMs, atMs);
    for (const index of plan.windows) samples.feed(index, atMs);
    for (const index of plan.rules) this.#judge(hostId, judged, kind, index, atMs);
  }

  #judge(hostId: string, { samples, key, states }: Judged, kind: Kind, index: number, atMs: number): void {
    const rule = kind.rules[index] as CompiledRule;
    const holds = rule.condition.run(samples, atMs);
    let state = states[index];
    if (!state) {
      if (holds !== 1) return;
      state = new ConditionState();
      states[index] = state;
    }
    const released = rule.release ? rule.release.run(samples, atMs) : 1 - holds;
    const from = state.phase;
    const { sinceMs } = state;
    if (state.step(atMs, holds, released, rule.timing)) {
      const shown = rule.condition.shown(samples, atMs);
      this.#changes.push({
        rule,
        hostId,
        subject: key,
        atMs,
        from,
        to: state.phase,
        sinceMs: Number.isNaN(state.sinceMs) ? sinceMs : state.sinceMs,
        value: Number.isFinite(shown) ? shown : null,
      });
    }
    if (state.phase === 'inactive') states[index] = undefined;
  }

  #taken(): RuleChange[] {
    const changes = this.#changes;
    if (changes.length > 0) this.#changes = [];
    return changes;
  }

  #host(hostId: string): HostSubjects {
    const known = this.#hosts.get(hostId);
    if (known) return known;
    const created: HostSubjects = { byKey: new Map(), samples: new Set() };
    this.#hosts.set(hostId, created);
    return created;
  }

  #judged(hostId: string, host: HostSubjects, subject: Subject, kind: Kind): Judged {
    const key = subjectKey(subject);
    const known = host.byKey.get(key);
    if (known) return known;
    const { firingSince } = this.#options;
    const samples = new SubjectSamples(subject, host.samples, kind.windows);
    const states = kind.rules.map(({ id }) => {
      const sinceMs = firingSince?.(hostId, key, id) ?? null;
      return sinceMs === null ? undefined : ConditionState.firing(sinceMs);
    });
    const created: Judged = { samples, key, states, lastMs: Number.NEGATIVE_INFINITY };
    host.byKey.set(key, created);
    host.samples.add(samples);
    return created;
  }

  #kind(kind: SubjectKind): Kind {
    const known = this.#kinds.get(kind);
    if (known) return known;
    const rules = this.#options.set.rules.filter(({ of }) => of === kind);
    const created: Kind = {
      rules,
      windows: this.#options.set.windows.get(kind) ?? new WindowList(),
      ofSilence: rules.flatMap((rule, index) => (looksAtSilence(rule) ? index : [])),
      plans: new WeakMap(),
    };
    this.#kinds.set(kind, created);
    return created;
  }

  #plan({ rules, windows, plans }: Kind, layout: readonly MetricId[]): Plan {
    const known = plans.get(layout);
    if (known) return known;
    const has = new Set(layout);
    const created: Plan = {
      slots: Int32Array.from(layout, (metric) => (isMetricId(metric) ? slotOf(metric) : -1)),
      windows: windows.specs.flatMap(({ metric, isCount }, index) => (isCount || has.has(metric) ? index : [])),
      rules: rules.flatMap(({ condition, release }, index) => {
        const expressions = release ? [condition, release] : [condition];
        const isRead = expressions.some(({ reads, isOfOthers }) => isOfOthers || [...reads].some((id) => has.has(id)));
        return isRead ? index : [];
      }),
    };
    plans.set(layout, created);
    return created;
  }
}

function looksAtSilence({ condition, release }: CompiledRule): boolean {
  return condition.isOfSilence || release?.isOfSilence === true;
}
