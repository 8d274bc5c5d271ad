import type { RaidArray } from '#shared/domain/facts/storage';
import { linesOf } from '../lib/lines';
import { blankArray } from './blank-array';
import { numberOf, sizeOf } from './sizes';

type Member = RaidArray['members'][number];

/**
 * Reads `zpool list`, with -p and with -v or without. Null: not that.
 *   NAME    SIZE  ALLOC   FREE  CKPOINT  EXPANDSZ   FRAG    CAP  DEDUP    HEALTH  ALTROOT
 *   rpool   3985729650688  1647130456064  2338599194624   -   -   55  41   1.00  ONLINE  -
 *     mirror-0  …
 */
export function parseZpoolList(text: string): RaidArray[] | null {
  const lines = linesOf(text);
  const headerAt = lines.findIndex((line) => /^NAME +SIZE +ALLOC +FREE\b.*\bHEALTH\b/.test(line));
  if (headerAt < 0) return null;
  const columns = (lines[headerAt] ?? '').trim().split(/ +/);
  const pools: RaidArray[] = [];
  let rows: Row[] = [];
  const close = () => {
    const pool = pools.at(-1);
    if (pool) Object.assign(pool, summary(rows));
    rows = [];
  };
  for (const line of lines.slice(headerAt + 1)) {
    const words = line.trim().split(/\s+/);
    if (line.trim() === '' || words.length < 5) break;
    const value = (column: string) => words[columns.indexOf(column)];
    const depth = line.search(/\S/);
    const size = value('SIZE') ?? '-';
    // `logs`, `cache` and `spare` stand at the front as pools do, and have no size.
    if (depth === 0 && size !== '-') {
      close();
      pools.push({
        ...blankArray('zfs', words[0] ?? ''),
        state: value('HEALTH') ?? null,
        sizeBytes: sizeOf(size),
        usedBytes: sizeOf(value('ALLOC')),
      });
    } else
      rows.push({
        depth,
        name: words[0] ?? '',
        state: words.slice(1).find((word) => /^[A-Z]{5,}$/.test(word)) ?? '',
        errors: null,
      });
  }
  close();
  return pools.map(judge);
}

/** Reads `zpool status`. Null: not that. */
export function parseZpoolStatus(text: string): RaidArray[] | null {
  if (!/^ *pool: \S/m.test(text)) return null;
  return text
    .split(/^ *pool: /m)
    .slice(1)
    .map((block) => {
      const name = linesOf(block)[0]?.trim() ?? '';
      const lines = linesOf(block);
      const headerAt = lines.findIndex((line) => /^\s+NAME\s+STATE\s+READ\s+WRITE\s+CKSUM/.test(line));
      const rows: Row[] = [];
      for (const line of headerAt < 0 ? [] : lines.slice(headerAt + 2)) {
        const row = /^(\s+)(\S{1,200})(?: +([A-Z]{2,12})(?: +(\S+) +(\S+) +(\S+))?)?/.exec(line);
        if (!row) break;
        const errors = [row[4], row[5], row[6]].map(sizeOfCount).filter((one) => one !== null);
        rows.push({
          depth: (row[1] ?? '').length,
          name: row[2] ?? '',
          state: row[3] ?? '',
          errors: errors.length > 0 ? errors.reduce((sum, one) => sum + one, 0) : null,
        });
      }
      const state = /^ *state: (\S+)/m.exec(block)?.[1] ?? null;
      const pool = judge({ ...blankArray('zfs', name), state, ...summary(rows), operation: operationOf(block) });
      // A pool may be whole again and have lost data all the same.
      const lost = /^errors: (\d{1,15} data errors)/m.exec(block)?.[1];
      return lost === undefined ? pool : { ...pool, state: [state, lost].filter(Boolean).join(', ') };
    });
}

interface Row {
  readonly depth: number;
  readonly name: string;
  readonly state: string;
  readonly errors: number | null;
}

const groupPattern = /^(mirror|raidz\d?|draid\d?\S*|spare|replacing)-\d+/;
const sectionPattern = /^(logs|cache|spares|spare|special|dedup)$/;

/** Disks are the rows that hold no others; the kinds of their groups make the level. */
function summary(rows: readonly Row[]): Pick<RaidArray, 'level' | 'members' | 'membersWanted' | 'membersActive'> {
  let section = 'data';
  const levels = new Set<string>();
  const members: Member[] = [];
  for (const row of rows) {
    if (sectionPattern.test(row.name) && (row.state === '' || row.state === '-')) section = row.name;
    else if (groupPattern.test(row.name)) {
      if (section === 'data') levels.add(row.name.replace(/-\d+$/, ''));
    } else {
      if (section === 'data' && levels.size === 0) levels.add('stripe');
      members.push({ name: row.name, state: memberState(row.state), errors: row.errors });
    }
  }
  const kept = members.filter(({ state }) => state !== 'spare');
  return {
    level: levels.size > 0 ? [...levels].join(' + ') : null,
    members,
    membersWanted: kept.length > 0 ? kept.length : null,
    membersActive: kept.length > 0 ? kept.filter(({ state }) => state === 'active').length : null,
  };
}

function memberState(word: string): Member['state'] {
  if (word === 'ONLINE' || word === 'INUSE') return 'active';
  if (word === 'AVAIL') return 'spare';
  if (word === 'UNAVAIL' || word === 'REMOVED' || word === 'OFFLINE') return 'missing';
  return word === 'FAULTED' || word === 'DEGRADED' ? 'faulty' : 'unknown';
}

function judge(pool: RaidArray): RaidArray {
  return { ...pool, isDegraded: pool.state === null ? null : pool.state !== 'ONLINE' };
}

/**
 * `  scan: resilver in progress since …` with `… 12.3% done, 01:02:03 to go` on a line below. Before 0.7 it was `5h10m to go`, and
 * before `scan` came `scrub: scrub in progress for 0h3m, 12.50% done, 0h21m to go`.
 */
function operationOf(block: string): RaidArray['operation'] {
  const name = /^ *(?:scan|scrub): (scrub|resilver) in progress/m.exec(block)?.[1];
  if (name === undefined) return null;
  const left = /(?:(\d{1,4}) days? )?(\d{1,2}):(\d{2}):\d{2} to go/.exec(block);
  const old = /(?:(\d{1,5})h)?(\d{1,2})m to go/.exec(block);
  return {
    name,
    percent: numberOf(/(\d{1,3}(?:\.\d{1,2})?)% done/.exec(block)?.[1]),
    finishMinutes: left
      ? Number(left[1] ?? 0) * 1440 + Number(left[2]) * 60 + Number(left[3])
      : old
        ? Number(old[1] ?? 0) * 60 + Number(old[2])
        : null,
  };
}

/** `0`, `17`, `1.2K`. */
function sizeOfCount(word: string | undefined): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)([KMG]?)$/.exec(word ?? '');
  return match ? Math.round(Number(match[1]) * 1000 ** ' KMG'.indexOf(match[2] || ' ')) : null;
}

/** Sizes of the list with members and errors of the status. */
export function mergePools(listed: readonly RaidArray[], status: readonly RaidArray[]): RaidArray[] {
  return listed.map((pool) => {
    const more = status.find(({ name }) => name === pool.name);
    return more
      ? { ...more, sizeBytes: pool.sizeBytes, usedBytes: pool.usedBytes, state: more.state ?? pool.state }
      : pool;
  });
}
