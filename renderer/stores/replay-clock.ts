export const replaySpeeds = [1, 10, 60, 600] as const;
export type ReplaySpeed = (typeof replaySpeeds)[number];

/** The past that is played back, and where in it the clock stands. */
export interface Replay {
  readonly window: { readonly fromMs: number; readonly toMs: number };
  /** Whose events are marked; null: of all. */
  readonly hostIds: readonly string[] | null;
  readonly atMs: number;
  readonly isPlaying: boolean;
  readonly speed: ReplaySpeed;
}

/** Two looks a second, as often as a screen can take them in. */
export const TICK_MS = 500;
const SHORTEST_MS = 10_000;

export interface ReplayWanted extends Pick<Replay, 'window'> {
  readonly hostIds?: readonly string[];
  /** Where it begins, in place of the beginning of the window. */
  readonly atMs?: number;
}

/** Nothing of the future is played. */
export function beginReplay({ window, hostIds, atMs }: ReplayWanted, nowMs: number): Replay {
  const toMs = Math.round(Math.min(window.toMs, nowMs));
  const fromMs = Math.round(Math.min(window.fromMs, toMs - SHORTEST_MS));
  const begun: Replay = {
    window: { fromMs, toMs },
    hostIds: hostIds ?? null,
    atMs: fromMs,
    isPlaying: true,
    speed: 10,
  };
  return seek(begun, atMs ?? fromMs);
}

export function seek(replay: Replay, atMs: number): Replay {
  const { fromMs, toMs } = replay.window;
  const next = Math.round(Math.min(toMs, Math.max(fromMs, atMs)));
  return { ...replay, atMs: next, isPlaying: replay.isPlaying && next < toMs };
}

/** So much real time passed; it stops at its end. */
export function advance(replay: Replay, elapsedMs: number): Replay {
  return replay.isPlaying ? seek(replay, replay.atMs + elapsedMs * replay.speed) : replay;
}

/** From its end it begins anew. */
export function togglePlaying(replay: Replay): Replay {
  if (replay.isPlaying) return { ...replay, isPlaying: false };
  const isOver = replay.atMs >= replay.window.toMs;
  return { ...replay, atMs: isOver ? replay.window.fromMs : replay.atMs, isPlaying: true };
}

/** How far apart the times are that it shows, by the clock of the past; 0 while it stands still. */
export function stepOf({ isPlaying, speed }: Replay): number {
  return isPlaying ? speed * TICK_MS : 0;
}

/** A step to an event shows it just after it happened. */
const AFTER_MS = 1000;

/** To the next of these times, or to the one before; where there is none, to the end or the beginning. */
export function stepTo(replay: Replay, times: readonly number[], direction: 'next' | 'before'): Replay {
  const { window, atMs } = replay;
  const found =
    direction === 'next'
      ? times.find((time) => time + AFTER_MS > atMs)
      : times.findLast((time) => time + AFTER_MS < atMs);
  if (found !== undefined) return seek(replay, found + AFTER_MS);
  return seek(replay, direction === 'next' ? window.toMs : window.fromMs);
}
