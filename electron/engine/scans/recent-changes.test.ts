import { expect, it } from 'vitest';
import type { PartsVersion } from '#shared/domain/parts/history';
import type { PartsChange } from '#shared/domain/parts/parts-changes';
import { result } from '../trees/testing/fake-inventory';
import { recentChanges } from './recent-changes';

const dayMs = 24 * 60 * 60_000;
const nowMs = 100 * dayMs;

function version(daysAgo: number, ...changes: PartsChange['change'][]): PartsVersion {
  const one: Omit<PartsChange, 'change'> = {
    kind: 'software',
    count: 1,
    model: 'driver',
    slots: [],
    attribute: null,
    before: null,
    after: null,
  };
  const firstSeenMs = nowMs - daysAgo * dayMs;
  return {
    number: 1,
    firstSeenMs,
    lastSeenMs: nowMs,
    carriedCount: 0,
    changes: changes.map((change) => ({ ...one, change })),
  };
}

it('lists what was changed in the last week, newest first, with the last start among it', () => {
  const results = [result('os', { uptimeSeconds: 3 * 24 * 3600 }, nowMs)];
  const changes = recentChanges(
    [version(1, 'changed', 'learned'), version(5, 'added'), version(8, 'removed')],
    results,
    nowMs,
  );
  expect(changes.map((one) => (one.kind === 'parts' ? one.change.change : one.kind))).toEqual([
    'changed',
    'boot',
    'added',
  ]);
  expect(changes[1]).toEqual({ kind: 'boot', atMs: nowMs - 3 * dayMs });
});

it('says that packages wait for a reboot, and nothing of what could not be read', () => {
  expect(
    recentChanges([], [result('pending-changes', { isRebootRequired: true, rebootPackages: ['linux-image'] })], nowMs),
  ).toEqual([{ kind: 'reboot-required', packages: ['linux-image'] }]);
  expect(recentChanges([], [{ ...result('os', null), state: 'failed' }], nowMs)).toEqual([]);
  expect(recentChanges([], [result('os', { uptimeSeconds: null }, nowMs)], nowMs)).toEqual([]);
  expect(recentChanges([], [result('os', { uptimeSeconds: 30 * 24 * 3600 }, nowMs)], nowMs)).toEqual([]);
});
