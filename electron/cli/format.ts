const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Local time to the second, as `ls --full-time` and the journal have it. */
export function clockTime(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

/** For what others wrote on other machines; `?` for no time at all. */
export function utcTime(atMs: number): string {
  const isDate = Math.abs(atMs) < 8.64e15;
  return isDate ? `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC` : '?';
}

/** How long ago, in the largest unit that says enough: `40s`, `12m`, `5h`, `3d`. */
export function age(atMs: number, nowMs: number): string {
  const ms = Math.max(0, nowMs - atMs);
  if (ms < minute) return `${Math.round(ms / second)}s`;
  if (ms < hour) return `${Math.round(ms / minute)}m`;
  if (ms < 2 * day) return `${Math.round(ms / hour)}h`;
  return `${Math.round(ms / day)}d`;
}

/** The beginning of a long line. */
export function clipped(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** Whether a command runs as root: always, where sudo allows it, or never. */
export function rootWord(privilege: string): string {
  return privilege === 'root' ? 'root' : privilege === 'root-else-user' ? 'if allowed' : '';
}

/** A command on one line: a program of several lines with its line ends shown, so that it is not taken for one line. */
export function commandWords(argv: readonly string[]): string {
  return argv
    .join(' ')
    .trim()
    .replace(/[ \t]*\n\s*/g, ' ⏎ ')
    .replace(/[ \t]+/g, ' ');
}

/** Binary units, as tools on the node print them; two figures are enough to compare. */
export function bytes(count: number | null | undefined): string {
  if (count === null || count === undefined) return '—';
  let value = count;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB', 'TiB']) {
    if (value < 1024 || unit === 'TiB')
      return `${value >= 10 || unit === 'B' ? Math.round(value) : value.toFixed(1)} ${unit}`;
    value /= 1024;
  }
  return '—';
}
