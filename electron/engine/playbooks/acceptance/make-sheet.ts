import type { ActionRun } from '#shared/domain/action';
import type { ProbeId } from '#shared/domain/facts/index';
import type { PackagesFacts } from '#shared/domain/facts/software';
import type { AcceptanceLine, AcceptanceOutcome, AcceptanceSheet } from '#shared/domain/playbook/acceptance';
import { judgeTorchProof, leastShare } from '#shared/domain/playbook/judge-torch-proof';
import type { ProbeResult } from '#shared/domain/probe';
import type { Rollout, RolloutItem } from '#shared/domain/rollout';
import { readTorchProof } from '#shared/domain/software/torch-proof';
import type { LocalizedText } from '#shared/domain/text';
import { gpuCatalogue } from '#shared/knowledge/catalogs/catalogues';
import { canonicalJson, sha256 } from '../../audit/canonical-json';
import { isWatchedPackage } from '../../probes/packages/packages-probe';
import { packageDrift } from '../package-drift';
import { say } from '../words';
import { sheetVersions } from './sheet-versions';

/** Probes that versions are read from, what they are judged by, and the list of GPUs. */
export const sheetProbes = [
  'os',
  'gpu',
  'gpu-devices',
  'gpu-driver',
  'gpu-list',
  'cuda',
  'docker',
  'nvidia-container-toolkit',
  'packages',
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
  const items = rollout.items.filter((item) => item.hostId === hostId);
  const runs = items.flatMap(({ runId }) => (runId === null ? [] : (run(runId) ?? [])));
  const steps = [
    ...wereAsWanted(rollout, hostId),
    ...items.map((item) => stepOf(item, rollout, runs.find(({ id }) => id === item.runId) ?? null, output)),
  ];
  const brought = items.flatMap(({ state, step }) =>
    step && (state === 'done' || state === 'not-needed') ? [step.actionId] : [],
  );
  const versions = sheetVersions(results, new Set(brought), nowMs);
  const packages = packagesOf(runs, results);
  const gpuListing = listingOf(results, output);
  const outcome = overall([
    ...steps.map((step) => step.outcome),
    ...packages.map((one) => one.outcome),
    ...[...versions, ...steps.flatMap(({ values }) => values)].flatMap((one) =>
      one.outcome === 'not-met' ? [one.outcome] : [],
    ),
  ]);
  const digest = digestOf({ rolloutId: rollout.id, hostId, outcome, steps, versions, packages, gpuListing });
  const signed = rollout.signOffs?.findLast((one) => one.hostId === hostId);
  return {
    rolloutId: rollout.id,
    playbookId: rollout.actionId,
    title: rollout.playbook?.title ?? { en: rollout.actionId, 'zh-CN': rollout.actionId },
    hostId,
    hostName,
    madeAtMs: nowMs,
    outcome,
    steps,
    versions,
    packages,
    gpuListing,
    digest,
    signedOff: signed
      ? {
          operator: signed.operator,
          atMs: signed.atMs,
          note: signed.note,
          outcome: signed.outcome,
          isSame: signed.digest === undefined ? null : signed.digest === digest,
        }
      : null,
  };
}

/** Of what is judged: when it was read again, and which output has it, are no part of it. */
function digestOf({
  steps,
  versions,
  packages,
  gpuListing,
  ...rest
}: Pick<
  AcceptanceSheet,
  'rolloutId' | 'hostId' | 'outcome' | 'steps' | 'versions' | 'packages' | 'gpuListing'
>): string {
  const line = ({ expected, measured, outcome }: Pick<AcceptanceLine, 'expected' | 'measured' | 'outcome'>) => ({
    expected,
    measured,
    outcome,
  });
  return sha256(
    canonicalJson({
      ...rest,
      packages,
      steps: steps.map(({ stepId, state, values, ...step }) => ({
        stepId,
        state,
        ...line(step),
        values: values.map((value) => ({ title: value.title, ...line(value) })),
      })),
      versions: versions.map(({ id, expected, measured, outcome }) => ({ id, expected, measured, outcome })),
      gpus: gpuListing?.text ?? null,
    }),
  );
}

