import { describe, expect, it } from 'vitest';
import type { IncidentSummary } from '#shared/domain/incident';
import { mergeIncidents } from '../use-incidents';
import { filterIncidents } from './incident-filter';

function incident(number: number, overrides: Partial<IncidentSummary> = {}): IncidentSummary {
  return {
    id: `incident-${number}`,
    number,
    title: 'Memory held by an orphan',
    state: 'open',
    severity: 'warn',
    hostIds: ['host-1'],
    openedAtMs: 1,
    updatedAtMs: 1,
    entryCount: 1,
    ...overrides,
  };
}

const list = [incident(12), incident(11, { state: 'closed', title: 'GPU lost', hostIds: ['host-2'] }), incident(3)];
const hostName = (hostId: string) => (hostId === 'host-2' ? 'node-b' : 'node-a');
const numbers = (...args: Parameters<typeof filterIncidents>) => filterIncidents(...args).map(({ number }) => number);

describe('finding an incident', () => {
  it('goes by state', () => {
    expect(numbers(list, 'open', '', hostName)).toEqual([12, 3]);
    expect(numbers(list, 'closed', '', hostName)).toEqual([11]);
    expect(numbers(list, 'all', '', hostName)).toEqual([12, 11, 3]);
  });

  it('goes by number, title and node, all words together', () => {
    expect(numbers(list, 'all', 'INC-12', hostName)).toEqual([12]);
    expect(numbers(list, 'all', 'lost NODE-B', hostName)).toEqual([11]);
    expect(numbers(list, 'all', 'lost node-a', hostName)).toEqual([]);
  });
});

describe('a change that arrives', () => {
  it('replaces the incident it is about and brings in a new one by number', () => {
    const merged = mergeIncidents(list, [incident(3, { state: 'closed' }), incident(13)]);
    expect(merged.map(({ number, state }) => [number, state])).toEqual([
      [13, 'open'],
      [12, 'open'],
      [11, 'closed'],
      [3, 'closed'],
    ]);
  });
});
