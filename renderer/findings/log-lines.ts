import { type LogLine, maxLinesAround } from '#shared/domain/kernel-log/log-evidence';
import type { LogEntry, LogReport } from '#shared/domain/kernel-log/log-report';

export const lineOf = ({ text, atMs }: Pick<LogEntry, 'text' | 'atMs'>): LogLine => ({ text, atMs });

/** What the same group of a log says beside an entry. */
export function linesAround(entry: LogEntry, { entries, groups }: LogReport): LogLine[] {
  const places = groups[entry.group]?.entries ?? [];
  return places
    .flatMap((at) => entries[at] ?? [])
    .filter((other) => other !== entry)
    .slice(0, maxLinesAround)
    .map(lineOf);
}
