import { printable, withoutAnsi } from '../text';
import { type LogTime, noTime, timeOf } from './log-time';

/** One message of a log. */
export interface LogRecord extends LogTime {
  /** Line of the text it is on, from 1. */
  readonly line: number;
  readonly message: string;
  /** False: another program wrote it, as a syslog holds them as well. */
  readonly isKernel: boolean;
  /** Whether the line looked like one of a log. */
  readonly isKnown: boolean;
}

/** Of a text that is decoded: more than a ring buffer or a day of a busy journal. */
export const maxLogLength = 16 * 1024 * 1024;
const maxLineLength = 4096;
/** `kern  :warn  : `, `<4>` */
const level = /^(?:[a-z]{3,10} *:[a-z]{3,10} *: |<\d{1,3}>)/;
const kernelSource = /^\S{1,255} kernel(?:\[\d{1,10}\])?: /;
const otherSource = /^\S{1,255} ([\w.@/()-]{1,64})\[\d{1,10}\]: /;
const syslogSource = /^\S{1,255} ([\w.@/()-]{1,64})(?:\[\d{1,10}\])?: /;
/** The kernel's own stamp inside a line of a syslog, and the caller id of newer kernels. */
const stamp = /^(?:\[ *\d{1,12}\.\d{1,9}\]\s?)?(?:\[ *[TC]\d{1,10}\]\s?)?/;

/** The newest of a log that is longer than what is decoded, from the beginning of a line; `leftOut`: characters before it. */
export function newestOfLog(text: string): { readonly text: string; readonly leftOut: number } {
  if (text.length <= maxLogLength) return { text, leftOut: 0 };
  const from = text.length - maxLogLength;
  const next = text.indexOf('\n', from - 1) + 1;
  const leftOut = next === 0 ? from : next;
  return { text: text.slice(leftOut), leftOut };
}

/** The records of a log text, whatever tool printed it: one after the other, since a log may be long. */
export function* logRecords(marked: string): Generator<LogRecord> {
  const text = marked.startsWith('\ufeff') ? marked.slice(1) : marked;
  if (/^\s{0,100}\{/.test(text)) yield* jsonRecords(text);
  else yield* lineRecords(text);
}

function* lineRecords(text: string): Generator<LogRecord> {
  let line = 0;
  for (let from = 0; from <= text.length; ) {
    const found = text.indexOf('\n', from);
    const to = found === -1 ? text.length : found;
    line += 1;
    const record = lineRecord(text.slice(from, Math.min(to, from + maxLineLength)), line);
    if (record) yield record;
    from = to + 1;
  }
}

/** Null for an empty line and what journalctl says by itself. */
export function lineRecord(raw: string, line: number): LogRecord | null {
  if (raw.startsWith('-- ') || raw.trim() === '') return null;
  // `dmesg --color=always` colours the time stamp, too.
  const plain = raw.includes('\u001b') ? withoutAnsi(raw) : raw;
  const clean = plain.endsWith('\r') ? plain.slice(0, -1) : plain;
  const leveled = level.exec(clean)?.[0].length ?? 0;
  const rest = leveled > 0 ? clean.slice(leveled) : clean;
  const found = timeOf(rest);
  if (!found) return { ...noTime, line, message: printable(rest), isKernel: true, isKnown: leveled > 0 };
  const { atMs, clock, clockMs, length, hasSource } = found;
  const { message, isKernel } = fromSource(rest.slice(length), hasSource, clock === 'local');
  return { atMs, clock, clockMs, line, message: printable(message.replace(stamp, '')), isKernel, isKnown: true };
}

function fromSource(rest: string, hasSource: boolean, isSyslog: boolean): { message: string; isKernel: boolean } {
  if (!hasSource) return { message: rest, isKernel: true };
  const kernel = kernelSource.exec(rest);
  if (kernel) return { message: rest.slice(kernel[0].length), isKernel: true };
  const other = (isSyslog ? syslogSource : otherSource).exec(rest);
  return other ? { message: rest.slice(other[0].length), isKernel: false } : { message: rest, isKernel: true };
}

function* jsonRecords(text: string): Generator<LogRecord> {
  const whole =
    text.length < 64 * 1024 * 1024 && /^\s*\{\s*"dmesg"/.test(text.slice(0, 200)) ? parseJson(text) : undefined;
  if (isRecord(whole) && Array.isArray(whole.dmesg)) {
    let line = 0;
    for (const entry of whole.dmesg) {
      line += 1;
      if (!isRecord(entry)) continue;
      const seconds = typeof entry.time === 'number' && Number.isFinite(entry.time) ? entry.time : null;
      const clock = seconds === null ? ('none' as const) : ('boot' as const);
      const message = printable(String(entry.msg ?? '').slice(0, maxLineLength));
      const clockMs = seconds === null ? null : seconds * 1000;
      yield { atMs: null, clock, clockMs, line, message, isKernel: true, isKnown: true };
    }
    return;
  }
  let line = 0;
  for (let from = 0; from <= text.length; ) {
    const found = text.indexOf('\n', from);
    const to = found === -1 ? text.length : found;
    line += 1;
    const record = to - from < 256 * 1024 ? journalRecord(text.slice(from, to), line) : null;
    if (record) yield record;
    from = to + 1;
  }
}

/** journalctl -o json: one object a line; MESSAGE is an array of bytes when it is not valid UTF-8. */
function journalRecord(text: string, line: number): LogRecord | null {
  const entry = parseJson(text);
  if (!isRecord(entry) || !('MESSAGE' in entry)) return null;
  const { MESSAGE: told, __REALTIME_TIMESTAMP: time, SYSLOG_IDENTIFIER: program, _TRANSPORT: transport } = entry;
  const atMs = typeof time === 'string' && /^\d{1,17}$/.test(time) ? Math.floor(Number(time) / 1000) : null;
  const bytes = Array.isArray(told) ? told.filter((byte) => typeof byte === 'number' && byte >= 0) : null;
  const message = bytes
    ? String.fromCharCode(...bytes.slice(0, maxLineLength).map((byte) => (byte < 0x80 ? byte : 0xfffd)))
    : typeof told === 'string'
      ? told
      : '';
  return {
    atMs,
    clock: atMs === null ? 'none' : 'utc',
    clockMs: atMs,
    line,
    message: printable(message.slice(0, maxLineLength)),
    isKernel: transport === undefined ? program === undefined || program === 'kernel' : transport === 'kernel',
    isKnown: true,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
