import { chooseVersions } from '#shared/domain/compatibility/choose-versions';
import { readStack } from '#shared/domain/compatibility/stack';
import type { VersionChoice } from '#shared/domain/compatibility/version-choice';
import type { FactsOf, NodeFacts, ProbeId } from '#shared/domain/facts/index';
import type { AcceptanceOutcome, AcceptanceSheet } from '#shared/domain/playbook/acceptance';
import { platformOf } from '#shared/domain/playbook/platform';
import { platforms } from '#shared/domain/playbook/playbook';
import type { ProbeResult } from '#shared/domain/probe';
import type { LocalizedText } from '#shared/domain/text';
import { compatibilityCatalogue, gpuCatalogue } from '#shared/knowledge/catalogs/catalogues';
import { factEvidence } from '../fact-evidence';

type VersionLine = AcceptanceSheet['versions'][number];

const same = (text: string): LocalizedText => ({ en: text, 'zh-CN': text });

/** Actions whose step was to bring it: where it is not there then, that is not what was wanted. */
const broughtBy: Partial<Record<VersionLine['id'], readonly string[]>> = {
  driver: ['nvidia-driver'],
  cuda: ['cuda-toolkit'],
  docker: ['docker-ce', 'docker-distribution'],
  toolkit: ['container-toolkit-install'],
};

/** `replace` and `none`: what is there does not go with the rest. `install`: it is not there, which is for the steps to judge. */
const outcomes: Record<VersionChoice['state'], AcceptanceOutcome | null> = {
  adopt: 'met',
  replace: 'not-met',
  none: 'not-met',
  unknown: 'unknown',
  install: null,
};

/** What the node says it has, judged by the tables of what fits together. `actionIds`: of the steps that were done or found done. */
export function sheetVersions(
  results: readonly ProbeResult[],
  actionIds: ReadonlySet<string>,
  nowMs: number,
): VersionLine[] {
  const facts: NodeFacts = Object.fromEntries(
    results.flatMap((one) => (one.state === 'ok' ? [[one.probeId, one.facts]] : [])),
  );
  const knowledge = { catalogue: compatibilityCatalogue(), gpuModels: gpuCatalogue() };
  const month = new Date(nowMs).toISOString().slice(0, 7);
  const { choices } = chooseVersions(readStack(facts, { ...knowledge, month }));

  function read<Id extends ProbeId>(
    id: VersionLine['id'],
    probeId: Id,
    [path, pick]: readonly [path: string, pick: (facts: FactsOf<Id>) => string | null],
  ): VersionLine & { readonly value: string | null } {
    const result = results.find((one) => one.probeId === probeId);
    const value = result?.state === 'ok' ? pick(result.facts as FactsOf<Id>) : null;
    const isMissing = value === null && (broughtBy[id]?.some((actionId) => actionIds.has(actionId)) ?? false);
    // A program that is not there is told; all else that is not `ok` tells nothing.
    const isTold = result?.state === 'ok' || result?.state === 'missing-tool';
    return {
      id,
      value,
      measured: value === null ? null : same(value),
      outcome: isTold ? (isMissing ? 'not-met' : null) : 'unknown',
      expected: null,
      reason: null,
      source: null,
      observedAtMs: result?.observedAtMs ?? null,
      evidence: factEvidence(results, probeId, path),
    };
  }
  function judged({ value, ...line }: ReturnType<typeof read>, part: VersionChoice['part']): VersionLine {
    const choice = choices.find((one) => one.part === part);
    if (choice === undefined) return value === null ? line : { ...line, outcome: 'unknown' };
    const { wanted, isMinimum, reason, source, state } = choice;
    const expected = wanted === null ? null : same(isMinimum ? `≥ ${wanted}` : wanted);
    if (value === null) return line.outcome === 'not-met' ? { ...line, expected, reason, source } : line;
    return { ...line, outcome: outcomes[state] ?? 'unknown', expected, reason, source };
  }
  const { value: _, ...kernel } = read('kernel', 'os', ['kernelRelease', ({ kernelRelease }) => kernelRelease]);
  const { value: name, ...system } = read('system', 'os', ['prettyName', ({ prettyName }) => prettyName]);
  const isKnown = facts.os !== undefined && platformOf(facts.os) !== null;
  return [
    name === null ? system : { ...system, expected: same(platforms.join(', ')), outcome: isKnown ? 'met' : 'not-met' },
    kernel,
    judged(read('driver', 'gpu-driver', ['kernelModuleVersion', (driver) => driver.kernelModuleVersion]), 'driver'),
    judged(
      read('cuda', 'cuda', ['toolkits', ({ nvccVersion, toolkits }) => nvccVersion ?? toolkits[0]?.version ?? null]),
      'cuda-toolkit',
    ),
    judged(read('docker', 'docker', ['serverVersion', ({ serverVersion }) => serverVersion]), 'docker'),
    judged(read('toolkit', 'nvidia-container-toolkit', ['version', ({ version }) => version]), 'container-toolkit'),
  ];
}
