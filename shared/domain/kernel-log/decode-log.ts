import { decodeMessage, decodeUnprefixed } from './decode-message';
import { networkMessage } from './host-messages';
import type { LoggedEvent } from './kernel-event';
import { type LogRecord, logRecords } from './log-records';

export interface DecodedLog {
  readonly events: readonly LoggedEvent[];
  readonly lineCount: number;
  /** Events that are not kept, as there were too many: the oldest. */
  readonly droppedCount: number;
  /** Whether the text looks like a log at all. */
  readonly isLog: boolean;
}

/** What is kept of a log: the newest. */
export const maxEvents = 20_000;
const maxTextLength = 1000;

/** Every line of a log that is known. Any text gives an answer; time and memory grow with the text only. */
export function decodeLog(text: string): DecodedLog {
  let events: LoggedEvent[] = [];
  let [lineCount, knownCount, droppedCount] = [0, 0, 0];
  for (const record of logRecords(text)) {
    lineCount += 1;
    if (record.isKnown) knownCount += 1;
    const event = decodeRecord(record);
    if (event === null) continue;
    events.push(event);
    if (events.length >= maxEvents * 2) {
      droppedCount += events.length - maxEvents;
      events = events.slice(-maxEvents);
    }
  }
  if (events.length > maxEvents) {
    droppedCount += events.length - maxEvents;
    events = events.slice(-maxEvents);
  }
  return {
    events,
    lineCount,
    droppedCount,
    isLog: events.length > 0 || (lineCount > 0 && knownCount * 2 >= lineCount),
  };
}

export function decodeRecord(record: LogRecord): LoggedEvent | null {
  const { line, message, isKernel, isKnown, atMs, clock, clockMs } = record;
  const text = message.trim();
  // Of other programs' lines only what systemd-networkd says of its links is taken.
  const event = !isKernel ? networkMessage(text) : isKnown ? decodeMessage(text) : decodeUnprefixed(text);
  return event && { ...event, line, atMs, clock, clockMs, text: text.slice(0, maxTextLength) };
}
