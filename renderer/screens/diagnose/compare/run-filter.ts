import type { RunSummary } from '../../../findings/use-trees';

export interface RunFilter {
  readonly text: string;
  readonly hostId: string | null;
  readonly treeId: string | null;
  /** A finding that it came to. */
  readonly code: string | null;
  /** `YYYY-MM-DD`, both days included; empty for none. */
  readonly from: string;
  readonly to: string;
}

export const noFilter: RunFilter = { text: '', hostId: null, treeId: null, code: null, from: '', to: '' };

/** Whether a run is wanted; `words` are the names it goes by, of its node, its tree and its findings. */
export function matchesRun(
  run: Pick<RunSummary, 'hostId' | 'treeId' | 'startedAtMs' | 'findings'>,
  { text, hostId, treeId, code, from, to }: RunFilter,
  words: readonly string[],
): boolean {
  if (hostId !== null && run.hostId !== hostId) return false;
  if (treeId !== null && run.treeId !== treeId) return false;
  if (code !== null && !run.findings.some((finding) => finding.code === code)) return false;
  if (from !== '' && run.startedAtMs < new Date(`${from}T00:00:00`).getTime()) return false;
  if (to !== '' && run.startedAtMs > new Date(`${to}T23:59:59.999`).getTime()) return false;
  const all = [...words, run.treeId, ...run.findings.map((finding) => finding.code)].join('\n').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
