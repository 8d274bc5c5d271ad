import { describe, expect, it } from 'vitest';
import type { Alert } from '#shared/domain/rules/alert';
import { type AlertFilter, filterAlerts, groupingOf, linesOf } from './alert-model';
import { alertOf } from './testing/alert-of';

const all: AlertFilter = { state: 'open', severity: 'info', search: '', isShown: () => true, ruleId: undefined };
const textOf = ({ ruleId, hostId, title, labels }: Alert): string =>
  `${ruleId} ${hostId} ${title.en} ${Object.values(labels).join(' ')}`;
const ids = (alerts: readonly Alert[]) => alerts.map(({ id }) => id);

const alerts = [
  alertOf(1, { severity: 'warn', hostId: 'gpu01', ruleId: 'gpu-warm' }),
  alertOf(2, { severity: 'fatal', hostId: 'gpu02', state: 'pending' }),
  alertOf(3, { severity: 'critical', hostId: 'gpu02', labels: { team: 'cooling' } }),
  alertOf(4, { severity: 'critical', hostId: 'gpu01', sinceMs: 9000 }),
];

describe('alerts on screen', () => {
  it('stand by urgency: what fires before what is pending, the worst first, then the newest', () => {
    expect(ids(filterAlerts(alerts, all, textOf))).toEqual([4, 3, 1, 2]);
  });

  it('are found by state, severity, host, rule and words', () => {
    const found = (part: Partial<AlertFilter>) => ids(filterAlerts(alerts, { ...all, ...part }, textOf));
    expect(found({ state: 'pending' })).toEqual([2]);
    expect(found({ severity: 'critical' })).toEqual([4, 3, 2]);
    expect(found({ isShown: (hostId) => hostId === 'gpu01' })).toEqual([4, 1]);
    expect(found({ ruleId: 'gpu-warm' })).toEqual([1]);
    expect(found({ search: 'COOLING gpu02' })).toEqual([3]);
  });

  it('are grouped when they are many, unless somebody chose otherwise', () => {
    expect([groupingOf('auto', 40), groupingOf('auto', 41), groupingOf('none', 999), groupingOf('host', 1)]).toEqual([
      null,
      'rule',
      null,
      'host',
    ]);
    const storm = Array.from({ length: 10_000 }, (_, id) => alertOf(id, { hostId: `gpu${id % 100}`, ruleId: 'storm' }));
    const silence = { id: 1, ruleId: null, hostId: 'gpu7', subject: null, untilMs: Number.MAX_SAFE_INTEGER };
    const lines = linesOf(storm, 'rule', new Set(), [{ ...silence, who: 'ada', atMs: 0, why: 'service' }]);
    expect(lines).toMatchObject([{ isClosed: true, group: { hosts: 100, unhandled: 9900 } }]);
    expect(linesOf(storm, 'rule', new Set(['storm']), [])).toHaveLength(10_001);
    expect(linesOf(alerts, 'host', new Set(), []).map(({ key }) => key)).toEqual([
      'group gpu01',
      '1',
      '4',
      'group gpu02',
      '2',
      '3',
    ]);
  });
});
