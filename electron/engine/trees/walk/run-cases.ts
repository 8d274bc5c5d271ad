import { type ProbeResult, type ProbeState, probeStates } from '#shared/domain/probe';
import { says, type Told, within } from '../../knowledge/problem-words';
import { type KnowledgeProblem, YamlSource } from '../../knowledge/yaml-source';
import { type CompiledTree, probesReadAgain } from '../compile/compiled-tree';
import { type TreeCases, treeCasesSchema } from '../language/tree-schema';
import { type WalkResult, walk } from './walk';

type Case = TreeCases['cases'][number];

/** What became of one case; no problems means that it went as written. */
export interface CaseOutcome {
  readonly name: string;
  readonly line: number | null;
  readonly result: WalkResult;
  readonly problems: readonly KnowledgeProblem[];
}

/** When the cases' facts were read. */
const observedAtMs = Date.UTC(2026, 0, 15, 12);

/** Walks a tree on the cases of its table tests (`<tree>.cases.yaml`) and compares what comes out with what is written. */
export function runCases(
  file: string,
  text: string,
  trees: ReadonlyMap<string, CompiledTree>,
): { outcomes: readonly CaseOutcome[]; problems: readonly KnowledgeProblem[] } {
  const source = new YamlSource(file, text);
  const { value: written, problems } = source.parse(treeCasesSchema);
  if (written === null) return { outcomes: [], problems };
  const tree = trees.get(written.tree);
  if (tree === undefined) {
    return { outcomes: [], problems: [source.problem(['tree'], says('noTree', { tree: written.tree }))] };
  }
  const outcomes = written.cases.map((one, index) => {
    const result = walkCase(tree, one, trees);
    const differing = differences(one, result).map(([key, what]) =>
      source.problem(['cases', index, key], within(says('inCase', { name: one.name }), what)),
    );
    return { name: one.name, line: source.line(['cases', index]), result, problems: differing };
  });
  const reached = new Set(outcomes.flatMap(({ result }) => result.path.map(({ stepId }) => stepId)));
  const missed = [...tree.steps.keys()]
    .filter((id) => !reached.has(id))
    .map((id) => source.problem(['cases'], says('notReached', { step: id })));
  return { outcomes, problems: [...outcomes.flatMap((outcome) => outcome.problems), ...missed] };
}

/** The walk of one case. */
export function walkCase(tree: CompiledTree, one: Case, trees: ReadonlyMap<string, CompiledTree>): WalkResult {
  const reasonOf = (probeId: string) => {
    const key = one.reasons?.[probeId];
    return key === undefined
      ? null
      : {
          key: `probes.${key}`,
          params: {
            tool: probeId,
            detail: 'Unknown Error',
            seconds: 10,
            sudoers: `LOGIN ALL=(root) NOPASSWD: ${probeId}`,
          },
        };
  };
  const result = (probeId: string, state: ProbeState, facts: unknown, atMs = observedAtMs): ProbeResult => ({
    hostId: 'case',
    probeId,
    state,
    reason: state === 'ok' ? null : reasonOf(probeId),
    facts,
    observedAtMs: atMs,
    durationMs: 1,
    commands: [],
  });
  const laterReadings = (probeId: string, everySeconds: number): ProbeResult[] =>
    (one.again?.[probeId] ?? []).map((facts, index) =>
      result(probeId, 'ok', facts, observedAtMs + (index + 1) * everySeconds * 1000),
    );
  const again = Object.fromEntries(
    [tree, ...treesBehind(tree, trees)].flatMap((one) =>
      [...one.steps].flatMap(([stepId, { definition }]) => {
        const ids = probesReadAgain(definition);
        if (ids.length === 0 || definition.kind !== 'probe') return [];
        const key = one.id === tree.id ? stepId : `${one.id}:${stepId}`;
        return [[key, ids.flatMap((id) => laterReadings(id, definition.again?.everySeconds ?? 0))]];
      }),
    ),
  );
  const results = [
    ...Object.entries(one.facts).flatMap(([probeId, facts]) => (facts === null ? [] : [result(probeId, 'ok', facts)])),
    ...Object.entries(one.states ?? {}).map(([probeId, state]) => result(probeId, stateOf(state), null)),
  ];
  return walk(
    tree,
    {
      hostId: 'case',
      runId: 'case',
      results,
      again,
      ...(one.expected && { expected: one.expected }),
      answers: one.answers ?? {},
      ...(one.unattended && { unattended: 'all' as const }),
      forced: one.force ?? {},
      nowMs: observedAtMs,
    },
    { treeById: (id) => trees.get(id), probeInfo: [] },
  );
}

/** The trees that a walk of this one may go on with. */
function treesBehind(
  tree: CompiledTree,
  trees: ReadonlyMap<string, CompiledTree>,
  seen: ReadonlySet<string> = new Set([tree.id]),
): CompiledTree[] {
  return [...tree.steps.values()].flatMap(({ definition }) => {
    const next = definition.kind === 'goto' ? trees.get(definition.tree) : undefined;
    if (next === undefined || seen.has(next.id)) return [];
    return [next, ...treesBehind(next, trees, new Set([...seen, next.id]))];
  });
}

function stateOf(state: string): ProbeState {
  return probeStates.find((known) => known === state) ?? 'failed';
}

function differences(one: Case, result: WalkResult): [keyof Case, Told][] {
  const found: [keyof Case, Told][] = [];
  const path = result.path.map(({ stepId }) => stepId);
  const codes = result.findings.map(({ code }) => code);
  const went = { path: path.join(' > ') };
  if (one.path !== undefined && one.path.join() !== path.join()) found.push(['path', says('went', went)]);
  for (const step of one.through ?? [])
    if (!path.includes(step)) found.push(['through', says('notThrough', { step, ...went })]);
  const waitsAt = result.question?.stepId ?? null;
  if ((one.waitsAt ?? null) !== waitsAt)
    found.push(['waitsAt', waitsAt === null ? says('doesNotWait', went) : says('waits', { step: waitsAt })]);
  if (one.findings.join() !== codes.join()) {
    const what = codes.length === 0 ? says('foundNothing', went) : says('found', { codes: codes.join(', '), ...went });
    found.push(['findings', what]);
  }
  const texts = result.findings.flatMap(({ title, explanation, advice }) => [
    title.en,
    explanation.en,
    ...advice.map(({ en }) => en),
  ]);
  for (const words of one.says ?? []) {
    if (!texts.some((text) => text.includes(words)))
      found.push(['says', says('notSaid', { text: words, said: texts.join(' | ') })]);
  }
  const actions = result.findings.flatMap((finding) => finding.actions);
  for (const wanted of one.actions ?? []) {
    const isThere = actions.some(
      ({ actionId, parameters }) =>
        actionId === wanted.action &&
        Object.entries(wanted.parameters ?? {}).every(
          ([name, value]) => JSON.stringify(parameters[name]) === JSON.stringify(value),
        ),
    );
    if (!isThere)
      found.push([
        'actions',
        says('notProposed', {
          wanted: JSON.stringify(wanted),
          proposed: JSON.stringify(actions.map(({ actionId, parameters }) => ({ actionId, parameters }))),
        }),
      ]);
  }
  return found;
}
