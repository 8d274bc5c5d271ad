import { type DecodedBlock, decodeBlock } from '../blocks/block';
import type { BlockRow } from './sample-repository';

/** Each with what is in it. One that is damaged is left out: minutes of one subject, and the rest goes on. */
export function* decodedBlocks(
  rows: Iterable<BlockRow>,
  wanted?: ReadonlySet<number>,
): Generator<BlockRow & DecodedBlock> {
  for (const row of rows) {
    try {
      yield { ...row, ...decodeBlock(row.data, wanted) };
    } catch {}
  }
}
