import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe';
import { ReadingPlan, type WantedReading } from './reading-plan';

function reading(probeId: string, observedAtMs: number, state: ProbeResult['state'] = 'ok'): ProbeResult {
  return { hostId: 'h', probeId, state, reason: null, facts: {}, observedAtMs, durationMs: 1, commands: [] };
}

/** The rounds it takes, each read at once. */
function roundsOf(firstReadings: ProbeResult[], wishes: WantedReading[]): string[] {
  const plan = new ReadingPlan(firstReadings);
  const rounds: string[] = [];
  for (let round = plan.next(wishes); round !== null && rounds.length < 20; round = plan.next(wishes)) {
    rounds.push(`${round.atMs}: ${[...round.probeIds].sort().join(' ')}`);
    for (const id of round.probeIds) plan.add(reading(id, round.atMs));
  }
  expect(wishes.every((wish) => plan.isMet(wish))).toBe(true);
  return rounds;
}

describe('what walks want read again', () => {
  const first = [reading('rdma', 0), reading('gpu', 0), reading('nfs', 0)];

  it('is one round where all want the same distance, and a probe is read once in it', () => {
    expect(
      roundsOf(first, [
        { probeIds: ['rdma'], times: 1, everyMs: 10_000 },
        { probeIds: ['rdma', 'gpu'], times: 1, everyMs: 10_000 },
      ]),
    ).toEqual(['10000: gpu rdma']);
  });

  it('waits for the walk that waits longest, as that costs no time', () => {
    expect(
      roundsOf(first, [
        { probeIds: ['rdma'], times: 1, everyMs: 10_000 },
        { probeIds: ['gpu'], times: 1, everyMs: 30_000 },
      ]),
    ).toEqual(['30000: gpu rdma']);
  });

  it('is united with the rounds of a walk that wants several', () => {
    expect(
      roundsOf(first, [
        { probeIds: ['rdma'], times: 3, everyMs: 10_000 },
        { probeIds: ['gpu'], times: 1, everyMs: 20_000 },
        { probeIds: ['nfs'], times: 1, everyMs: 5_000 },
      ]),
    ).toEqual(['10000: nfs rdma', '20000: gpu rdma', '30000: rdma']);
  });

  it('counts from when a probe was read first, so that time the others took is not waited again', () => {
    expect(
      roundsOf(
        [reading('rdma', 1000), reading('gpu', 4000)],
        [
          { probeIds: ['rdma'], times: 1, everyMs: 10_000 },
          { probeIds: ['gpu'], times: 1, everyMs: 5_000 },
        ],
      ),
    ).toEqual(['11000: gpu rdma']);
  });

  it('is met by what was read for another walk, only where it is far enough apart', () => {
    const plan = new ReadingPlan([reading('rdma', 0)]);
    plan.add(reading('rdma', 10_000));
    expect(plan.isMet({ probeIds: ['rdma'], times: 1, everyMs: 10_000 })).toBe(true);
    expect(plan.isMet({ probeIds: ['rdma'], times: 1, everyMs: 15_000 })).toBe(false);
    expect(plan.isMet({ probeIds: ['rdma'], times: 2, everyMs: 5_000 })).toBe(false);
    expect(plan.laterReadings(['rdma']).map(({ observedAtMs }) => observedAtMs)).toEqual([10_000]);
  });

  it('is not waited for where a probe gives no more', () => {
    const plan = new ReadingPlan(first);
    plan.giveUp(['rdma']);
    expect(plan.next([{ probeIds: ['rdma'], times: 5, everyMs: 10_000 }])).toBeNull();
  });
});