/** The plan read them as wanted, so nothing was done: met then, and before what was done. */
function wereAsWanted({ playbook, startedAtMs }: Rollout, hostId: string): AcceptanceSheet['steps'] {
  const steps = playbook?.asWanted?.filter((one) => one.hostId === hostId) ?? [];
  return steps.map(({ id, title, evidence = [] }) => ({
    stepId: id,
    title,
    state: 'not-needed',
    outcome: 'met',
    expected: null,
    measured: say('stateDone'),
    evidence,
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

function stepOf(
  item: RolloutItem,
  rollout: Rollout,
  run: ActionRun | null,
  output: SheetSources['output'],
): AcceptanceSheet['steps'][number] {
  const actionId = item.step?.actionId ?? rollout.actionId;
  const reasons = item.blockedBy ?? [];
  const evidence = run?.plan.steps.flatMap((step) => {
    const evidenceId = run.steps.find(({ id }) => id === step.id)?.evidenceId;
    const commandLine = step.commandLine ?? (step.kind === 'file' ? step.path : '');
    return evidenceId ? [{ commandLine, evidenceId }] : [];
  });
  return {
    stepId: item.step?.id ?? actionId,
    title: item.step?.title ?? { en: actionId, 'zh-CN': actionId },
    state: item.state,
    // What the verification could not measure is not met, though the run went on.
    outcome: item.state === 'done' && run?.verification?.isSure === false ? 'unknown' : outcomeOfState[item.state],
    expected: run?.plan.verification ?? null,
    measured: run?.verification?.detail ?? reasons[0] ?? null,
    evidence: evidence ?? item.evidence ?? [],
    runId: item.runId,
    startedAtMs: item.startedAtMs,
    finishedAtMs: item.finishedAtMs,
    values: run ? [...valuesOf(run), ...ratesOf(evidence ?? [], output)] : [],
  };
}

/** Of a verification that did not pass nobody says which value it was: only one that is as wanted is met then. */
function valuesOf({ plan, verification }: ActionRun): AcceptanceLine[] {
  return (plan.values ?? []).map(({ title, wanted }) => {
    const now = verification?.values?.find((one) => one.title.en === title.en)?.now ?? null;
    const isMet = now !== null && (verification?.outcome === 'pass' || isSame(now, wanted));
    const evidence = verification?.evidence ?? [];
    return { title, expected: wanted, measured: now, outcome: isMet ? 'met' : 'unknown', evidence };
  });
}

const isSame = (one: LocalizedText, other: LocalizedText): boolean => one.en === other.en;

/** What a proof of PyTorch measured, beside the data sheets of the GPUs. */
function ratesOf(evidence: AcceptanceLine['evidence'], output: SheetSources['output']): AcceptanceLine[] {
  const found = evidence.flatMap(({ commandLine, evidenceId }) => {
    const proof = readTorchProof(output(evidenceId)?.trim().split('\n').at(-1) ?? '');
    return proof ? [{ proof, commandLine, evidenceId }] : [];
  });
  const last = found.at(-1);
  if (last === undefined) return [];
  const { proof, ...from } = last;
  return judgeTorchProof(proof, gpuCatalogue()).map(({ kind, what, value, peak, outcome, source }) => {
    const unit = kind === 'matmul' ? 'TFLOP/s' : 'GB/s';
    const percent = peak === null ? 0 : Math.round((100 * value) / peak);
    const params = { value, unit, peak: peak ?? 0, percent, source: source ?? '', least: 100 * leastShare };
    return {
      title: say(kind === 'matmul' ? 'sheetMatmul' : 'sheetNccl', { what }),
      expected: peak === null ? say(kind === 'matmul' ? 'sheetNoPeak' : 'sheetNoLink') : say('sheetPeak', params),
      measured: say(peak === null ? 'sheetRate' : 'sheetRateShare', params),
      outcome,
      evidence: [from],
    };
  });
}

/** Packages of the driver, CUDA, Docker and what else the probe lists: as they were confirmed, and as they are. */
function packagesOf(runs: readonly ActionRun[], results: readonly ProbeResult[]): AcceptanceSheet['packages'] {
  const result = results.find(({ probeId }) => probeId === 'packages');
  const facts = result?.state === 'ok' ? (result.facts as PackagesFacts) : null;
  const verified = runs.filter(({ state }) => state === 'verified');
  const drifted = facts && new Map(packageDrift(verified, facts).map((one) => [one.package, one]));
  const chosen = new Map(
    verified.flatMap(({ plan }) => (plan.packages?.changes ?? []).map(({ name, after }) => [name, after] as const)),
  );
  return [...chosen].flatMap(([name, version]): AcceptanceSheet['packages'] => {
    if (!isWatchedPackage(name.split(':')[0] ?? '')) return [];
    const other = drifted?.get(name);
    if (drifted === null) return [{ name, chosen: version, now: null, outcome: 'unknown' }];
    return [{ name, chosen: version, now: other ? other.now : version, outcome: other ? 'not-met' : 'met' }];
  });
}

function listingOf(results: readonly ProbeResult[], output: SheetSources['output']): AcceptanceSheet['gpuListing'] {
  const result = results.find(({ probeId }) => probeId === 'gpu-list');
  const command = result?.commands.find(({ argv, state }) => argv[0] === 'nvidia-smi' && state === 'exited');
  const text = command ? output(command.evidenceId)?.trim() : undefined;
  if (!result || !command || !text) return null;
  return { text, observedAtMs: result.observedAtMs, evidenceId: command.evidenceId };
}
