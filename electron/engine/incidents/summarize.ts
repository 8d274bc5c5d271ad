import { type Severity, severities } from '#shared/domain/finding';
import type { IncidentEntry, IncidentSummary } from '#shared/domain/incident';
import type { IncidentRow } from './incident-repository';

/** What a list shows of an incident, from its entries. */
export function summarize(row: IncidentRow, entries: readonly IncidentEntry[]): IncidentSummary {
  const { id, number, title, state, openedAtMs, updatedAtMs } = row;
  return {
    id,
    number,
    title,
    state,
    severity: worstSeverity(entries),
    hostIds: [...new Set(entries.flatMap(hostIdsOf))],
    openedAtMs,
    updatedAtMs,
    entryCount: entries.length,
  };
}

function worstSeverity(entries: readonly IncidentEntry[]): Severity | null {
  const found = entries.flatMap((entry) =>
    entry.kind === 'finding'
      ? [severities.indexOf(entry.finding.severity)]
      : entry.kind === 'alert'
        ? [severities.indexOf(entry.severity)]
        : [],
  );
  return found.length === 0 ? null : (severities[Math.max(...found)] ?? null);
}

function hostIdsOf(entry: IncidentEntry): readonly string[] {
  switch (entry.kind) {
    case 'opened':
      return entry.hostId ? [entry.hostId] : [];
    case 'finding':
      return [entry.finding.hostId];
    case 'diagnosis':
      return [entry.run.hostId];
    case 'evidence':
      return [entry.result.hostId];
    case 'action':
      return [entry.run.plan.hostId];
    case 'manual':
      return [entry.work.hostId];
    case 'acceptance':
      return [entry.sheet.hostId];
    case 'file':
      return [entry.hostId];
    case 'alert':
      return entry.hostIds;
    case 'note':
    case 'closed':
    case 'reopened':
      return [];
  }
}
