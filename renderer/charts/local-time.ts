/** As a field for date and time takes it, by this workstation's clock: `2026-11-23T03:41:35`. */
export function localTimeText(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Null: no time. */
export function readLocalTime(text: string): number | null {
  const atMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}
