/** So much of a window there must be samples of before it is said what was in it. */
const COVERED_SHARE = 0.8;

/** Samples may come further apart than the window is wide: then it reaches back to the one before. */
export function isCovered(coveredMs: number, windowMs: number): boolean {
  return coveredMs >= COVERED_SHARE * windowMs;
}
