import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Guard, leftBehind, newGuard, RETRY_MS, take, wishOf } from './guard';
import { levelsOf, longestExcessMs, type ProtectionPolicy, protectionPolicySchema } from './policy';

const policy = protectionPolicySchema.parse({});
const MINUTE = 60_000;
const limits = { limitW: 700, leastW: 200, mostW: 700 };

/** A GPU with a mass and a cooling: the die moves exponentially to where its power pulls it. */
interface Board {
  readonly inletC: number;
  readonly degreesPerWatt: number;
  readonly timeConstantSec: number;
}

interface Lived {
  /** The limit of the node after each change. */
  readonly limitsW: number[];
  readonly directions: Array<'down' | 'up'>;
  readonly longestExcessMs: number;
  readonly endedAtW: number;
  readonly heldForMs: number;
  readonly guard: Guard;
}

/** Runs a guard over a board, second by second, every step succeeding after a while. */
function live(board: Board, rounds: readonly { seconds: number; loadW: number }[], given: ProtectionPolicy): Lived {
  let guard = newGuard(given);
  let [nowMs, limitW, temperatureC, excessMs, longest, heldForMs] = [1e12, 700, board.inletC, 0, 0, 0];
  const limitsW: number[] = [];
  const directions: Array<'down' | 'up'> = [];
  const set = (watts: number): void => {
    if (watts !== limitW) {
      limitsW.push(watts);
      // Putting back what was found is the end of a hold, no step of it.
      if (watts !== limits.limitW) directions.push(watts < limitW ? 'down' : 'up');
    }
    limitW = watts;
  };
  for (const { seconds, loadW } of rounds) {
    for (let second = 0; second < seconds; second += 1) {
      nowMs += 1000;
      const restC = board.inletC + board.degreesPerWatt * Math.min(loadW, limitW);
      temperatureC = restC + (temperatureC - restC) * Math.exp(-1 / board.timeConstantSec);
      excessMs = temperatureC >= given.guardC ? excessMs + 1000 : 0;
      longest = Math.max(longest, excessMs);
      if (limitW !== limits.limitW) heldForMs += 1000;
      const sample = { atMs: nowMs, temperatureC, marginC: Number.NaN, throttleReasons: 0 };
      guard = take(guard, { kind: 'sample', sample });
      const wish = wishOf(guard, nowMs);
      if (wish?.kind === 'engage')
        guard = take(guard, { kind: 'found', atMs: nowMs, levels: levelsOf({ ...limits, limitW }) });
      if (wish?.kind === 'set') {
        set(wish.value);
        guard = take(guard, { kind: 'applied', atMs: nowMs });
      }
      if (wish?.kind === 'restore') {
        set(wish.value);
        guard = take(guard, { kind: 'restored', atMs: nowMs });
      }
    }
  }
  return { limitsW, directions, longestExcessMs: longest, endedAtW: limitW, heldForMs, guard };
}

const turns = (directions: readonly string[]) =>
  directions.filter((one, index) => index > 0 && one !== directions[index - 1]).length;

const board = fc.record({
  inletC: fc.integer({ min: 15, max: 40 }),
  // Up to 200 °C at full power: a dead fan. The least limit of 200 W (280 W by the steps) still cools it.
  degreesPerWatt: fc.double({ min: 0.03, max: 0.14, noNaN: true }),
  timeConstantSec: fc.integer({ min: 5, max: 40 }),
});
const rounds = fc.array(
  fc.record({ seconds: fc.integer({ min: 30, max: 3000 }), loadW: fc.integer({ min: 60, max: 720 }) }),
  { minLength: 1, maxLength: 10 },
);

