import type { ProtectionPolicy } from './policy';

/** A longer silence than this and nothing is known of what was between. */
const GAP_MS = 45_000;
/** Hot again so soon after everything was put back: this time the limit stays until its time is over. */
const RELAPSE_MS = 60 * 60_000;
/** A command whose end was not seen is over on the node by then. */
export const RETRY_MS = 15_000;
const MAX_RETRY_MS = 60_000;
const LATER_MS = 3000;
const MAX_FAILURES = 3;
/** Bits of `clocks_event_reasons.active`: software and hardware thermal slowdown. */
const THERMAL = 0x20 | 0x40;
/** Margins of 0 and less are told by some boards that are cool; below this they are not believed. */
const PLAUSIBLE_C = 75;

export interface GuardSample {
  readonly atMs: number;
  /** NaN is unknown. */
  readonly temperatureC: number;
  readonly marginC: number;
  readonly throttleReasons: number;
}

/**
 * Why a limit is put back. `cool`: it is not needed any more. `time`: its time is over. `failed`: steps failed. `asked`: a
 * person wants it so. `ended`: the engine ended or died.
 */
export const releaseReasons = ['cool', 'time', 'failed', 'asked', 'ended'] as const;
export type ReleaseReason = (typeof releaseReasons)[number];

/** Why nothing more is done for a GPU until the node is armed anew. `foreign`: somebody else set its limit. */
export const spentReasons = ['time', 'failed', 'asked', 'foreign', 'fixed'] as const;
export type SpentReason = (typeof spentReasons)[number];

/** A limit of ours on a GPU. */
export interface Hold {
  /** What was found, and what is below it, in the unit of the lever. */
  readonly levels: readonly number[];
  readonly wanted: number;
  /** As the node last confirmed. */
  readonly applied: number;
  readonly engagedAtMs: number;
  readonly changedAtMs: number;
  readonly changedAtC: number;
  /** Whether it cooled after the last step down; null: too early to say. */
  readonly verdict: 'cooled' | 'not-cooled' | null;
  readonly hasRisen: boolean;
  /** It goes no more up before its time is over: it was hot again when it did. */
  readonly isPinned: boolean;
  readonly release: ReleaseReason | null;
}

/** What is known of one GPU, and what is wanted of it. Changed only by `take`. */
export interface Guard {
  readonly policy: ProtectionPolicy;
  readonly limitC: number;
  readonly seenAtMs: number | null;
  readonly temperatureC: number;
  /** Of the newest sample; NaN is unknown. */
  readonly throttleReasons: number;
  readonly hotSinceMs: number | null;
  readonly coolSinceMs: number | null;
  readonly isDue: boolean;
  readonly hold: Hold | null;
  readonly releasedAtMs: number | null;
  readonly spent: SpentReason | null;
  readonly failures: number;
  readonly notBeforeMs: number;
}

export type GuardInput =
  | { readonly kind: 'sample'; readonly sample: GuardSample }
  /** Time passes, also while no samples come. */
  | { readonly kind: 'tick'; readonly atMs: number }
  /** What the node says was set before we touch it, and what would be set below; one alone can't be lowered. */
  | { readonly kind: 'found'; readonly atMs: number; readonly levels: readonly number[] }
  | { readonly kind: 'applied'; readonly atMs: number }
  | { readonly kind: 'failed'; readonly atMs: number }
  | { readonly kind: 'foreign' }
  /** A dry run said what would be done now; it says so again when that is still so after the time of a step. */
  | { readonly kind: 'told'; readonly atMs: number }
  /** Something else is at the node, or may not be done now. */
  | { readonly kind: 'later'; readonly atMs: number }
  | { readonly kind: 'restored'; readonly atMs: number }
  | { readonly kind: 'release'; readonly reason: ReleaseReason };

export type Wish =
  | { readonly kind: 'engage' }
  | { readonly kind: 'set'; readonly value: number; readonly isDown: boolean }
  | { readonly kind: 'restore'; readonly value: number; readonly reason: ReleaseReason };

export function newGuard(
  policy: ProtectionPolicy,
  known: { slowdownC?: number | null; releasedAtMs?: number | null; spent?: SpentReason | null } = {},
): Guard {
  const { slowdownC = null, releasedAtMs = null, spent = null } = known;
  return {
    policy,
    limitC: slowdownC === null ? policy.guardC : Math.min(policy.guardC, slowdownC - policy.marginC),
    seenAtMs: null,
    temperatureC: Number.NaN,
    throttleReasons: Number.NaN,
    hotSinceMs: null,
    coolSinceMs: null,
    isDue: false,
    hold: null,
    releasedAtMs,
    spent,
    failures: 0,
    notBeforeMs: 0,
  };
}

