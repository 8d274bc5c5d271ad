import { describe, expect, it } from 'vitest';
import type { BmcSensorsFacts } from './facts/power';
import { gpuLossSigns } from './gpu-loss';
import type { GpuPresence } from './gpu-presence';

const at = Date.UTC(2026, 0, 15, 11);
const lost = (...times: (number | null)[]): GpuPresence =>
  ({ lost: times.map((firstAtMs, index) => ({ pciBusId: `00000000:0${index}:00.0`, firstAtMs })) }) as GpuPresence;
const bmc = (atMs: number | null, clockOffsetSeconds: number | null, more: object = {}): BmcSensorsFacts =>
  ({
    log: {
      entries: [
        { atMs, time: null, sensor: 'PSU1', event: 'AC lost', isAsserted: true, severity: 'critical', ...more },
      ],
      clockOffsetSeconds,
    },
  }) as unknown as BmcSensorsFacts;

describe('gpuLossSigns', () => {
  it.each([
    [[at], false],
    [[at, at + 59_000], true],
    [[at, at + 61_000], false],
    [[at, null], null],
  ])('of losses at %j: together %j', (times, isTogether) => {
    expect(gpuLossSigns(lost(...times), null, null, null).isTogether).toBe(isTogether);
  });

  it('reads the event log by the node clock, whatever the BMC thinks of the time', () => {
    const hour = 3_600_000;
    expect(gpuLossSigns(lost(at), bmc(at + hour, 3600), null, null).powerEvents).toEqual(['PSU1 AC lost']);
    expect(gpuLossSigns(lost(at), bmc(at + hour, 0), null, null).powerEvents).toEqual([]);
  });

  it('leaves out what ended, what is only information and what has no time', () => {
    expect(gpuLossSigns(lost(at), bmc(at, 0, { isAsserted: false }), null, null).powerEvents).toEqual([]);
    expect(gpuLossSigns(lost(at), bmc(at, 0, { severity: 'info' }), null, null).powerEvents).toEqual([]);
    expect(gpuLossSigns(lost(at), bmc(null, 0), null, null).powerEvents).toEqual([]);
  });

  it('can tell no events without a log, nor without any time to look around', () => {
    expect(gpuLossSigns(lost(at), null, null, null)).toMatchObject({ powerEvents: null, linkErrors: null });
    expect(gpuLossSigns(lost(null), bmc(at, 0), null, null).powerEvents).toBeNull();
  });
});
