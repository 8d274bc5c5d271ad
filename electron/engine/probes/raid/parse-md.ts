import type { RaidArray } from '#shared/domain/facts/storage';
import { linesOf, readPairs } from '../lib/lines';
import { blankArray } from './blank-array';
import { numberOf } from './sizes';

type Member = RaidArray['members'][number];

/**
 * Reads /proc/mdstat. Null: not that.
 *   md6 : active raid1 sdb2[2](F) sdc[1](S) sda2[0]
 *         195310144 blocks [2/1] [U_]
 *         [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec
 */
export function parseMdstat(text: string): RaidArray[] | null {
  if (!/^Personalities :/m.test(text.slice(0, 4000))) return null;
  const arrays: RaidArray[] = [];
  for (const line of linesOf(text)) {
    const head =
      /^(md\S{0,60}) : (active|inactive)((?: \([a-z-]{1,20}\))?)((?: (?:raid\d{1,2}|linear|multipath|faulty|container))?)((?: \S{1,60}\[\d{1,5}\](?:\([A-Z]\))*)*)$/.exec(
        line.trimEnd(),
      );
    if (head) {
      const [, name = '', activity = '', mode = '', level = '', members = ''] = head;
      arrays.push({
        ...blankArray('md', name),
        level: level.trim() || null,
        state: activity + mode,
        members: readMembers(members),
      });
      continue;
    }
    const last = arrays.at(-1);
    if (last) readDetail(last, line);
  }
  return arrays.map(judge);
}

function readMembers(text: string): Member[] {
  return [...text.matchAll(/ (\S{1,60})\[\d{1,5}\]((?:\([A-Z]\))*)/g)].map(([, name = '', flags = '']) => ({
    name,
    state: flags.includes('(F)') ? 'faulty' : flags.includes('(S)') ? 'spare' : 'active',
    errors: null,
  }));
}

function readDetail(array: RaidArray, line: string): void {
  const blocks = /^ +(\d{1,15}) blocks\b/.exec(line);
  if (blocks) array.sizeBytes = Number(blocks[1]) * 1024;
  // Holds the members of arrays that firmware describes, and never runs itself.
  if (/ super external:(?!\/)/.test(line)) array.level = 'container';
  const counts = /\[(\d{1,4})\/(\d{1,4})\] \[[U_]{1,1024}\]/.exec(line);
  if (counts) {
    array.membersWanted = Number(counts[1]);
    array.membersActive = Number(counts[2]);
  }
  const running =
    /\b(resync|recovery|check|repair|reshape) *= *(?:(\d{1,3}(?:\.\d{1,2})?)%|(DELAYED|PENDING|REMOTE))(?:.{0,60}? finish=(\d{1,9}(?:\.\d)?)min)?/.exec(
      line,
    );
  if (running) {
    array.operation = { name: running[1] ?? '', percent: numberOf(running[2]), finishMinutes: numberOf(running[4]) };
  }
}

/** Levels without redundancy have no count of members: they run whole or not at all. */
function judge(array: RaidArray): RaidArray {
  const { membersWanted, membersActive, state } = array;
  const isActive = state?.startsWith('active') ?? false;
  const working = array.members.filter((member) => member.state === 'active');
  if (membersWanted === null || membersActive === null) return { ...array, isDegraded: isActive ? false : null };
  // While a member is rebuilt the kernel does not mark it; which one it is only mdadm tells.
  const members =
    working.length > membersActive
      ? array.members.map((member): Member => (member.state === 'active' ? { ...member, state: 'unknown' } : member))
      : array.members;
  return { ...array, members, isDegraded: membersActive < membersWanted };
}

/** Reads `mdadm --detail` of one array. Null: not that. */
export function parseMdadm(text: string): RaidArray | null {
  const name = /^\/dev\/(\S{1,60}):$/m.exec(text)?.[1];
  const pairs = readPairs(text, ' : ');
  const state = pairs.get('State')?.trim();
  if (name === undefined || state === undefined) return null;
  const kibibytes = /^(\d{1,15})\b/.exec(pairs.get('Array Size') ?? '')?.[1];
  const rebuild = /^(\d{1,3})% complete/.exec(
    pairs.get('Rebuild Status') ?? pairs.get('Resync Status') ?? pairs.get('Check Status') ?? '',
  );
  const operation = /\b(resyncing|recovering|checking|reshaping|repairing)\b/.exec(state)?.[1];
  return {
    ...blankArray('md', name),
    level: pairs.get('Raid Level') ?? null,
    state,
    isDegraded: /\bdegraded\b|\bFAILED\b/.test(state),
    sizeBytes: kibibytes === undefined ? null : Number(kibibytes) * 1024,
    membersWanted: numberOf(pairs.get('Raid Devices')),
    membersActive: numberOf(pairs.get('Active Devices')),
    members: membersOf(text),
    operation: rebuild ? { name: operation ?? 'rebuild', percent: Number(rebuild[1]), finishMinutes: null } : null,
    uuid: pairs.get('UUID') ?? null,
  };
}

/**
 *     Number   Major   Minor   RaidDevice State
 *        0     254        1        0      active sync   /dev/vda1
 *        -       0        0        1      removed
 */
function membersOf(text: string): Member[] {
  const from = text.indexOf('RaidDevice State');
  if (from < 0) return [];
  return linesOf(text.slice(from)).flatMap((line): Member[] => {
    const row =
      /^ +(?:\d{1,5}|-) +\d{1,4} +\d{1,7} +(?:\d{1,5}|-) +([a-z][a-z -]{1,60}?)(?: +\/dev\/(\S{1,60}))?$/.exec(
        line.trimEnd(),
      );
    return row ? [{ name: row[2] ?? '', state: stateOf(row[1] ?? ''), errors: null }] : [];
  });
}

function stateOf(words: string): Member['state'] {
  if (/removed/.test(words)) return 'missing';
  if (/faulty/.test(words)) return 'faulty';
  if (/rebuilding/.test(words)) return 'rebuilding';
  if (/spare/.test(words)) return 'spare';
  return /active/.test(words) ? 'active' : 'unknown';
}

/** mdadm knows the members better, the kernel how far an operation is. */
export function mergeMd(kernel: readonly RaidArray[], detailed: readonly RaidArray[]): RaidArray[] {
  return kernel.map((array) => {
    const detail = detailed.find(({ name }) => name === array.name);
    if (!detail) return array;
    return {
      ...array,
      ...detail,
      sizeBytes: detail.sizeBytes ?? array.sizeBytes,
      isDegraded: array.isDegraded ?? detail.isDegraded,
      operation: array.operation ?? detail.operation,
      members: detail.members.length > 0 ? detail.members : array.members,
    };
  });
}
