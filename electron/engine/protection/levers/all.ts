import type { LeverId } from '#shared/domain/protection/lever';
import { clockCeilingLever } from './clock-ceiling-lever';
import type { Lever } from './lever';
import { powerLimitLever } from './power-limit-lever';

/** Each GPU is lowered with the first of these that it has. */
export const levers: Readonly<Record<LeverId, Lever>> = {
  'power-limit': powerLimitLever,
  'clock-ceiling': clockCeilingLever,
};
