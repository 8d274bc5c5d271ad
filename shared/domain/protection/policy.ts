import { z } from 'zod';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly usual: number;
}

/** What each number may be. */
export const policyBounds = {
  guardC: { least: 50, most: 110, usual: 85 },
  marginC: { least: 0, most: 30, usual: 2 },
  hysteresisC: { least: 3, most: 40, usual: 10 },
  engageAfterMs: { least: 0, most: 10 * MINUTE, usual: MINUTE },
  settleMs: { least: 500, most: 30 * MINUTE, usual: 2 * MINUTE },
  coolForMs: { least: 500, most: 2 * HOUR, usual: 10 * MINUTE },
  holdForMs: { least: 1000, most: 24 * HOUR, usual: 4 * HOUR },
} as const satisfies Readonly<Record<string, Bounds>>;

const degrees = ({ least, most, usual }: Bounds) => z.number().min(least).max(most).default(usual);
const ms = ({ least, most, usual }: Bounds) => z.number().int().min(least).max(most).default(usual);

/**
 * When protection acts on a GPU, and for how long. The usual numbers: the project's table for thermal throttling (85 °C is
 * at or just under the point where common air-cooled boards begin to slow down).
 */
export const protectionPolicySchema = z.strictObject({
  /** Absolute guard. A GPU that tells a slowdown point of its own below it is guarded there. */
  guardC: degrees(policyBounds.guardC),
  /** Degrees that have to be left to where the GPU slows itself down. */
  marginC: degrees(policyBounds.marginC),
  /** So much cooler than the guard it has to be before a limit is taken back. */
  hysteresisC: degrees(policyBounds.hysteresisC),
  /** Hot without a break for so long before anything is done. */
  engageAfterMs: ms(policyBounds.engageAfterMs),
  /** After each step, before the next one down. */
  settleMs: ms(policyBounds.settleMs),
  /** Cool without a break for so long before a step up. */
  coolForMs: ms(policyBounds.coolForMs),
  /** A limit never stays longer than this, cool or not. */
  holdForMs: ms(policyBounds.holdForMs),
  /**
   * Clock ceilings where no power limit can be lowered. What is locked before can't be read from a driver, and taking ours
   * away takes that away as well: only a person can accept this.
   */
  mayCapClocks: z.boolean().default(false),
});
export type ProtectionPolicy = z.infer<typeof protectionPolicySchema>;

/** What the driver says of the power limit of a GPU. */
export interface PowerLimits {
  readonly limitW: number;
  readonly leastW: number;
  readonly mostW: number;
}

/** Shares of the limit that was found: each step takes about as much heat away as the one before. */
const shares = [0.85, 0.7, 0.55, 0.4];

/** The limit that was found and the ones below it, each lower than the one before; one alone can't be lowered. */
export function levelsOf({ limitW, leastW }: PowerLimits): number[] {
  const levels = [limitW];
  for (const share of shares) {
    const watts = Math.max(Math.ceil(leastW), Math.round(limitW * share));
    // A step of a few watts cools nothing.
    if (watts <= (levels.at(-1) ?? 0) * 0.97) levels.push(watts);
  }
  return levels;
}

/** Shares of the top clock that take about as much power away as those of the limit do. */
const clockShares = [0.8, 0.65, 0.5, 0.4];

/** The top clock, which is no ceiling, and the ceilings below it. */
export function clockLevelsOf(topMhz: number): number[] {
  return [topMhz, ...clockShares.map((share) => Math.round(topMhz * share))];
}

/** How long a GPU that its least limit can cool stays above the guard at most. */
export function longestExcessMs({ engageAfterMs, settleMs }: ProtectionPolicy): number {
  return engageAfterMs + shares.length * settleMs;
}
