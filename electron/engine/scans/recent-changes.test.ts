import { expect, it } from 'vitest';
import type { RecentChangesFacts } from '#shared/domain/facts/software';
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

it('joins what the node logged itself, by our clock: packages of one run together, a boot that both tell of once', () => {
  const at = (daysAgo: number, minutes = 0) => nowMs - daysAgo * dayMs + minutes * 60_000;
  const change = (atMs: number, name: string) => ({ atMs, change: 'upgrade' as const, name, from: '1', to: '2' });
  const told: RecentChangesFacts = {
    packages: [change(at(2, 1), 'zlib1g'), change(at(2), 'nvidia-driver-550'), change(at(9), 'old')],
    boots: [{ atMs: at(1), kernel: '5.15.0', isAfterShutdown: false }],
    files: [
      { path: '/etc/modprobe.d/nvidia.conf', modifiedAtMs: at(3), sizeBytes: 1 },
      { path: '/etc/fstab', modifiedAtMs: at(40), sizeBytes: 1 },
    ],
  };
  // The node's clock is five minutes ahead.
  const results = [
    result('os', { uptimeSeconds: 24 * 3600 + 300, clockOffsetMs: 300_000 }, nowMs),
    result('recent-changes', told, nowMs),
  ];
  expect(recentChanges([], results, nowMs)).toEqual([
    { kind: 'boot', atMs: at(1, -5), kernel: '5.15.0', isAfterShutdown: false },
    { kind: 'packages', atMs: at(2, -4), count: 2, names: ['nvidia-driver-550 1 → 2', 'zlib1g 1 → 2'] },
    { kind: 'file', atMs: at(3, -5), path: '/etc/modprobe.d/nvidia.conf' },
  ]);
  expect(
    recentChanges([], [result('recent-changes', { packages: null, boots: null, files: null }, nowMs)], nowMs),
  ).toEqual([]);
});
