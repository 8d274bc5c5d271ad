import type { LoggedEvent } from './kernel-event';

export type LogTime = Pick<LoggedEvent, 'atMs' | 'clock' | 'clockMs'>;
/** The time at the beginning of a line, and how much of the line it is. */
export interface FoundTime extends LogTime {
  readonly length: number;
  /** Whether a host and a program may follow, as in journals and syslogs. */
  readonly hasSource: boolean;
}

export const noTime: LogTime = { atMs: null, clock: 'none', clockMs: null };

const iso = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})? /;
const full = /^[A-Z][a-z]{2} (\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))? ([A-Z]{3,5}|[+-]\d{2}) /;
const human = /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4})\] ?/;
const syslog = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})? /;
const boot = /^\[ *(\d{1,12})\.(\d{1,9})\]\s?/;
const kmsg = /^[\u0000\ufffd]?\d{1,5},\d{1,12},(\d{1,16}),[^;]{1,100};/;
const unix = /^(\d{9,11})\.(\d{6}) /;
/** `dmesg -e` and `-d`: a minute or a difference, of no use alone. */
const relative = /^\[(?:[A-Z][a-z]{2} ?\d{1,2} \d{2}:\d{2}|[ <+\d.>]{1,40})\]\s?/;

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** Of journalctl (short, -iso, -precise, -full, -unix, -monotonic), dmesg (plain, -T, -e, iso), /dev/kmsg and syslog. */
export function timeOf(line: string): FoundTime | null {
  const code = line.charCodeAt(0);
  // Most lines of text begin with neither a digit, a bracket nor a capital letter.
  if (code === 0x5b) return bracketed(line);
  if ((code >= 0x30 && code <= 0x39) || code === 0 || code === 0xfffd) return numbered(line);
  return code >= 0x41 && code <= 0x5a ? named(line) : null;
}

function bracketed(line: string): FoundTime | null {
  const sinceBoot = boot.exec(line);
  if (sinceBoot) {
    const clockMs = Number(`${sinceBoot[1]}.${sinceBoot[2]}`) * 1000;
    return { atMs: null, clock: 'boot', clockMs, length: sinceBoot[0].length, hasSource: true };
  }
  const told = human.exec(line);
  if (told) {
    const [whole, month, day, hour, minute, second, year] = told;
    // No zone is printed and the clock drifts over suspends: this time is the node's, not one to compare with others.
    return local(whole, calendar(year, monthNumber(month), day, hour, minute, second), false);
  }
  const vague = relative.exec(line);
  return vague ? { ...noTime, length: vague[0].length, hasSource: false } : null;
}

function numbered(line: string): FoundTime | null {
  const raw = kmsg.exec(line);
  if (raw)
    return { atMs: null, clock: 'boot', clockMs: Number(raw[1]) / 1000, length: raw[0].length, hasSource: false };
  const seconds = unix.exec(line);
  if (seconds) return utc(seconds[0], Number(`${seconds[1]}.${seconds[2]}`) * 1000);
  const dated = iso.exec(line);
  if (!dated) return null;
  const [whole, year, month, day, hour, minute, second, fraction, zone] = dated;
  const ms = calendar(year, Number(month), day, hour, minute, second, fraction);
  if (zone === undefined || ms === null) return local(whole, ms, true);
  return utc(whole, ms - zoneMs(zone));
}

function named(line: string): FoundTime | null {
  const told = full.exec(line);
  if (told) {
    const [whole, year, month, day, hour, minute, second, fraction, zone] = told;
    const ms = calendar(year, Number(month), day, hour, minute, second, fraction);
    return zone === 'UTC' || zone === 'GMT' ? utc(whole, ms) : local(whole, ms, true);
  }
  const short = syslog.exec(line);
  if (!short) return null;
  const [whole, month, day, hour, minute, second] = short;
  // A leap year, so that each of its days is one.
  return local(whole, calendar('2000', monthNumber(month), day, hour, minute, second), true);
}

const utc = (whole: string, ms: number | null): FoundTime => {
  const atMs = ms === null ? null : Math.round(ms);
  return { atMs, clock: atMs === null ? 'none' : 'utc', clockMs: atMs, length: whole.length, hasSource: true };
};
const local = (whole: string, clockMs: number | null, hasSource: boolean): FoundTime => ({
  atMs: null,
  clock: clockMs === null ? 'none' : 'local',
  clockMs,
  length: whole.length,
  hasSource,
});

const monthNumber = (name: string | undefined): number => {
  const at = months.indexOf(name ?? '?');
  return at >= 0 && at % 3 === 0 ? at / 3 + 1 : 0;
};

/** Null for what is no day or time of day. */
function calendar(
  year: string | undefined,
  month: number,
  day: string | undefined,
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction = '',
): number | null {
  const [days, hours, minutes, seconds] = [Number(day), Number(hour), Number(minute), Number(second)];
  if (month < 1 || month > 12 || days < 1 || days > 31 || hours > 23 || minutes > 59 || seconds > 60) return null;
  const ms = Date.UTC(
    Number(year),
    month - 1,
    days,
    hours,
    minutes,
    seconds,
    Number(fraction.slice(0, 3).padEnd(3, '0')),
  );
  return Number.isFinite(ms) ? ms : null;
}

function zoneMs(zone: string): number {
  if (zone === 'Z') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}
