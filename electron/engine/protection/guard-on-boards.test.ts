import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Guard, newGuard, take, type Wish, wishOf } from '#shared/domain/protection/guard';
import { type LeverId, leverIds } from '#shared/domain/protection/lever';
import { clockLevelsOf, levelsOf, longestExcessMs, protectionPolicySchema } from '#shared/domain/protection/policy';
import { type HeatState, stepHeat } from '../../sim/model/heat';
import { a100Pcie80, h100Sxm, l4, rtx6000Ada } from '../../sim/profiles/gpu-cards';

const policy = protectionPolicySchema.parse({});
const HOUR = 3_600_000;
/** What a step takes until the node has confirmed it. */
const STEP_MS = 2000;

interface World {
  readonly card: typeof h100Sxm;
  readonly lever: LeverId;
  readonly inletC: number;
  readonly cooling: number;
  readonly rounds: ReadonlyArray<{ seconds: number; utilization: number; cooling: number }>;
  readonly noiseC: number;
  /** Seconds without a sample, at these times. */
  readonly gaps: ReadonlyArray<{ atSec: number; seconds: number }>;
  /** The workstation's clock is set, at these times. */
  readonly jumps: ReadonlyArray<{ atSec: number; byMs: number }>;
  /** Every so many commands fail. */
  readonly failEvery: number;
  readonly seed: number;
}

interface Change {
  readonly atSec: number;
  readonly value: number;
  readonly isDown: boolean;
}

interface Life {
  readonly changes: Change[];
  /** Seconds in which a sample came and the die was at the guard or above it, without a break. */
  readonly longestExcessSec: number;
  readonly longestHoldSec: number;
  readonly guard: Guard;
  readonly isBack: boolean;
}

type Levered = Pick<World, 'card' | 'lever'>;
const topOf = ({ card, lever }: Levered): number =>
  lever === 'clock-ceiling' ? card.maxGraphicsMhz : card.maxPowerLimitW;
function levelsIn({ card, lever }: Levered): number[] {
  const { maxPowerLimitW: limitW, minPowerLimitW: leastW, maxGraphicsMhz } = card;
  return lever === 'clock-ceiling' ? clockLevelsOf(maxGraphicsMhz) : levelsOf({ limitW, leastW, mostW: limitW });
}
function limitsAt({ card, lever }: Levered, value: number): { powerLimitW: number; ceilingShare: number } {
  return lever === 'clock-ceiling'
    ? { powerLimitW: card.maxPowerLimitW, ceilingShare: value / card.maxGraphicsMhz }
    : { powerLimitW: value, ceilingShare: 1 };
}

