import type { LogEntry } from '#shared/domain/kernel-log/log-report';
import type { LocalizedText } from '#shared/domain/text';

export const entryCode = ({ id, code }: Pick<LogEntry, 'id' | 'code'>): string =>
  id === 'xid' ? `Xid ${code}` : id === 'sxid' ? `SXid ${code}` : '';

export function entryTitle(
  entry: Pick<LogEntry, 'id' | 'code' | 'name'>,
  localized: (text: LocalizedText) => string,
): string {
  return [entryCode(entry), localized(entry.name)].filter(Boolean).join(' ');
}

type Place = Pick<LogEntry, 'pciBusId' | 'device' | 'link' | 'processName' | 'pid'>;

/** The part it is about, its link, and the process. */
export function entryPlace({ pciBusId, device, link, processName, pid }: Place): string {
  const process = processName === null ? null : pid === null ? processName : `${processName} (${pid})`;
  return [pciBusId ?? device, link === null ? null : `link ${link}`, process].filter(Boolean).join(' ');
}
