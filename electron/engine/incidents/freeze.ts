import type { ActionRun } from '#shared/domain/action';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { IncidentEntry } from '#shared/domain/incident';
import type { ProbeResult } from '#shared/domain/probe';
import { freezeEvidence } from '../inventory/freeze-evidence';
import type { Inventory } from '../inventory/inventory';

/** An entry before it has its id and time. */
export type NewEntry = IncidentEntry extends infer Entry
  ? Entry extends IncidentEntry
    ? Omit<Entry, 'id' | 'atMs'>
    : never
  : never;

/** Probes whose answer a disruptive action changes: what was so before can't be read again afterwards. */
const volatileProbes = new Set([
  'gpu',
  'gpu-processes',
  'gpu-holders',
  'gpu-process-environment',
  'gpu-kernel-log',
  'processes',
  'memory',
]);

/**
 * Takes a diagnosis over with everything it stands on: the run, each finding, and each probe result with its raw
 * output. Findings of a "what if" walk are hypothetical; they stay inside the run.
 */
export function freezeDiagnosis(run: DiagnosisRun, results: readonly ProbeResult[], inventory: Inventory): NewEntry[] {
  const findings = run.isWhatIf ? [] : run.findings;
  return [
    { kind: 'diagnosis', run },
    ...findings.map((finding): NewEntry => ({ kind: 'finding', finding })),
    ...freezeResults([...results, ...systemOf(run, results, inventory)], inventory),
  ];
}

/** The system that the GPUs are in, as it was last read: a vendor asks for its serial number, and trees of GPUs have no need of it. */
function systemOf({ hostId }: DiagnosisRun, results: readonly ProbeResult[], inventory: Inventory): ProbeResult[] {
  if (!results.some(({ probeId }) => probeId === 'gpu') || results.some(({ probeId }) => probeId === 'machine'))
    return [];
  return inventory.results(hostId).filter(({ probeId, state }) => probeId === 'machine' && state === 'ok');
}

export function freezeResults(results: readonly ProbeResult[], inventory: Inventory): NewEntry[] {
  return results.map((result) => ({
    kind: 'evidence',
    result,
    evidence: result.commands.flatMap((command) => freezeEvidence(command.evidenceId, inventory) ?? []),
  }));
}

/** What a disruptive action is about to change; nothing for an action that can be undone. */
export function freezeBefore(run: ActionRun, inventory: Inventory): NewEntry[] {
  if (run.plan.risk !== 'disruptive' && run.plan.risk !== 'destructive') return [];
  const results = inventory.results(run.plan.hostId).filter((result) => volatileProbes.has(result.probeId));
  return freezeResults(results, inventory);
}

/** A run with the output of its checks and steps. */
export function freezeAction(run: ActionRun, inventory: Inventory): NewEntry {
  const ids = [...run.plan.checks.map((check) => check.evidenceId), ...run.steps.map((step) => step.evidenceId)];
  const evidence = [...new Set(ids)].flatMap((id) => (id ? (freezeEvidence(id, inventory) ?? []) : []));
  return { kind: 'action', run, evidence };
}