describe('a guarded GPU on a board with a mass', () => {
  it('never swings, never stays hot longer than is stated, and always gets back the limit it had', () => {
    fc.assert(
      fc.property(board, rounds, (given, loads) => {
        const cooled = given.inletC + given.degreesPerWatt * 280 < policy.guardC - 1;
        fc.pre(cooled);
        // At the end long enough for any hold to run out.
        const end = [{ seconds: 5 * 3600, loadW: 60 }];
        const life = live(given, [...loads, ...end], policy);
        expect(turns(life.directions)).toBeLessThanOrEqual(2 * holdsIn(life.limitsW));
        expect(life.longestExcessMs).toBeLessThanOrEqual(longestExcessMs(policy));
        for (const watts of life.limitsW) expect(levelsOf(limits)).toContain(watts);
        expect(life.endedAtW).toBe(limits.limitW);
        expect(life.guard.hold).toBeNull();
      }),
      { numRuns: 25, seed: 6 },
    );
  });

  it('under a load that stays it goes down, tries a step up once at most, and then lets the limit be', () => {
    fc.assert(
      fc.property(board, (given) => {
        fc.pre(given.inletC + given.degreesPerWatt * 280 < policy.guardC - 1);
        const life = live(given, [{ seconds: 3 * 3600, loadW: 720 }], policy);
        expect(turns(life.directions)).toBeLessThanOrEqual(2);
        expect(life.limitsW.length).toBeLessThanOrEqual(8);
      }),
      { numRuns: 25, seed: 6 },
    );
  });

  it('holds no limit longer than its time, also where nothing cools the GPU, and then leaves it to a person', () => {
    const life = live(
      { inletC: 40, degreesPerWatt: 0.5, timeConstantSec: 20 },
      [{ seconds: 9 * 3600, loadW: 720 }],
      policy,
    );
    expect(life.limitsW).toEqual([595, 490, 385, 280, 700]);
    expect(life.heldForMs).toBeLessThanOrEqual(policy.holdForMs + 1000);
    expect(life.guard).toMatchObject({ hold: null, spent: 'time' });
  });
});

const holdsIn = (limitsW: readonly number[]) => Math.max(1, limitsW.filter((watts) => watts === limits.limitW).length);

/** A guard that saw one temperature every second for so long. */
function seen(guard: Guard, temperatureC: number, fromMs: number, forMs: number, extra: object = {}): Guard {
  let next = guard;
  for (let atMs = fromMs; atMs <= fromMs + forMs; atMs += 1000) {
    const sample = { atMs, temperatureC, marginC: Number.NaN, throttleReasons: 0, ...extra };
    next = take(next, { kind: 'sample', sample });
  }
  return next;
}
const engaged = (): Guard => {
  const due = seen(newGuard(policy), 90, 0, MINUTE);
  const held = take(due, { kind: 'found', atMs: MINUTE, levels: levelsOf(limits) });
  return take(held, { kind: 'applied', atMs: MINUTE });
};

describe('what counts as hot', () => {
  const isDue = (guard: Guard) => wishOf(guard, 1e15)?.kind === 'engage';

  it('only what lasts: a minute without a break, and a gap is a break', () => {
    expect(isDue(seen(newGuard(policy), 90, 0, MINUTE - 1000))).toBe(false);
    expect(isDue(seen(newGuard(policy), 90, 0, MINUTE))).toBe(true);
    const gap = seen(seen(newGuard(policy), 90, 0, 50_000), 90, 200_000, 30_000);
    expect(isDue(gap)).toBe(false);
    const dip = seen(seen(seen(newGuard(policy), 90, 0, 50_000), 80, 51_000, 0), 90, 52_000, 50_000);
    expect(isDue(dip)).toBe(false);
  });

  it('a GPU that slows down below 85 °C is guarded below that', () => {
    expect(isDue(seen(newGuard(policy, { slowdownC: 82 }), 81, 0, MINUTE))).toBe(true);
    expect(isDue(seen(newGuard(policy, { slowdownC: 93 }), 84, 0, MINUTE))).toBe(false);
  });

  it('a margin that is used up counts below 85 °C as well, unless a cool board tells nonsense', () => {
    expect(isDue(seen(newGuard(policy), 82, 0, MINUTE, { marginC: 2 }))).toBe(true);
    expect(isDue(seen(newGuard(policy), 45, 0, MINUTE, { marginC: 0 }))).toBe(false);
    expect(isDue(seen(newGuard(policy), 45, 0, MINUTE, { marginC: -1, throttleReasons: 0x20 }))).toBe(true);
  });

  it('what is not known is neither hot nor cool', () => {
    expect(isDue(seen(newGuard(policy), Number.NaN, 0, MINUTE))).toBe(false);
    const blind = seen(engaged(), Number.NaN, 2 * MINUTE, 30 * MINUTE);
    expect(wishOf(blind, 1e15)).toBeNull();
  });

  it('samples that come twice, late or out of order change nothing', () => {
    const hot = seen(newGuard(policy), 90, 0, 30_000);
    const late = take(hot, {
      kind: 'sample',
      sample: { atMs: 20_000, temperatureC: 20, marginC: 60, throttleReasons: 0 },
    });
    expect(late).toEqual(hot);
  });
});

