import { describe, expect, it } from 'vitest';
import type { GpuFacts } from './facts/gpu';
import type { BmcSensorsFacts, UpsFacts } from './facts/power';
import { heldGpus, powerFeed, upsPlights } from './node-power';

const supply = (name: string, more: object = {}) => ({ name, state: 'ok', detail: null, capacityW: null, ...more });
const sensors = (more: object) =>
  ({ presence: 'present', powerSupplies: [], redundancy: null, log: null, ...more }) as unknown as BmcSensorsFacts;

describe('what feeds a node', () => {
  it('leaves empty bays out, and takes the rating from Redfish', () => {
    const feed = powerFeed({
      bmc: null,
      sensors: sensors({ powerSupplies: [supply('PS1'), supply('PS2'), supply('PS3', { state: 'absent' })] }),
      redfish: { access: 'read', powerSupplies: [supply('PSU 1', { capacityW: 3000 })], power: [] } as never,
    });
    expect(feed).toMatchObject({ source: 'ipmi', budgetW: 2700, drawW: null, isRedundancyLost: null });
    expect(feed.supplies).toHaveLength(2);
  });

  it('tells no BMC from one that tells nothing', () => {
    expect(powerFeed({ bmc: null, sensors: sensors({ presence: 'none' }), redfish: null }).source).toBe('none');
    expect(powerFeed({ bmc: null, sensors: sensors({ presence: 'no-driver' }), redfish: null }).source).toBe('untold');
    expect(powerFeed({ bmc: null, sensors: null, redfish: null }).source).toBe('untold');
  });

  it.each([
    ['Fully Redundant', false],
    ['Redundancy Lost', true],
    ['Non-Redundant: Sufficient Resources from Redundant', true],
  ])('reads redundancy: %s', (redundancy, isLost) => {
    expect(powerFeed({ bmc: null, sensors: sensors({ redundancy }), redfish: null }).isRedundancyLost).toBe(isLost);
  });

  it('dates the trouble by the oldest entry of the log that was not taken back, in the clock of the node', () => {
    const entry = (atMs: number, event: string, isAsserted: boolean) => ({
      atMs,
      sensor: 'Power Supply 2',
      event,
      isAsserted,
    });
    const log = {
      clockOffsetSeconds: 60,
      entries: [
        entry(900_000, 'Power Supply AC lost', true),
        entry(500_000, 'Failure detected', false),
        entry(400_000, 'Failure detected', true),
        entry(100_000, 'Presence detected', true),
      ],
    };
    expect(powerFeed({ bmc: null, sensors: sensors({ log }), redfish: null }).sinceMs).toBe(840_000);
  });
});

describe('what a UPS is in', () => {
  const plight = (states: string[], more: object = {}) =>
    upsPlights({ source: 'nut', devices: [{ name: 'u', states, ...more }] } as unknown as UpsFacts)[0]?.plight;

  it.each([
    ['none', ['online', 'charging']],
    ['on-battery', ['on-battery', 'discharging']],
    ['ending', ['on-battery', 'low-battery']],
    ['ending', ['online', 'forced-shutdown']],
    ['self-test', ['on-battery', 'calibrating', 'low-battery']],
    ['needs-service', ['online', 'overloaded']],
    ['unread', []],
    ['needs-service', ['off']],
    ['needs-service', ['online', 'alarm']],
  ])('is %s for %j', (expected, states) => {
    expect(plight(states)).toBe(expected);
  });

  it('ends when minutes are left, whatever its tokens say', () => {
    expect(plight(['on-battery'], { runtimeSeconds: 299 })).toBe('ending');
    expect(plight(['online'], { runtimeSeconds: 299 })).toBe('none');
  });
});

describe('GPUs that are held', () => {
  const gpu = (us: number | null, power: object = {}) =>
    ({
      gpus: [{ index: 0, uuid: 'a', clockEventReasons: null, clockEventCounters: { hardwarePowerBrakeUs: us }, power }],
    }) as unknown as GpuFacts;
  const at = (...facts: GpuFacts[]) => facts.map((one, index) => ({ observedAtMs: index, facts: one }));

  it('are braked by what the counter grew, and not known from one reading or after a reset', () => {
    expect(heldGpus(gpu(1), at(gpu(1), gpu(4)))[0]).toMatchObject({ brakedUs: 3, isBraked: null });
    expect(heldGpus(gpu(1), at(gpu(1)))[0]?.brakedUs).toBeNull();
    expect(heldGpus(gpu(4), at(gpu(4), gpu(1)))[0]?.brakedUs).toBeNull();
    expect(heldGpus(gpu(null), at(gpu(null), gpu(1)))[0]?.brakedUs).toBeNull();
  });

  it.each([
    ['none', { limitW: 699.6, requestedLimitW: 700, defaultLimitW: 700 }],
    ['requested', { limitW: 500, requestedLimitW: 500, defaultLimitW: 700 }],
    ['outside', { limitW: 500, requestedLimitW: 700, defaultLimitW: 700 }],
    [null, { limitW: 500, defaultLimitW: null }],
  ])('have the cap %s', (cap, power) => {
    expect(heldGpus(gpu(0, power), [])[0]?.cap).toBe(cap);
  });
});
