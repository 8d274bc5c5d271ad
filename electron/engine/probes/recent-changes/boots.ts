import type { RecentChangesFacts } from '#shared/domain/facts/software';
import { linesOf } from '../lib/lines';

type Boot = NonNullable<RecentChangesFacts['boots']>[number];

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const maxBoots = 40;

const lastLine =
  /^(reboot|shutdown) +system (?:boot|down) +(\S{1,100}) +[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})\b/;
const journalLine = /^ *-?\d{1,5} [0-9a-f]{32} [A-Z][a-z]{2} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/;

/**
 * The boots that are known, newest first; null: not told. In UTC, of last(1) of util-linux
 *   reboot   system boot  5.15.0-1053-nvidia Tue Jan 13 06:31:05 2026   still running
 *   shutdown system down  5.15.0-1053-nvidia Tue Jan 13 06:29:40 2026 - Tue Jan 13 06:31:05 2026  (00:01)
 * or of `journalctl --list-boots`
 *    0 0f0c5b0f8c6f4d0e9a1b2c3d4e5f6071 Tue 2026-01-13 06:31:05 UTC—Tue 2026-01-13 09:12:44 UTC
 * A boot with no shutdown between it and the one before came after a crash, a reset or a loss of power.
 */
export function bootsOf(text: string | null): Boot[] | null {
  const source = /^== (last|journal)\s*$/m.exec(text ?? '')?.[1];
  if (text === null || source === undefined) return null;
  const boots = source === 'last' ? ofLast(linesOf(text)) : ofJournal(linesOf(text));
  return boots.length === 0 ? null : boots.slice(0, maxBoots);
}

function ofLast(lines: readonly string[]): Boot[] {
  const records = lines
    .flatMap((line) => {
      const [, kind, kernel, month = '', day, hour, minute, second, year] = lastLine.exec(line) ?? [];
      const at = Date.UTC(
        Number(year),
        months.indexOf(month),
        Number(day),
        Number(hour),
        Number(minute),
        Number(second),
      );
      if (kind === undefined || !months.includes(month) || !Number.isFinite(at)) return [];
      return [{ isBoot: kind === 'reboot', atMs: at, kernel: kernel ?? null }];
    })
    .sort((one, other) => other.atMs - one.atMs);
  // Where no shutdown was ever written down, that there is none says nothing.
  const tellsShutdowns = records.some(({ isBoot }) => !isBoot);
  return records.flatMap(({ isBoot, atMs, kernel }, index) => {
    if (!isBoot) return [];
    const before = records[index + 1];
    return [{ atMs, kernel, isAfterShutdown: tellsShutdowns && before !== undefined ? !before.isBoot : null }];
  });
}

function ofJournal(lines: readonly string[]): Boot[] {
  return lines
    .flatMap((line) => {
      const [, day, time] = journalLine.exec(line) ?? [];
      const atMs = Date.parse(`${day}T${time}Z`);
      return Number.isFinite(atMs) ? [{ atMs, kernel: null, isAfterShutdown: null }] : [];
    })
    .sort((one, other) => other.atMs - one.atMs);
}
