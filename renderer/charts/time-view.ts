import { isShownLive, shownNowMs } from './shown-clock';
import type { TimeWindow } from './time-axis';

/** What charts show: the newest of a span of time, or a window of the past with the windows before it to come back to. */
export interface TimeView {
  readonly spanMs: number;
  /** The last is shown; none: live. */
  readonly windows: readonly TimeWindow[];
}

export type ChangeView = (change: (view: TimeView) => TimeView) => void;

const minute = 60_000;
export const spans = [15 * minute, 60 * minute, 6 * 60 * minute, 24 * 60 * minute, 7 * 24 * 60 * minute] as const;

const SHORTEST_MS = 10_000;
const LONGEST_MS = 400 * 24 * 60 * minute;

export function shownWindow({ windows }: TimeView): TimeWindow | null {
  return windows.at(-1) ?? null;
}

/** Stands for what is read: the same as long as the same is shown. */
export function viewKey(view: TimeView): string {
  const shown = shownWindow(view);
  return shown ? `${shown.fromMs}-${shown.toMs}` : `${isShownLive() ? 'live' : 'replay'}-${view.spanMs}`;
}

export function windowAt(view: TimeView, nowMs = shownNowMs()): TimeWindow {
  return shownWindow(view) ?? { fromMs: nowMs - view.spanMs, toMs: nowMs };
}

export function follow(spanMs: number): TimeView {
  return { spanMs, windows: [] };
}

function within({ fromMs, toMs }: TimeWindow): TimeWindow {
  const middle = (fromMs + toMs) / 2;
  const half = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, toMs - fromMs)) / 2;
  return { fromMs: Math.round(middle - half), toMs: Math.round(middle + half) };
}

export function zoomTo(view: TimeView, window: TimeWindow): TimeView {
  return { ...view, windows: [...view.windows, within(window)] };
}

export function back(view: TimeView): TimeView {
  return { ...view, windows: view.windows.slice(0, -1) };
}

/** By a factor around the middle; less than 1 shows less. */
export function zoomBy(view: TimeView, factor: number, nowMs = shownNowMs()): TimeView {
  const { fromMs, toMs } = windowAt(view, nowMs);
  const middle = (fromMs + toMs) / 2;
  const half = ((toMs - fromMs) / 2) * factor;
  return zoomTo(view, { fromMs: middle - half, toMs: middle + half });
}

/** By a share of what is shown; past now it is live again. One step back leads to where the moving began. */
export function pan(view: TimeView, share: number, nowMs = shownNowMs()): TimeView {
  const shown = shownWindow(view);
  const { fromMs, toMs } = windowAt(view, nowMs);
  const byMs = Math.round((toMs - fromMs) * share);
  if (!shown && byMs > 0) return view;
  if (toMs + byMs >= nowMs && Math.abs(toMs - fromMs - view.spanMs) < 1000) return follow(view.spanMs);
  const next = { fromMs: fromMs + byMs, toMs: toMs + byMs };
  return { ...view, windows: shown ? [...view.windows.slice(0, -1), next] : [next] };
}

/** As a wheel does, little by little: around a time, which stays where it is; one step back leads to where it began. */
export function zoomAround(view: TimeView, factor: number, atMs: number, nowMs = shownNowMs()): TimeView {
  const { fromMs, toMs } = windowAt(view, nowMs);
  const next = within({ fromMs: atMs - (atMs - fromMs) * factor, toMs: atMs + (toMs - atMs) * factor });
  return { ...view, windows: [...(shownWindow(view) ? view.windows.slice(0, -1) : []), next] };
}

/** What a key does: arrows move through time, plus and minus zoom, Backspace goes back, End is now. */
export const viewKeys: ReadonlyMap<string, (view: TimeView, nowMs?: number) => TimeView> = new Map([
  ['ArrowLeft', (view: TimeView, nowMs?: number) => pan(view, -0.25, nowMs)],
  ['ArrowRight', (view: TimeView, nowMs?: number) => pan(view, 0.25, nowMs)],
  ['+', (view: TimeView, nowMs?: number) => zoomBy(view, 0.5, nowMs)],
  ['=', (view: TimeView, nowMs?: number) => zoomBy(view, 0.5, nowMs)],
  ['-', (view: TimeView, nowMs?: number) => zoomBy(view, 2, nowMs)],
  ['Backspace', back],
  ['End', ({ spanMs }: TimeView) => follow(spanMs)],
]);
