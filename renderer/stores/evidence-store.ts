import { create } from 'zustand';
import type { ProbeResult } from '#shared/domain/probe';

interface EvidenceState {
  /** What the drawer offers, in order, each with its command; empty when it is closed or there is one only. */
  choices: ReadonlyArray<{ evidenceId: string; command: string }>;
  selectedId: string | null;
  /** The value that was clicked, e.g. `gpus.0.memory.usedBytes`. */
  factPath: string | null;
}

export const useEvidenceDrawer = create<EvidenceState>(() => ({ choices: [], selectedId: null, factPath: null }));

/** Opens the drawer on one command's raw output. */
export function openEvidence(evidenceId: string, factPath: string | null = null): void {
  useEvidenceDrawer.setState({ choices: [], selectedId: evidenceId, factPath });
}

/** Opens the drawer on all commands of a probe's result, starting at the one that gave the fact. */
export function openProbeEvidence(result: ProbeResult, commandId: string | null, factPath: string | null = null): void {
  const chosen = result.commands.find((command) => command.commandId === commandId) ?? result.commands[0];
  if (!chosen) return;
  const choices = result.commands.map(({ evidenceId, argv }) => ({ evidenceId, command: argv.join(' ') }));
  useEvidenceDrawer.setState({ choices, selectedId: chosen.evidenceId, factPath });
}

export function selectEvidence(evidenceId: string): void {
  useEvidenceDrawer.setState({ selectedId: evidenceId });
}

export function closeEvidence(): void {
  useEvidenceDrawer.setState({ choices: [], selectedId: null, factPath: null });
}
