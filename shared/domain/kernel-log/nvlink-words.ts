import type { NvlinkKnowledge } from '../../knowledge/catalogs/kernel-log/kernel-log-schema';
import type { KernelEvent } from './kernel-event';

export type Nvlink5Row = NvlinkKnowledge['nvlink5'][number];

export interface Nvlink5Meaning {
  readonly row: Nvlink5Row;
  /** NVIDIA's bucket for what to do at once; the one of a promoted error where it was promoted. */
  readonly immediate: string;
  readonly isPromoted: boolean;
}

/** Driver branch from which on the words are laid out the second way. */
const SECOND_LAYOUT_BRANCH = 575;

/**
 * What the words of an Xid 144-150 mean by NVIDIA's table. Null: the table has no row for them, or rows that say different
 * things, and then nothing is said rather than something wrong.
 */
export function nvlink5Meaning(
  event: KernelEvent,
  knowledge: NvlinkKnowledge,
  driverBranch: number | null = null,
): Nvlink5Meaning | null {
  const [info, status] = event.words;
  if (info === undefined || status === undefined || event.unit === null) return null;
  const found: Nvlink5Meaning[] = [];
  for (const row of knowledge.nvlink5) {
    if (row.xid !== event.code || !isSameUnit(row.unit, event.unit)) continue;
    if (!row.unit.startsWith('NETIR_LINK_') && Number(row.errorStatus) !== status) continue;
    if (driverBranch === null || driverBranch >= SECOND_LAYOUT_BRANCH)
      found.push(...layout(row, row.intrinfoV2, info, 7));
    if (driverBranch === null || driverBranch < SECOND_LAYOUT_BRANCH)
      found.push(...layout(row, row.intrinfoV1, info, 10));
  }
  const [first] = found;
  if (!first) return null;
  const isClear = found.every(
    ({ row, immediate }) =>
      immediate === first.immediate && row.investigate === first.row.investigate && row.severity === first.row.severity,
  );
  return isClear ? first : null;
}

function layout(row: Nvlink5Row, pattern: string, info: number, promotedBit: number): Nvlink5Meaning[] {
  const isPromotedBit = ((info >>> promotedBit) & 1) === 1;
  const isPromoted = isPromotedBit && row.ifPromoted !== undefined;
  // Where the table knows of promotion, its pattern asks for a bit that says it was not.
  const compared = isPromoted ? (info & ~(1 << promotedBit)) >>> 0 : info;
  if (!fits(pattern, compared)) return [];
  return [{ row, immediate: isPromoted ? (row.ifPromoted ?? row.immediate) : row.immediate, isPromoted }];
}

function fits(pattern: string, value: number): boolean {
  for (let at = 0; at < 32; at += 1) {
    const expected = pattern[at];
    if (expected !== '-' && Number(expected) !== ((value >>> (31 - at)) & 1)) return false;
  }
  return true;
}

/** `NETIR_LINK_EVT` and `NETIR_LINK_EVT/NETIR_LINK_DOWN` are one. */
function isSameUnit(listed: string, told: string): boolean {
  const normal = (unit: string) => unit.toUpperCase().replace(/[ -]/g, '_');
  const [left, right] = [normal(listed), normal(told)];
  return left === right || left.split('/').includes(right) || right.split('/').includes(left);
}

export interface Nvlink4Bit {
  /** From 1. */
  readonly word: number;
  readonly bit: number;
  readonly verdict: string;
}

/** Words that are meant for people to read, on Hopper; the others repeat them or are not documented. */
const readWords: readonly number[] = [1, 3, 4, 5];

/** The bits that are set in the words of an Xid 74, each with what the list says of it. */
export function nvlink4Bits(words: readonly number[], knowledge: NvlinkKnowledge): Nvlink4Bit[] {
  return readWords.flatMap((word) => {
    const value = words[word - 1] ?? 0;
    const set: Nvlink4Bit[] = [];
    for (let bit = 0; bit < 32; bit += 1) {
      if (((value >>> bit) & 1) === 0) continue;
      const listed = knowledge.nvlink4.find((entry) => entry.word === word && entry.bits.includes(bit));
      set.push({ word, bit, verdict: listed?.verdict ?? 'unlisted' });
    }
    return set;
  });
}
