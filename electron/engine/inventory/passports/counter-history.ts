import type { CounterPoint } from './passport-repository';

/** Points kept of a part's counters: dense for the last days, sparse for the years before. */
const keptPoints = 48;

/** The history with one more point, or null when nothing went on. A counter that is not known now says nothing. */
export function addCounterPoint(
  history: readonly CounterPoint[],
  atMs: number,
  counters: Readonly<Record<string, number | null>>,
): CounterPoint[] | null {
  const now = Object.entries(counters).filter((entry): entry is [string, number] => entry[1] !== null);
  const last = lastKnown(history);
  if (now.every(([name, value]) => last[name] === value)) return null;
  const points: CounterPoint[] = [...history, [atMs, Object.fromEntries(now)]];
  return points.length > keptPoints ? withoutLeastTelling(points) : points;
}

/** Counters that count from the last reset on and are less than they were. */
export function countersReset(
  history: readonly CounterPoint[],
  counters: Readonly<Record<string, number | null>>,
): Array<{ counter: string; before: number; after: number }> {
  const last = lastKnown(history);
  return Object.entries(counters).flatMap(([counter, after]) => {
    const before = last[counter];
    const hasFallen = before !== undefined && after !== null && after < before && counter.endsWith('SinceReset');
    return hasFallen ? [{ counter, before, after }] : [];
  });
}

function lastKnown(history: readonly CounterPoint[]): Record<string, number> {
  return Object.assign({}, ...history.map(([, values]) => values));
}

/** Takes the point out whose neighbours are nearest for its age: the older, the wider the steps. */
function withoutLeastTelling(points: readonly CounterPoint[]): CounterPoint[] {
  const nowMs = points.at(-1)?.[0] ?? 0;
  let least = 1;
  let leastGap = Number.POSITIVE_INFINITY;
  for (let at = 1; at < points.length - 1; at += 1) {
    const gapMs = (points[at + 1]?.[0] ?? 0) - (points[at - 1]?.[0] ?? 0);
    const gap = gapMs / (nowMs - (points[at]?.[0] ?? 0) + 1);
    if (gap < leastGap) [least, leastGap] = [at, gap];
  }
  return points.filter((_, at) => at !== least);
}
