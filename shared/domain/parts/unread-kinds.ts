import type { ProbeState } from '../probe';
import { partReaders } from './index';
import type { PartKind } from './part';

/** A tool that is not installed tells of no parts that only it knows; these were there and did not tell. */
const failed = new Set<ProbeState | undefined>(['denied', 'timeout', 'hung', 'unparsable', 'failed']);

/**
 * Kinds of which a look may not have seen every part: no reader of them had its facts, or the probe of one failed (nvidia-smi
 * hangs, and lspci still tells of other GPUs). What is not seen of such a kind is not missing.
 */
export function unreadKinds(stateOf: (probeId: string) => ProbeState | undefined): PartKind[] {
  const kinds = [...new Set(partReaders.map(({ kind }) => kind))];
  return kinds.filter((kind) => {
    const readers = partReaders.filter((reader) => reader.kind === kind && !reader.isSupplement);
    const isRead = readers.some(({ needs }) => needs.every((id) => stateOf(id) === 'ok'));
    return !isRead || readers.some(({ needs }) => needs.some((id) => failed.has(stateOf(id))));
  });
}
