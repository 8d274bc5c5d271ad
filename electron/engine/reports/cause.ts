import { type Finding, severities } from '#shared/domain/finding';
import type { Incident } from '#shared/domain/incident';

/** A finding of an incident, and the one that would explain it; null: nothing here does. */
export interface RankedFinding {
  readonly finding: Finding;
  readonly explainedBy: Finding | null;
}

/** Causes before their consequences, the worst first; the same finding of the same run once. Context is no cause. */
export function rankedFindings(incident: Incident): RankedFinding[] {
  const all = incident.entries.flatMap((entry) => (entry.kind === 'finding' ? [entry.finding] : []));
  const once = [...new Map(all.map((one) => [`${JSON.stringify(one.origin)} ${one.id}`, one])).values()];
  const ranked = once.map((finding) => ({ finding, explainedBy: explainerOf(finding, once) }));
  const rank = ({ finding, explainedBy }: RankedFinding): number =>
    severities.indexOf(finding.severity) * 2 + (explainedBy === null ? 1 : 0);
  return ranked.sort((a, b) => rank(b) - rank(a));
}

function explainerOf(finding: Finding, all: readonly Finding[]): Finding | null {
  const explains = (one: Finding): boolean =>
    one !== finding && one.hostId === finding.hostId && (one.explains ?? []).includes(finding.code);
  const found = all.find(explains) ?? null;
  // Two that would explain each other explain nothing.
  return found && (finding.explains ?? []).includes(found.code) ? null : found;
}

/** What the findings name as the cause: judged, more than context, and explained by no other. */
export function causesOf(ranked: readonly RankedFinding[]): Finding[] {
  return ranked.flatMap(({ finding, explainedBy }) =>
    explainedBy === null &&
    finding.severity !== 'info' &&
    (finding.state === 'degraded' || finding.state === 'unhealthy')
      ? [finding]
      : [],
  );
}
