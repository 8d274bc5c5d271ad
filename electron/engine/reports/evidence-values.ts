import type { EvidenceRef } from '#shared/domain/finding';
import type { Incident } from '#shared/domain/incident';
import type { ProbeResult } from '#shared/domain/probe';

const maxValueLength = 300;

/** What a finding's reference points at: the value as it was, and the command that gave it. Null: not kept. */
export function evidenceValue(
  reference: EvidenceRef,
  incident: Incident,
  hostId: string,
): { value: string | null; argv: readonly string[] | null } {
  const results = incident.entries.flatMap((entry) =>
    entry.kind === 'evidence' && entry.result.hostId === hostId && entry.result.probeId === reference.probeId
      ? [entry.result]
      : [],
  );
  // The result that holds the very output; a later one of the same probe would tell another story.
  const result =
    results.find((one) => one.commands.some((command) => command.evidenceId === reference.evidenceId)) ?? results[0];
  if (!result) return { value: null, argv: null };
  const command = result.commands.find((one) => one.evidenceId === reference.evidenceId) ?? result.commands[0];
  return { value: factAt(result, reference.factPath), argv: command?.argv ?? null };
}

function factAt(result: ProbeResult, path: string | null): string | null {
  if (path === null) return null;
  let value: unknown = result.facts;
  for (const segment of path.split('.')) {
    if (typeof value !== 'object' || value === null) return null;
    value = (value as Record<string, unknown>)[segment];
  }
  if (value === undefined) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength)}…` : text;
}
