import { z } from 'zod';

const ms = (least: number, most: number, usual: number) => z.number().int().min(least).max(most).default(usual);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * When protection acts on a GPU, and for how long. The usual numbers: the project's table for thermal throttling (85 °C is
 * at or just under the point where common air-cooled boards begin to slow down).
 */
export const protectionPolicySchema = z.strictObject({
  /** Absolute guard. A GPU that tells a slowdown point of its own below it is guarded there. */
  guardC: z.number().min(50).max(110).default(85),
  /** Degrees that have to be left to where the GPU slows itself down. */
  marginC: z.number().min(0).max(30).default(2),
  /** So much cooler than the guard it has to be before a limit is taken back. */
  hysteresisC: z.number().min(3).max(40).default(10),
  /** Hot without a break for so long before anything is done. */
  engageAfterMs: ms(0, 10 * MINUTE, MINUTE),
  /** After each step, before the next one down. */
  settleMs: ms(500, 30 * MINUTE, 2 * MINUTE),
  /** Cool without a break for so long before a step up. */
  coolForMs: ms(500, 2 * HOUR, 10 * MINUTE),
  /** A limit never stays longer than this, cool or not. */
  holdForMs: ms(1000, 24 * HOUR, 4 * HOUR),
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

/** How long a GPU that its least limit can cool stays above the guard at most. */
export function longestExcessMs({ engageAfterMs, settleMs }: ProtectionPolicy): number {
  return engageAfterMs + shares.length * settleMs;
}
