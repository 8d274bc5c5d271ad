import { factsSchemas, type NodeFacts } from '#shared/domain/facts/index';
import { compareParts, type PartPair } from '#shared/domain/parts/compare-parts';
import { partsOf } from '#shared/domain/parts/index';
import { changesOf } from '#shared/domain/parts/parts-changes';
import type { ProbeResult } from '#shared/domain/probe';
import { compareFacts } from '#shared/domain/transcript/compare-facts';
import { compareWalks } from '#shared/domain/transcript/compare-walks';
import { type LoggedChanges, loggedChanges } from '#shared/domain/transcript/logged-changes';
import type { RunComparison } from '#shared/domain/transcript/run-comparison';
import type { Transcript } from '#shared/domain/transcript/transcript';
import type { PartsHistory } from '../inventory/parts-history';
import type { TreeSet } from '../trees/compile/tree-set';
import { allResults } from '../trees/walk/readings';
import { stepTitles } from './replay';

export interface ComparedRun extends Pick<Transcript, 'run' | 'basis' | 'trees'> {
  readonly head: RunComparison['before'];
  /** What was read of the node since, beside the run; none of a run from a file. */
  readonly later: readonly ProbeResult[];
}

/** Holds the older run against the newer one: the walks, and what is different at the node. */
export function compareRuns(
  before: ComparedRun,
  after: ComparedRun,
  { set, history }: { set: TreeSet; history: Pick<PartsHistory, 'versions'> },
): RunComparison {
  const isSameNode = before.run.hostId === after.run.hostId;
  const mode = isSameNode ? 'time' : 'nodes';
  const facts = [factsOf(before.basis), factsOf(after.basis)] as const;
  const parts = compareParts(partsOf(facts[0]), partsOf(facts[1]), mode);
  const titles = stepTitles(after.run.treeId, (id) => set.trees.get(id));
  return {
    before: before.head,
    after: after.head,
    isSameNode,
    isTreeChanged: isTreeChanged(before, after),
    walk: compareWalks(before.run, after.run, titles),
    node: (isSameNode ? changesBetween(before, after, history) : null) ?? {
      from: 'readings',
      changes: [{ afterMs: null, byMs: null, changes: changesOf(parts) }].filter(({ changes }) => changes.length > 0),
      unread: [...new Set(parts.unread.filter(({ side }) => side !== 'both').map(({ kind }) => kind))],
    },
    logged: isSameNode ? loggedBetween(before, after) : null,
    facts: compareFacts(...facts, mode),
    counters: isSameNode ? countersOf(parts.pairs) : [],
  };
}

/** The last of each probe: what the walk ended with. */
function factsOf(basis: Transcript['basis']): NodeFacts {
  const results: readonly ProbeResult[] = allResults(basis);
  return Object.fromEntries(
    results.filter(({ state }) => state === 'ok').map(({ probeId, facts }) => [probeId, facts]),
  ) as NodeFacts;
}

/** By the newest look into the node's logs since the older run. */
function loggedBetween(before: ComparedRun, after: ComparedRun): LoggedChanges | null {
  const looks = [...allResults(after.basis), ...after.later].filter(
    ({ probeId, state, observedAtMs }) =>
      probeId === 'recent-changes' && state === 'ok' && observedAtMs >= before.run.startedAtMs,
  );
  const last = looks.sort((one, other) => one.observedAtMs - other.observedAtMs).at(-1);
  const { data } = factsSchemas['recent-changes'].safeParse(last?.facts);
  if (last === undefined || data === undefined) return null;
  return loggedChanges(data, last.observedAtMs, { fromMs: before.run.startedAtMs, toMs: after.run.updatedAtMs });
}

function isTreeChanged(before: ComparedRun, after: ComparedRun): boolean | null {
  const hashes = [before, after].map(({ run, trees }) => trees.find(({ id }) => id === run.treeId));
  if (hashes.some((tree) => !tree?.isOfRun)) return null;
  return hashes[0]?.sha256 !== hashes[1]?.sha256;
}

/** Everything that is known of the node, dated by the looks that found it; null where the versions do not reach back. */
function changesBetween(
  before: ComparedRun,
  after: ComparedRun,
  history: Pick<PartsHistory, 'versions'>,
): RunComparison['node'] | null {
  const versions = history.versions(before.run.hostId).toReversed();
  const first = versions.findLastIndex(({ firstSeenMs }) => firstSeenMs <= before.run.updatedAtMs);
  if (first < 0) return null;
  return {
    from: 'versions',
    changes: versions.flatMap(({ firstSeenMs, changes }, at) => {
      const previous = versions[at - 1];
      if (at <= first || previous === undefined || firstSeenMs > after.run.updatedAtMs) return [];
      return [{ afterMs: previous.lastSeenMs, byMs: firstSeenMs, changes }];
    }),
    unread: [],
  };
}

const maxCounters = 200;

function countersOf(pairs: readonly PartPair[]): RunComparison['counters'] {
  return pairs
    .flatMap(({ kind, before, after, counters }) =>
      counters.flatMap(({ name, before: was, after: now, state }) =>
        state === 'different' && was !== null && now !== null
          ? [{ kind, slot: (after ?? before)?.slot ?? '', name, before: was, after: now }]
          : [],
      ),
    )
    .slice(0, maxCounters);
}
