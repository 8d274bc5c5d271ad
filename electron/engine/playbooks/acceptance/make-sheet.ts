import type { ActionRun } from '#shared/domain/action';
import type { FactsOf, ProbeId } from '#shared/domain/facts/index';
import type { AcceptanceLine, AcceptanceOutcome, AcceptanceSheet } from '#shared/domain/playbook/acceptance';
import type { ProbeResult } from '#shared/domain/probe';
import type { Rollout, RolloutItem } from '#shared/domain/rollout';
import type { LocalizedText } from '#shared/domain/text';
import { say } from '../words';

/** Probes that versions are read from, and the list of GPUs. */
export const sheetProbes = [
  'os',
  'gpu-driver',
  'gpu-list',
  'cuda',
  'docker',
  'nvidia-container-toolkit',
] as const satisfies readonly ProbeId[];

export interface SheetSources {
  readonly rollout: Rollout;
  readonly hostId: string;
  readonly hostName: string;
  /** Null: it was pruned. */
  readonly run: (runId: string) => ActionRun | null;
  readonly results: readonly ProbeResult[];
  /** What a command printed; null: it was pruned. */
  readonly output: (evidenceId: string) => string | null;
  readonly nowMs: number;
}

/** What became of a playbook on one node. Pure: everything in it was measured before. */
export function makeSheet({ rollout, hostId, hostName, run, results, output, nowMs }: SheetSources): AcceptanceSheet {
  const steps = [
    ...wereAsWanted(rollout, hostId),
    ...rollout.items
      .filter((item) => item.hostId === hostId)
      .map((item) => stepOf(item, rollout, item.runId === null ? null : run(item.runId))),
  ];
  const outcomes = steps.map(({ outcome }) => outcome);
  return {
    rolloutId: rollout.id,
    playbookId: rollout.actionId,
    title: rollout.playbook?.title ?? { en: rollout.actionId, 'zh-CN': rollout.actionId },
    hostId,
    hostName,
    madeAtMs: nowMs,
    outcome: overall(outcomes),
    steps,
    versions: versionsOf(results),
    gpuListing: listingOf(results, output),
    signedOff: rollout.signOffs?.findLast((one) => one.hostId === hostId) ?? null,
  };
}

/** The plan read them as wanted, so nothing was done: met then, and before what was done. */
function wereAsWanted({ playbook, startedAtMs }: Rollout, hostId: string): AcceptanceSheet['steps'] {
  const steps = playbook?.asWanted?.filter((one) => one.hostId === hostId) ?? [];
  return steps.map(({ id, title }) => ({
    stepId: id,
    title,
    state: 'not-needed',
    outcome: 'met',
    expected: null,
    measured: say('stateDone'),
    evidenceIds: [],
    runId: null,
    startedAtMs,
    finishedAtMs: startedAtMs,
    values: [],
  }));
}

function overall(outcomes: readonly AcceptanceOutcome[]): AcceptanceOutcome {
  if (outcomes.includes('not-met')) return 'not-met';
  return outcomes.length === 0 || outcomes.includes('unknown') ? 'unknown' : 'met';
}

const outcomeOfState: Record<RolloutItem['state'], AcceptanceOutcome> = {
  done: 'met',
  'not-needed': 'met',
  failed: 'not-met',
  undone: 'not-met',
  waiting: 'unknown',
  running: 'unknown',
  undoing: 'unknown',
  unknown: 'unknown',
};

function stepOf(item: RolloutItem, rollout: Rollout, run: ActionRun | null): AcceptanceSheet['steps'][number] {
  const actionId = item.step?.actionId ?? rollout.actionId;
  const reasons = item.blockedBy ?? [];
  return {
    stepId: item.step?.id ?? actionId,
    title: item.step?.title ?? { en: actionId, 'zh-CN': actionId },
    state: item.state,
    outcome: outcomeOfState[item.state],
    expected: run?.plan.verification ?? null,
    measured: run?.verification?.detail ?? reasons[0] ?? null,
    evidenceIds: run?.steps.flatMap(({ evidenceId }) => evidenceId ?? []) ?? [],
    runId: item.runId,
    startedAtMs: item.startedAtMs,
    finishedAtMs: item.finishedAtMs,
    values: run ? valuesOf(run) : [],
  };
}

/** Of a verification that did not pass nobody says which value it was: only one that is as wanted is met then. */
function valuesOf({ plan, verification }: ActionRun): AcceptanceLine[] {
  return (plan.values ?? []).map(({ title, wanted }) => {
    const now = verification?.values?.find((one) => one.title.en === title.en)?.now ?? null;
    const isMet = now !== null && (verification?.outcome === 'pass' || isSame(now, wanted));
    return { title, expected: wanted, measured: now, outcome: isMet ? 'met' : 'unknown', evidenceIds: [] };
  });
}

const isSame = (one: LocalizedText, other: LocalizedText): boolean => one.en === other.en;

function versionsOf(results: readonly ProbeResult[]): AcceptanceSheet['versions'] {
  function line<Id extends ProbeId>(
    id: AcceptanceSheet['versions'][number]['id'],
    probeId: Id,
    read: (facts: FactsOf<Id>) => string | null,
  ): AcceptanceSheet['versions'][number] {
    const result = results.find((one) => one.probeId === probeId);
    if (result?.state !== 'ok') return { id, value: null, observedAtMs: null, evidenceIds: [] };
    const evidenceIds = result.commands.map(({ evidenceId }) => evidenceId);
    return { id, value: read(result.facts as FactsOf<Id>), observedAtMs: result.observedAtMs, evidenceIds };
  }
  return [
    line('system', 'os', ({ prettyName }) => prettyName),
    line('kernel', 'os', ({ kernelRelease }) => kernelRelease),
    line('driver', 'gpu-driver', ({ kernelModuleVersion }) => kernelModuleVersion),
    line('cuda', 'cuda', ({ nvccVersion, toolkits }) => nvccVersion ?? toolkits[0]?.version ?? null),
    line('docker', 'docker', ({ serverVersion }) => serverVersion),
    line('toolkit', 'nvidia-container-toolkit', ({ version }) => version),
  ];
}

function listingOf(results: readonly ProbeResult[], output: SheetSources['output']): AcceptanceSheet['gpuListing'] {
  const result = results.find(({ probeId }) => probeId === 'gpu-list');
  const command = result?.commands.find(({ argv, state }) => argv[0] === 'nvidia-smi' && state === 'exited');
  const text = command ? output(command.evidenceId)?.trim() : undefined;
  if (!result || !command || !text) return null;
  return { text, observedAtMs: result.observedAtMs, evidenceId: command.evidenceId };
}
