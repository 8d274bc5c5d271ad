import type { KernelLogKnowledge } from '../../knowledge/catalogs/kernel-log/kernel-log-catalogue';
import { correlate } from './correlate';
import type { CorrelationEntry } from './correlation';
import { type DecodedLog, decodeLog } from './decode-log';
import { explainEvent } from './explain-event';
import type { LoggedEvent } from './kernel-event';
import type { LogReport } from './log-report';
import { pciDevice } from './pci-bus-id';

export interface LogContext {
  /** 575 of driver 575.57.08. Null: not known. */
  readonly driverBranch?: number | null;
  readonly hasSwitches?: boolean;
}

/** More than anybody reads; the rules compare each with each. */
const maxEntries = 500;
/** The same again after so long is told again. */
const apartMs = 5 * 60_000;
/** A link goes down once when its driver starts, twice when somebody sets it up. */
const flapsFrom = 3;

/** What a kernel log says: decoded, explained, and put together. */
export function readLog(text: string, knowledge: KernelLogKnowledge, context: LogContext = {}): LogReport {
  const hasSwitches = context.hasSwitches ?? /\bnvidia-nvswitch\d/.test(text);
  return reportOf(decodeLog(text), knowledge, { ...context, hasSwitches });
}

export function reportOf(decoded: DecodedLog, knowledge: KernelLogKnowledge, context: LogContext = {}): LogReport {
  const { merged, leftOut } = merge(decoded.events);
  const entries = merged.map((entry): CorrelationEntry => {
    const explained = explainEvent(entry, knowledge, context.driverBranch ?? null);
    const isFlapping = entry.id === 'nic-link-down' && entry.count >= flapsFrom;
    return { ...entry, ...explained, severity: isFlapping ? 'warn' : explained.severity };
  });
  const { links, groups } = correlate(entries, knowledge.correlation, context.hasSwitches ?? false);
  return {
    lineCount: decoded.lineCount,
    leftOutCount: decoded.droppedCount + leftOut,
    isLog: decoded.isLog,
    isTimed: entries.length === 0 || entries.some(({ clock }) => clock !== 'none'),
    entries: entries.map((entry, at) => ({ ...entry, ...(links[at] ?? { role: 'alone', echoOf: null, group: 0 }) })),
    groups,
  };
}

type Merged = LoggedEvent & Pick<CorrelationEntry, 'count' | 'lastLine' | 'lastAtMs' | 'lastClockMs'>;

/** Lines that say the same of the same part, within minutes, are one entry. */
function merge(events: readonly LoggedEvent[]): { merged: Merged[]; leftOut: number } {
  const merged: Merged[] = [];
  const last = new Map<string, Merged>();
  let leftOut = 0;
  for (const event of events) {
    const key = keyOf(event);
    const known = last.get(key);
    if (known && (merged.length >= maxEntries || isSoonAfter(known, event))) {
      known.count += 1;
      known.lastLine = event.line;
      known.lastAtMs = event.atMs ?? known.lastAtMs;
      known.lastClockMs = event.clockMs ?? known.lastClockMs;
      // Of several lines of one event the first does not always say whether it was fatal.
      known.isFatal = known.isFatal === true || event.isFatal === true ? true : (known.isFatal ?? event.isFatal);
      known.link ??= event.link;
      known.constraint ??= event.constraint;
      continue;
    }
    if (merged.length >= maxEntries) {
      leftOut += 1;
      continue;
    }
    const { line, atMs, clockMs } = event;
    const entry = { ...event, count: 1, lastLine: line, lastAtMs: atMs, lastClockMs: clockMs };
    merged.push(entry);
    last.set(key, entry);
  }
  return { merged, leftOut };
}

function isSoonAfter(known: Merged, event: LoggedEvent): boolean {
  if (known.clock !== event.clock) return false;
  if (known.lastClockMs === null || event.clockMs === null) return true;
  return Math.abs(event.clockMs - known.lastClockMs) <= apartMs;
}

function keyOf(event: LoggedEvent): string {
  const { id, code, pciBusId, device, unit, words, processName, recovery } = event;
  const part = pciBusId === null ? device : pciDevice(pciBusId);
  // A process matters where rules tell applications apart, or where it was ended itself.
  const isFault = code === 13 || code === 31;
  const who = isFault || id === 'oom-kill' ? `${processName}` : '';
  const where = isFault && processName === null ? null : unit;
  const inner = id === 'oom-kill' ? event.pid : recovery?.to.value;
  return [id, code, part, where, words.join(' '), who, inner].join('|');
}
