import { useEffect, useRef, useState } from 'react';
import { useReplay } from '../stores/replay-store';

/** The time that screens of samples take for now: that of the replay while the past is played. Read nowhere else by them. */
export function shownNowMs(): number {
  return useReplay.getState().replay?.atMs ?? Date.now();
}

export function isShownLive(): boolean {
  return useReplay.getState().replay === null;
}

/** Between two readings of what charts show, while the clock goes on. */
const CHART_MS = 1000;

/** Counts on when the clock of a replay has gone on, at most once a second; stands still while it does. Live: 0. */
export function useReplayTick(): number {
  const atMs = useReplay(({ replay }) => replay?.atMs ?? null);
  const [tick, setTick] = useState(0);
  const countedMs = useRef(0);
  useEffect(() => {
    if (atMs === null) return;
    const waitMs = Math.max(0, countedMs.current + CHART_MS - performance.now());
    const timer = setTimeout(() => {
      countedMs.current = performance.now();
      setTick((count) => count + 1);
    }, waitMs);
    return () => clearTimeout(timer);
  }, [atMs]);
  return atMs === null ? 0 : tick;
}