/** One GPU under its guard, second by second, with the heat of the simulated nodes and all that can be wrong about it. */
function live(world: World): Life {
  const { card, inletC } = world;
  const top = topOf(world);
  let [guard, set, pending]: [Guard, number, { wish: Wish; leftMs: number } | null] = [newGuard(policy), top, null];
  let heat: HeatState = {
    temperatureC: inletC,
    powerW: card.idlePowerW,
    clockShare: 1,
    throttle: { softwarePowerCap: false, softwareThermal: false, hardwareThermal: false },
  };
  let [sec, offsetMs, random, excess, longestExcess, held, longestHeld, commands] = [0, 0, world.seed, 0, 0, 0, 0, 0];
  const changes: Change[] = [];
  const noise = (): number => {
    random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (random / 2_147_483_648 - 0.5) * 2 * world.noiseC;
  };
  const change = (value: number): void => {
    if (value !== set) changes.push({ atSec: sec, value, isDown: value < set });
    set = value;
  };
  const end = { seconds: 6 * 3600, utilization: 0, cooling: 1 };
  for (const round of [...world.rounds, end]) {
    for (let second = 0; second < round.seconds; second += 1) {
      sec += 1;
      for (const { atSec, byMs } of world.jumps) if (atSec === sec) offsetMs += byMs;
      const atMs = 1e12 + sec * 1000 + offsetMs;
      heat = stepHeat(
        card,
        heat,
        { utilization: round.utilization, inletC, cooling: round.cooling * world.cooling, ...limitsAt(world, set) },
        1,
      );
      held = set < top ? held + 1 : 0;
      longestHeld = Math.max(longestHeld, held);
      if (!world.gaps.some((gap) => sec >= gap.atSec && sec < gap.atSec + gap.seconds)) {
        const { softwareThermal, hardwareThermal } = heat.throttle;
        const throttleReasons = (softwareThermal ? 0x20 : 0) | (hardwareThermal ? 0x40 : 0);
        const temperatureC = Math.round(heat.temperatureC + noise());
        excess = heat.temperatureC >= policy.guardC + world.noiseC + 0.5 ? excess + 1 : 0;
        longestExcess = Math.max(longestExcess, excess);
        guard = take(guard, { kind: 'sample', sample: { atMs, temperatureC, marginC: Number.NaN, throttleReasons } });
      }
      guard = take(guard, { kind: 'tick', atMs });
      if (!pending) {
        const wish = wishOf(guard, atMs);
        pending = wish && { wish, leftMs: wish.kind === 'engage' ? 0 : STEP_MS };
      }
      if (pending && pending.leftMs > 0) pending = { ...pending, leftMs: pending.leftMs - 1000 };
      else if (pending) {
        commands += 1;
        guard = done(pending.wish, atMs, commands % world.failEvery === 0);
        pending = null;
      }
    }
  }
  return { changes, longestExcessSec: longestExcess, longestHoldSec: longestHeld, guard, isBack: set === top };

  function done(wish: Wish, atMs: number, isFailing: boolean): Guard {
    if (isFailing) return take(guard, { kind: 'failed', atMs });
    if (wish.kind === 'engage') return take(guard, { kind: 'found', atMs, levels: levelsIn(world) });
    change(wish.value);
    return take(guard, { kind: wish.kind === 'set' ? 'applied' : 'restored', atMs });
  }
}

