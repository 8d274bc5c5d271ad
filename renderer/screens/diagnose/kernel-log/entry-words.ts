import type { LogEntry } from '#shared/domain/kernel-log/log-report';
import type { LocalizedText } from '#shared/domain/text';

export const entryCode = ({ id, code }: LogEntry): string =>
  id === 'xid' ? `Xid ${code}` : id === 'sxid' ? `SXid ${code}` : '';

export function entryTitle(entry: LogEntry, localized: (text: LocalizedText) => string): string {
  return [entryCode(entry), localized(entry.name)].filter(Boolean).join(' ');
}

/** The part it is about, its link, and the process. */
export function entryPlace({ pciBusId, device, link, processName, pid }: LogEntry): string {
  const process = processName === null ? null : pid === null ? processName : `${processName} (${pid})`;
  return [pciBusId ?? device, link === null ? null : `link ${link}`, process].filter(Boolean).join(' ');
}