/** A limit that an engine left behind when it ended: all that is wanted is to put it back. */
export function leftBehind(
  policy: ProtectionPolicy,
  left: { original: number; asked: readonly number[]; engagedAtMs: number; changedAtMs: number },
): Guard {
  const hold: Hold = {
    levels: [left.original, ...left.asked],
    wanted: 0,
    applied: left.asked.length,
    engagedAtMs: left.engagedAtMs,
    changedAtMs: left.changedAtMs,
    changedAtC: Number.NaN,
    verdict: null,
    hasRisen: false,
    isPinned: false,
    release: 'ended',
  };
  return { ...newGuard(policy), hold, notBeforeMs: left.changedAtMs + RETRY_MS };
}

/** What is to be done now; null: nothing. */
export function wishOf({ hold, isDue, spent, notBeforeMs }: Guard, nowMs: number): Wish | null {
  if (nowMs < notBeforeMs) return null;
  if (!hold) return isDue && !spent ? { kind: 'engage' } : null;
  if (hold.release) return { kind: 'restore', value: hold.levels[0] ?? 0, reason: hold.release };
  if (hold.wanted === hold.applied) return null;
  return { kind: 'set', value: hold.levels[hold.wanted] ?? 0, isDown: hold.wanted > hold.applied };
}

export function take(guard: Guard, input: GuardInput): Guard {
  switch (input.kind) {
    case 'sample':
      return sampled(guard, input.sample);
    case 'tick':
      return ticked(guard, input.atMs);
    case 'found':
      return found(guard, input.levels, input.atMs);
    case 'applied':
      return applied(guard, input.atMs);
    case 'failed':
      return failed(guard, input.atMs);
    case 'foreign':
      return { ...quiet(guard), hold: null, spent: 'foreign', failures: 0 };
    case 'later':
      return { ...guard, notBeforeMs: input.atMs + LATER_MS };
    case 'told':
      return { ...quiet(guard), notBeforeMs: input.atMs + guard.policy.settleMs };
    case 'restored':
      return restored(guard, input.atMs);
    case 'release': {
      const { hold } = guard;
      return hold && !hold.release ? { ...guard, hold: { ...hold, release: input.reason } } : guard;
    }
  }
}

function quiet(guard: Guard): Guard {
  return { ...guard, hotSinceMs: null, coolSinceMs: null, isDue: false };
}

function sampled(before: Guard, sample: GuardSample): Guard {
  const { atMs, temperatureC, marginC } = sample;
  if (Number.isNaN(temperatureC) && Number.isNaN(marginC)) return before;
  const sinceMs = before.seenAtMs === null ? 0 : atMs - before.seenAtMs;
  // Doubled or late; a clock that was set back by more starts over.
  if (before.seenAtMs !== null && sinceMs <= 0 && sinceMs > -GAP_MS) return before;
  const guard = Math.abs(sinceMs) > GAP_MS ? quiet(sinceMs < 0 ? setBack(before, sinceMs) : before) : before;
  const heat = judge(guard, sample);
  const next: Guard = {
    ...guard,
    seenAtMs: atMs,
    temperatureC,
    throttleReasons: sample.throttleReasons,
    hotSinceMs: heat === 'hot' ? (guard.hotSinceMs ?? atMs) : null,
    coolSinceMs: heat === 'cool' ? (guard.coolSinceMs ?? atMs) : null,
  };
  if (next.hold) return { ...next, hold: moved(next, next.hold, atMs) };
  const isDue = next.hotSinceMs !== null && atMs - next.hotSinceMs >= next.policy.engageAfterMs;
  return { ...next, isDue };
}

/** What a limit has behind it stays behind it when the clock is set back: no step waits for the old time to come again. */
function setBack(guard: Guard, byMs: number): Guard {
  const { hold, releasedAtMs } = guard;
  return {
    ...guard,
    releasedAtMs: releasedAtMs === null ? null : releasedAtMs + byMs,
    hold: hold && { ...hold, engagedAtMs: hold.engagedAtMs + byMs, changedAtMs: hold.changedAtMs + byMs },
  };
}