describe('a limit that is set', () => {
  it('goes back after ten cool minutes, a step at a time, and is hot again only once before it stays', () => {
    const cool = seen(engaged(), 70, 2 * MINUTE, 11 * MINUTE);
    expect(wishOf(cool, 1e15)).toEqual({ kind: 'restore', value: 700, reason: 'cool' });
    const back = take(cool, { kind: 'restored', atMs: 13 * MINUTE });
    expect(back).toMatchObject({ hold: null, spent: null });
    const again = take(seen(back, 90, 14 * MINUTE, MINUTE), {
      kind: 'found',
      atMs: 15 * MINUTE,
      levels: levelsOf(limits),
    });
    const held = take(again, { kind: 'applied', atMs: 15 * MINUTE });
    expect(wishOf(seen(held, 60, 16 * MINUTE, 60 * MINUTE), 1e15)).toBeNull();
  });

  it('goes back when its time is over though no sample came, and when the clock was set back', () => {
    const late = take(engaged(), { kind: 'tick', atMs: MINUTE + policy.holdForMs });
    expect(wishOf(late, 1e15)).toEqual({ kind: 'restore', value: 700, reason: 'time' });
    const early = take(engaged(), { kind: 'tick', atMs: -10 * MINUTE });
    expect(wishOf(early, 1e15)).toMatchObject({ kind: 'restore' });
  });

  it('says whether it cooled once it had the time to', () => {
    expect(seen(engaged(), 80, 2 * MINUTE, 2 * MINUTE).hold?.verdict).toBe('cooled');
    expect(seen(engaged(), 90, 2 * MINUTE, 2 * MINUTE).hold?.verdict).toBe('not-cooled');
  });

  it('is given up after three steps that failed, but putting it back is tried for ever', () => {
    let guard = seen(engaged(), 90, 2 * MINUTE, 2 * MINUTE);
    for (let count = 0; count < 3; count += 1) {
      expect(wishOf(guard, 1e15)).toMatchObject({ kind: 'set', value: 490 });
      guard = take(guard, { kind: 'failed', atMs: 5 * MINUTE });
    }
    for (let count = 0; count < 50; count += 1) {
      expect(wishOf(guard, 1e15)).toEqual({ kind: 'restore', value: 700, reason: 'failed' });
      guard = take(guard, { kind: 'failed', atMs: 5 * MINUTE });
    }
    expect(take(guard, { kind: 'restored', atMs: 9 * MINUTE }).spent).toBe('failed');
  });

  it('is not touched any more once somebody else set it', () => {
    const foreign = take(engaged(), { kind: 'foreign' });
    expect(wishOf(seen(foreign, 95, 2 * MINUTE, 10 * MINUTE), 1e15)).toBeNull();
  });

  it('left behind by an engine that died goes back, once no command of it can still be under way', () => {
    const left = leftBehind(policy, { original: 700, asked: [595, 490], engagedAtMs: 0, changedAtMs: 1000 });
    expect(wishOf(left, 1000 + RETRY_MS - 1)).toBeNull();
    expect(wishOf(left, 1000 + RETRY_MS)).toEqual({ kind: 'restore', value: 700, reason: 'ended' });
  });

  it('is not begun where the driver allows nothing lower', () => {
    const fixed = take(seen(newGuard(policy), 90, 0, MINUTE), {
      kind: 'found',
      atMs: MINUTE,
      levels: levelsOf({ limitW: 72, leastW: 72, mostW: 72 }),
    });
    expect(fixed).toMatchObject({ hold: null, spent: 'fixed' });
  });
});
