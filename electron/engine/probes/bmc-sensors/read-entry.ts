import type { BmcLogFacts } from '#shared/domain/facts/power';
import { stateOfWords } from '../lib/ipmi-sensors';

type Entry = BmcLogFacts['entries'][number];

export interface NodeClock {
  readonly nowMs: number | null;
  /** East of Greenwich. ipmitool prints times in the zone of the node that it runs on. */
  readonly zoneMinutes: number;
}

/**
 *   3,11/14/23,22:16:49 UTC,Power Supply PSU1 Status,Failure detected,Asserted            ipmitool -c sel elist
 *      4 | 11/14/2023 | 22:16:49 | Temperature Inlet Temp | Upper Critical going high | Asserted | Reading 64 > …
 *   1, Pre-Init ,0000045567,Memory #0x09,Correctable ECC,Asserted                          seconds since the BMC started
 *   7 | Linux kernel panic: …, 8 | OEM record c0 | …                                       records without a time
 */
export function readEntry(line: string, clock: NodeClock): Entry | null {
  if (!/^\s{0,8}[0-9a-f]{1,4}\s{0,4}[|,]/i.test(line)) return null;
  const isTable = / \|/.test(line);
  const cells = line.split(isTable ? '|' : ',').map((cell) => cell.trim());
  const [id = '', date = '', time = '', ...rest] = cells;
  const isDated = /^(?:\d{2}\/\d{2}\/\d{2,4}|Pre-Init|Unspecified)$/.test(date);
  if (!isDated) {
    if (!/^(?:Linux kernel panic|OEM record)/.test(date)) return null;
    const words = cells.slice(1).join(' ');
    return {
      id,
      atMs: null,
      time: null,
      sensor: null,
      event: words,
      isAsserted: null,
      severity: severityOf(words, null),
    };
  }
  if (rest.length === 0) return null;
  const direction = rest.findIndex((cell) => cell === 'Asserted' || cell === 'Deasserted');
  const isAsserted = direction < 0 ? null : rest[direction] === 'Asserted';
  const [sensor = '', ...events] = rest.filter((_, index) => index !== direction);
  const event = events.join(', ');
  return {
    id,
    atMs: readBmcTime(`${date} ${time}`, clock),
    time: `${date} ${time}`,
    sensor: sensor || null,
    event: event || null,
    isAsserted,
    severity: severityOf(event, isAsserted),
  };
}

/**
 * `11/14/2023 22:13:20`, with a zone (`UTC`, or the node's own: `CST`) since ipmitool 1.8.19. Null for a clock that was
 * never set (`S+ 12:39:27`, `Pre-Init 0000045567`).
 */
export function readBmcTime(text: string, clock: NodeClock): number | null {
  const match =
    /^(\d{2})\/(\d{2})\/(\d{2}|\d{4}) (\d{2}):(\d{2}):(\d{2})(?: (AM|PM))?(?: ([A-Z]{2,5}|[+-]\d{2,4}))?$/.exec(text);
  if (!match) return null;
  const [, month, day, year = '', hour, minute, second, half, zone] = match;
  const hours = (Number(hour) % (half ? 12 : 24)) + (half === 'PM' ? 12 : 0);
  const fullYear = year.length === 2 ? 2000 + Number(year) : Number(year);
  const atMs = Date.UTC(fullYear, Number(month) - 1, Number(day), hours, Number(minute), Number(second));
  const isLocal = zone !== undefined && zone !== 'UTC' && zone !== 'GMT';
  return atMs - (isLocal ? clock.zoneMinutes * 60_000 : 0);
}

function severityOf(words: string, isAsserted: boolean | null): Entry['severity'] {
  if (isAsserted === false) return 'info';
  const state = stateOfWords(words);
  if (state === 'critical' || /panic|bus fatal|\bSERR\b|\bPERR\b|\bNMI\b/i.test(words)) return 'critical';
  return state === 'warning' ? 'warning' : 'info';
}