function judge({ policy, limitC }: Guard, sample: GuardSample): 'hot' | 'cool' | 'between' {
  const { temperatureC, marginC, throttleReasons } = sample;
  const isThrottled = !Number.isNaN(throttleReasons) && (throttleReasons & THERMAL) !== 0;
  const isMarginGone = marginC <= policy.marginC && (marginC > 0 || isThrottled || temperatureC >= PLAUSIBLE_C);
  if (temperatureC >= limitC || isMarginGone) return 'hot';
  return temperatureC <= limitC - policy.hysteresisC && !isThrottled ? 'cool' : 'between';
}

function ticked(guard: Guard, atMs: number): Guard {
  const isBlind = guard.seenAtMs !== null && atMs - guard.seenAtMs > GAP_MS;
  // Nothing is ever put off for so long: the clock was set back.
  const isAhead = guard.notBeforeMs - atMs > Math.max(guard.policy.settleMs, MAX_RETRY_MS);
  const next = { ...(isBlind ? quiet(guard) : guard), ...(isAhead ? { notBeforeMs: atMs } : {}) };
  const { hold } = next;
  return hold && isOver(next, hold, atMs) ? { ...next, hold: { ...hold, release: 'time' } } : next;
}

/** A clock that was set back must not make a limit stay: what began in the future is over. */
function isOver({ policy }: Guard, { engagedAtMs, release }: Hold, atMs: number): boolean {
  return !release && (atMs - engagedAtMs >= policy.holdForMs || atMs < engagedAtMs - GAP_MS);
}

function moved(guard: Guard, hold: Hold, atMs: number): Hold {
  if (hold.release) return hold;
  if (isOver(guard, hold, atMs)) return { ...hold, release: 'time' };
  if (hold.wanted !== hold.applied) return hold;
  const { policy, hotSinceMs, coolSinceMs, temperatureC } = guard;
  const sinceMs = atMs - hold.changedAtMs;
  if (sinceMs < policy.settleMs) return hold;
  const isCooler = hotSinceMs === null || temperatureC <= hold.changedAtC - 3;
  const judged: Hold = { ...hold, verdict: hold.verdict ?? (isCooler ? 'cooled' : 'not-cooled') };
  if (hotSinceMs !== null && atMs - hotSinceMs >= policy.engageAfterMs) {
    if (hold.wanted + 1 >= hold.levels.length) return judged;
    return { ...judged, wanted: hold.wanted + 1, isPinned: hold.isPinned || hold.hasRisen };
  }
  const isLongCool = coolSinceMs !== null && atMs - coolSinceMs >= policy.coolForMs && sinceMs >= policy.coolForMs;
  if (!isLongCool || hold.isPinned) return judged;
  return hold.wanted === 1 ? { ...judged, release: 'cool' } : { ...judged, wanted: hold.wanted - 1, hasRisen: true };
}

function found(guard: Guard, levels: readonly number[], atMs: number): Guard {
  if (guard.hold || guard.spent) return guard;
  if (levels.length < 2) return { ...quiet(guard), spent: 'fixed' };
  const isRelapse = guard.releasedAtMs !== null && Math.abs(atMs - guard.releasedAtMs) < RELAPSE_MS;
  const hold: Hold = {
    levels,
    wanted: 1,
    applied: 0,
    engagedAtMs: atMs,
    changedAtMs: atMs,
    changedAtC: guard.temperatureC,
    verdict: null,
    hasRisen: false,
    isPinned: isRelapse,
    release: null,
  };
  return { ...guard, isDue: false, hold, failures: 0 };
}

function applied(guard: Guard, atMs: number): Guard {
  const { hold, temperatureC } = guard;
  if (!hold) return guard;
  const { wanted } = hold;
  const changed = { ...hold, applied: wanted, changedAtMs: atMs, changedAtC: temperatureC, verdict: null };
  return { ...guard, coolSinceMs: null, failures: 0, hold: changed };
}

function failed(guard: Guard, atMs: number): Guard {
  const failures = guard.failures + 1;
  const next: Guard = { ...guard, failures, notBeforeMs: atMs + Math.min(RETRY_MS * failures, MAX_RETRY_MS) };
  if (failures < MAX_FAILURES || guard.hold?.release) return next;
  // Putting back is tried for ever; everything else is given up.
  if (guard.hold) return { ...next, hold: { ...guard.hold, release: 'failed' } };
  return { ...quiet(next), spent: 'failed' };
}

function restored(guard: Guard, atMs: number): Guard {
  const reason = guard.hold?.release ?? 'asked';
  const spent = reason === 'cool' || reason === 'ended' ? null : reason;
  return { ...quiet(guard), hold: null, releasedAtMs: atMs, spent, failures: 0, notBeforeMs: 0 };
}
