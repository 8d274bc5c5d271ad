import type { RunSummary } from '../../../findings/use-trees';

/** A run, or the runs of one tree on many nodes together. */
export interface RecentRow extends RunSummary {
  /** Null: a run on its own. */
  readonly strandsId: string | null;
  readonly hostIds: readonly string[];
}

/** What is told of a whole group: what goes on before what is over, what failed before what came to its end. */
const order: readonly RunSummary['state'][] = ['collecting', 'waiting', 'failed', 'cancelled', 'concluded'];

/**
 * What was diagnosed, newest first; nodes that were walked together are one row. What was only assumed says nothing of a node, and
 * is left out.
 */
export function rowsOf(runs: readonly RunSummary[]): RecentRow[] {
  const groups = new Map<string, RunSummary[]>();
  for (const run of runs) {
    if (run.isWhatIf) continue;
    const key = run.strandsId ? `group ${run.strandsId}` : run.id;
    const known = groups.get(key);
    if (known) known.push(run);
    else groups.set(key, [run]);
  }
  return [...groups.values()]
    .flatMap((group) => rowOf(group) ?? [])
    .sort((one, other) => other.startedAtMs - one.startedAtMs);
}

function rowOf(group: readonly RunSummary[]): RecentRow | null {
  const [first] = group;
  if (!first) return null;
  if (group.length === 1) return { ...first, strandsId: null, hostIds: [first.hostId] };
  // Several nodes come to the same: it is told once.
  const findings = new Map(group.flatMap((run) => run.findings.map((finding) => [finding.code, finding] as const)));
  return {
    ...first,
    strandsId: first.strandsId ?? null,
    hostIds: group.map(({ hostId }) => hostId),
    state: order.find((state) => group.some((run) => run.state === state)) ?? first.state,
    startedAtMs: Math.max(...group.map(({ startedAtMs }) => startedAtMs)),
    findings: [...findings.values()],
  };
}
