import { describe, expect, it } from 'vitest';
import type { Alert, Silence } from '#shared/domain/rules/alert';
import { alertsAt } from './alerts-at';

const alert: Alert = {
  id: 1,
  ruleId: 'gpu-hot',
  hostId: 'gpu01',
  subject: 'gpu GPU-1',
  state: 'resolved',
  severity: 'critical',
  title: { en: 'Hot' },
  message: { en: '90 °C' },
  labels: {},
  treeId: null,
  value: 90,
  sinceMs: 1000,
  firedMs: 2000,
  resolvedMs: 5000,
  isAbandoned: true,
  acknowledged: { who: 'ops', atMs: 3000, why: 'seen' },
};
const silence: Silence = {
  id: 1,
  ruleId: 'gpu-hot',
  hostId: null,
  subject: null,
  atMs: 1500,
  untilMs: 4000,
  who: 'ops',
  why: 'a test',
};
const at = (atMs: number, alerts: Alert[] = [alert]) => alertsAt({ alerts, silences: [silence] }, atMs);

describe('alerts of a time in the past', () => {
  it('are in the state that they were in then', () => {
    expect(at(999).open).toEqual([]);
    expect(at(1000).open).toMatchObject([{ state: 'pending', firedMs: null, resolvedMs: null, acknowledged: null }]);
    expect(at(2000).open).toMatchObject([{ state: 'firing', firedMs: 2000, resolvedMs: null, isAbandoned: false }]);
    expect(at(5000).open).toEqual([]);
  });

  it('are acknowledged and silenced once somebody had said so', () => {
    expect(at(2999).open[0]?.acknowledged).toBeNull();
    expect(at(3000).open[0]?.acknowledged).toEqual(alert.acknowledged);
    expect([at(1499), at(1500), at(4000)].map(({ silences }) => silences.length)).toEqual([0, 1, 0]);
  });

  it('that fire to this day fired then as well', () => {
    expect(at(9000, [{ ...alert, state: 'firing', resolvedMs: null }]).open).toMatchObject([{ state: 'firing' }]);
  });
});
