import { expect, it } from 'vitest';
import { fittingChanges } from './fitting-changes';
import type { ScanChange } from './scan-change';

const hourMs = 3_600_000;
const nowMs = 1000 * hourMs;
const ago = (hours: number) => nowMs - hours * hourMs;
const mismatch = { code: 'F-E1', state: 'unhealthy', sinceMs: null, observedAtMs: nowMs } as const;
const driver: ScanChange = {
  kind: 'packages',
  atMs: ago(26),
  count: 9,
  names: ['nvidia-driver-550 550.1 → 550.2', 'tzdata 1 → 2'],
};
const limits: ScanChange = { kind: 'file', atMs: ago(3), path: '/etc/security/limits.d/rdma.conf' };

it('names the packages that fit a finding, and how long before it was seen they were changed', () => {
  expect(fittingChanges(mismatch, [limits, driver], 0)).toEqual([
    { change: { ...driver, names: ['nvidia-driver-550 550.1 → 550.2'] }, beforeMs: 26 * hourMs, before: 'seen' },
  ]);
});

it('leaves out what was changed after it began, by the clock of this machine', () => {
  const begun = { ...mismatch, sinceMs: ago(30) };
  expect(fittingChanges(begun, [driver], 0)).toEqual([]);
  // The node's clock is eight hours behind: what it logs as 30 hours ago was 22 hours ago.
  expect(fittingChanges(begun, [driver], -8 * hourMs)).toMatchObject([{ beforeMs: 4 * hourMs, before: 'began' }]);
});

it('suspects nothing of another kind, for what could not be judged, or for what is well', () => {
  for (const code of ['F-C1', 'F-M2', 'F-G3', 'OWN-1']) {
    expect(fittingChanges({ ...mismatch, code }, [driver, limits], 0)).toEqual([]);
  }
  for (const state of ['unknown', 'healthy'] as const) {
    expect(fittingChanges({ ...mismatch, state }, [driver], 0)).toEqual([]);
  }
});

it('takes a boot for a suspect only after a crash, and a reboot that is due without a time', () => {
  const boot = { kind: 'boot', atMs: ago(2), kernel: null } as const;
  const supply = { ...mismatch, code: 'F-M2' };
  expect(fittingChanges(supply, [{ ...boot, isAfterShutdown: true }, boot], 0)).toEqual([]);
  expect(fittingChanges(supply, [{ ...boot, isAfterShutdown: false }], 0)).toHaveLength(1);
  const due: ScanChange = { kind: 'reboot-required', packages: ['linux-image-6.8', 'libssl3'] };
  expect(fittingChanges(mismatch, [due], 0)).toEqual([
    { change: { ...due, packages: ['linux-image-6.8'] }, beforeMs: null, before: 'seen' },
  ]);
});