const cards = [h100Sxm, a100Pcie80, l4, rtx6000Ada];
const world = (wrong: Partial<Record<'longGaps' | 'jumps' | 'failures', boolean>>): fc.Arbitrary<World> =>
  fc.record({
    card: fc.constantFrom(...cards),
    lever: fc.constantFrom(...leverIds),
    inletC: fc.integer({ min: 15, max: 40 }),
    cooling: fc.double({ min: 0.25, max: 1.2, noNaN: true }),
    rounds: fc.array(
      fc.record({
        seconds: fc.integer({ min: 30, max: 5000 }),
        utilization: fc.double({ min: 0, max: 1, noNaN: true }),
        cooling: fc.double({ min: 0.6, max: 1.2, noNaN: true }),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    noiseC: fc.constantFrom(0, 0.5, 1, 2),
    gaps: fc.array(
      fc.record({
        atSec: fc.integer({ min: 1, max: 20_000 }),
        seconds: fc.integer({ min: 1, max: wrong.longGaps ? 4000 : 40 }),
      }),
      { maxLength: 8 },
    ),
    jumps: wrong.jumps
      ? fc.array(
          fc.record({
            atSec: fc.integer({ min: 1, max: 20_000 }),
            byMs: fc.integer({ min: -24 * HOUR, max: 24 * HOUR }),
          }),
          { maxLength: 4 },
        )
      : fc.constant([]),
    failEvery: wrong.failures ? fc.integer({ min: 2, max: 6 }) : fc.constant(1e9),
    seed: fc.integer({ min: 1, max: 1e9 }),
  });

/** Where no limit that may be set cools the GPU, no guard can. */
const canBeCooled = (world: World): boolean => {
  const { card, inletC, cooling, noiseC } = world;
  const least = limitsAt(world, levelsIn(world).at(-1) ?? 0);
  const full = card.maxPowerLimitW * 1.04 - card.idlePowerW;
  const powerW = Math.min(least.powerLimitW, card.idlePowerW + full * least.ceilingShare ** 1.4);
  return inletC + (card.thermalResistance / (cooling * 0.6)) * powerW < policy.guardC - 2 * noiseC - 2;
};

/** How often a limit was raised and had to go down again within the hour. */
function swings(changes: readonly Change[]): number[] {
  return changes.flatMap(({ atSec, isDown }, index) => {
    const before = changes[index - 1];
    return isDown && before && !before.isDown && atSec - before.atSec < 3600 ? [atSec] : [];
  });
}
const isOnceAnHour = (times: readonly number[]): boolean =>
  times.every((atSec, index) => index === 0 || atSec - (times[index - 1] ?? 0) >= 3600);

describe('a guarded GPU on the boards of the simulator', () => {
  it('is above the guard no longer than stated where its least limit cools it, with noise and missing samples', () => {
    fc.assert(
      fc.property(world({}), (given) => {
        fc.pre(canBeCooled(given));
        const { longestExcessSec } = live(given);
        expect(longestExcessSec * 1000).toBeLessThanOrEqual(longestExcessMs(policy));
      }),
      { numRuns: 16, seed: 6 },
    );
  });

  it('never swings, sets only what is allowed, and always ends as it was found, whatever goes wrong', () => {
    fc.assert(
      fc.property(world({ longGaps: true, jumps: true, failures: true }), (given) => {
        const { changes, guard, isBack, longestHoldSec } = live(given);
        for (const { value } of changes) expect(levelsIn(given)).toContain(value);
        if (given.jumps.length === 0) expect(isOnceAnHour(swings(changes))).toBe(true);
        // A clock that is set back by less than a gap is taken for late samples; commands that fail are tried again.
        const slackSec = 4 * 45 + 6 * 60 + 60;
        expect(longestHoldSec).toBeLessThanOrEqual(policy.holdForMs / 1000 + slackSec);
        expect(isBack).toBe(true);
        expect(guard.hold).toBeNull();
      }),
      { numRuns: 16, seed: 6 },
    );
  });

  it('swings at most once an hour, also where load and cooling pull it to and fro all the time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 3000 }),
        fc.double({ min: 0.3, max: 0.8, noNaN: true }),
        (every, cooling) => {
          const rounds = Array.from({ length: 24 }, (_, index) => {
            return { seconds: every, utilization: index % 2 === 0 ? 1 : 0.05, cooling: 1 };
          });
          const given = {
            card: h100Sxm,
            lever: 'power-limit' as const,
            inletC: 30,
            cooling,
            rounds,
            noiseC: 1,
            gaps: [],
            jumps: [],
            failEvery: 1e9,
            seed: 7,
          };
          const { changes, isBack } = live(given);
          expect(isOnceAnHour(swings(changes))).toBe(true);
          expect(isBack).toBe(true);
        },
      ),
      { numRuns: 5, seed: 6 },
    );
  });

  it('is left alone where it is warm but never hot', () => {
    const rounds = [{ seconds: 20_000, utilization: 0.9, cooling: 1 }];
    const given = {
      card: h100Sxm,
      lever: 'power-limit' as const,
      inletC: 22,
      cooling: 1,
      rounds,
      noiseC: 1,
      gaps: [],
      jumps: [],
      failEvery: 1e9,
      seed: 3,
    };
    expect(live(given).changes).toEqual([]);
  });
});

describe('a clock that is set back while a limit is set', () => {
  const limits = { limitW: 700, leastW: 200, mostW: 700 };
  const hot = (from: Guard, fromMs: number, forMs: number): Guard => {
    let guard = from;
    for (let atMs = fromMs; atMs <= fromMs + forMs; atMs += 1000)
      guard = take(guard, {
        kind: 'sample',
        sample: { atMs, temperatureC: 92, marginC: Number.NaN, throttleReasons: 0 },
      });
    return guard;
  };
  const engaged = take(
    take(hot(newGuard(policy), HOUR, 60_000), { kind: 'found', atMs: HOUR, levels: levelsOf(limits) }),
    {
      kind: 'applied',
      atMs: HOUR + 60_000,
    },
  );

  it('does not put off the next step until the old time has come again', () => {
    const back = hot(engaged, HOUR - 600_000, 4 * 60_000);
    expect(wishOf(back, HOUR)).toEqual({ kind: 'set', value: 490, isDown: true });
  });

  it('does not put off putting it back either', () => {
    const failed = take(take(engaged, { kind: 'release', reason: 'asked' }), { kind: 'failed', atMs: HOUR + 60_000 });
    expect(wishOf(failed, HOUR)).toBeNull();
    const ticked = take(failed, { kind: 'tick', atMs: HOUR - 600_000 });
    expect(wishOf(ticked, HOUR - 600_000)).toMatchObject({ kind: 'restore', value: 700 });
  });
});
