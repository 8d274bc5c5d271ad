import type { TreeSummary } from '../../../findings/use-trees';

/** Which tree a code of NVIDIA's driver leads to. */
export interface CodeTree {
  readonly code: number;
  readonly tree: string | null;
}

/**
 * Trees that have all words of the query in their title, symptoms, introduction, id or finding codes, in either language; a number
 * is also looked up as an Xid. All trees for an empty query.
 */
export function searchTrees(
  trees: readonly TreeSummary[],
  query: string,
  xids: readonly CodeTree[],
): readonly TreeSummary[] {
  const code = xidIn(query);
  const byXid = new Set(xids.flatMap((xid) => (xid.code === code ? (xid.tree ?? []) : [])));
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return trees.filter((tree) => byXid.has(tree.id) || words.every((word) => wordsOf(tree).includes(word)));
}

/** The number of `Xid 79`, `xid:79` or `79`; null: no code is asked for. */
export function xidIn(query: string): number | null {
  const digits = /^\s*(?:s?xid[\s:#-]*)?(\d{1,5})\s*$/i.exec(query)?.[1];
  return digits === undefined ? null : Number(digits);
}

function wordsOf({ id, title, symptoms, introduction, findingCodes = [] }: TreeSummary): string {
  const texts = [title, ...symptoms, ...(introduction ? [introduction] : [])].flatMap((text) => Object.values(text));
  return [id, ...texts, ...findingCodes].join('\n').toLowerCase();
}
