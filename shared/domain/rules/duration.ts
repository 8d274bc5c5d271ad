const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** As Prometheus writes one: `30s`, `1h30m`. */
export const durationPattern = /^(?=.)(\d{1,4}d)?(\d{1,5}h)?(\d{1,6}m)?(\d{1,7}s)?(\d{1,9}ms)?$/;

/** Null for what is no duration. */
export function durationMs(text: string): number | null {
  if (!durationPattern.test(text)) return null;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhd])/g)) {
    total += Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
  }
  return total;
}

/** `1h30m` of so many ms. */
export function durationText(ms: number): string {
  let rest = ms;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / UNITS_MS[unit]);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * UNITS_MS[unit];
  }
  return text === '' ? '0s' : text;
}
