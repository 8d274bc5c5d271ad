const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** The conversions of date(1) that programs use, in UTC. */
export function formatDate(atMs: number, format: string): string {
  const date = new Date(atMs);
  const iso = date.toISOString();
  const values: Readonly<Record<string, string>> = {
    '%': '%',
    n: '\n',
    t: '\t',
    s: String(Math.floor(atMs / 1000)),
    N: String(Math.floor((((atMs % 1000) + 1000) % 1000) * 1e6)).padStart(9, '0'),
    F: iso.slice(0, 10),
    T: iso.slice(11, 19),
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    e: String(date.getUTCDate()).padStart(2),
    a: (DAYS[date.getUTCDay()] ?? '').slice(0, 3),
    A: DAYS[date.getUTCDay()] ?? '',
    b: (MONTHS[date.getUTCMonth()] ?? '').slice(0, 3),
    B: MONTHS[date.getUTCMonth()] ?? '',
    z: '+0000',
    Z: 'UTC',
  };
  return format.replace(/%([a-zA-Z%])/g, (whole, letter: string) => values[letter] ?? whole);
}
