import type { Incident, IncidentEntry } from '#shared/domain/incident';

export type EntryKind = IncidentEntry['kind'];

/** What can be picked to be shown alone; opening, closing and reopening always stay, as they frame the rest. */
export const entryGroups = [
  'alert',
  'finding',
  'diagnosis',
  'evidence',
  'action',
  'manual',
  'acceptance',
  'note',
  'file',
] as const;
export type EntryGroup = (typeof entryGroups)[number];

export interface TimelineDay {
  /** Local midnight, for the heading. */
  readonly atMs: number;
  readonly entries: readonly IncidentEntry[];
}

/** The entries of the chosen groups (all when none is chosen) in order of time, by day. */
export function timelineDays(incident: Incident, groups: ReadonlySet<EntryGroup>): TimelineDay[] {
  const days: { atMs: number; entries: IncidentEntry[] }[] = [];
  const shown = incident.entries
    .map((entry, index) => ({ entry, index }))
    .filter(({ entry }) => groups.size === 0 || isFrame(entry.kind) || groups.has(entry.kind as EntryGroup))
    // Same time: as they were added.
    .sort((a, b) => a.entry.atMs - b.entry.atMs || a.index - b.index);
  for (const { entry } of shown) {
    const midnight = new Date(entry.atMs).setHours(0, 0, 0, 0);
    const last = days.at(-1);
    if (last?.atMs === midnight) last.entries.push(entry);
    else days.push({ atMs: midnight, entries: [entry] });
  }
  return days;
}

/** How many entries each group has. */
export function groupCounts(incident: Incident): Record<EntryGroup, number> {
  const counts = Object.fromEntries(entryGroups.map((group) => [group, 0])) as Record<EntryGroup, number>;
  for (const { kind } of incident.entries) if (!isFrame(kind)) counts[kind as EntryGroup] += 1;
  return counts;
}

function isFrame(kind: EntryKind): boolean {
  return kind === 'opened' || kind === 'closed' || kind === 'reopened';
}
