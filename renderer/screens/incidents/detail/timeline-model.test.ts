import { describe, expect, it } from 'vitest';
import type { Incident, IncidentEntry } from '#shared/domain/incident';
import { groupCounts, timelineDays } from './timeline-model';

const noon = new Date(2025, 5, 1, 12).getTime();
const day = 86_400_000;
const entries: IncidentEntry[] = [
  { kind: 'opened', id: 'a', atMs: noon },
  { kind: 'note', id: 'c', atMs: noon + day, author: 'kim', text: 'still slow' },
  { kind: 'note', id: 'b', atMs: noon + 1000, author: 'kim', text: 'slow' },
  { kind: 'closed', id: 'd', atMs: noon + day, reason: 'fixed' },
];
const incident: Incident = {
  id: 'incident-1',
  number: 1,
  title: 'Slow',
  state: 'closed',
  severity: null,
  hostIds: [],
  openedAtMs: noon,
  updatedAtMs: noon + day,
  entryCount: entries.length,
  entries,
};
const ids = (...args: Parameters<typeof timelineDays>) =>
  timelineDays(...args).map((each) => each.entries.map(({ id }) => id));

describe('the timeline of an incident', () => {
  it('goes by time and by day, and keeps the order of what came at the same time', () => {
    expect(ids(incident, new Set())).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(timelineDays(incident, new Set()).map(({ atMs }) => atMs)).toEqual([
      new Date(2025, 5, 1).getTime(),
      new Date(2025, 5, 2).getTime(),
    ]);
  });

  it('always keeps the opening and closing around what was picked', () => {
    expect(ids(incident, new Set(['action'] as const))).toEqual([['a'], ['d']]);
    expect(ids(incident, new Set(['note'] as const))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('counts what can be picked', () => {
    expect(groupCounts(incident)).toEqual({
      alert: 0,
      finding: 0,
      diagnosis: 0,
      evidence: 0,
      action: 0,
      manual: 0,
      acceptance: 0,
      note: 2,
      file: 0,
    });
  });
});
