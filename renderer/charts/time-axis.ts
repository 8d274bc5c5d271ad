const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14].map((count) => count * day),
];

export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Round times by this workstation's clock, at most so many. */
export function timeTicks({ fromMs, toMs }: TimeWindow, atMost: number): number[] {
  const stepMs = stepOf({ fromMs, toMs }, atMost);
  const zoneMs = -new Date(fromMs).getTimezoneOffset() * minute;
  const ticks: number[] = [];
  for (let at = Math.ceil((fromMs + zoneMs) / stepMs) * stepMs; at - zoneMs <= toMs; at += stepMs) {
    ticks.push(at - zoneMs);
  }
  return ticks;
}

/** Only what differs from one tick to the next; a midnight is its date. */
export function timeTickWords(atMs: number, window: TimeWindow, atMost: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (stepOf(window, atMost) < minute) return `${clock}:${two(at.getSeconds())}`;
  return clock === '00:00' ? `${two(at.getMonth() + 1)}-${two(at.getDate())}` : clock;
}

function stepOf({ fromMs, toMs }: TimeWindow, atMost: number): number {
  const span = toMs - fromMs;
  return steps.find((step) => span / step <= atMost) ?? Math.ceil(span / atMost / day) * day;
}
