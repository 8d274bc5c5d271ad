import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { usualSamplesKept } from '#shared/domain/telemetry/samples-kept';
import { openStore } from '../../store/open-store';
import type { Store } from '../../store/store';
import { SentRepository } from '../prometheus/server/sent-repository';
import { type GivenUp, GiveUp, type Retention, retentionOf } from './give-up';
import { SampleRepository } from './sample-repository';
import { telemetrySchema } from './telemetry-schema';
import type { Tier } from './tiers';

const hourMs = 3_600_000;
const startMs = 1_700_000_000_000;

let folder: string;
let store: Store;
let repository: SampleRepository;
let nowMs: number;
let steadyMs: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-give-up-'));
  store = openStore(join(folder, 'telemetry.db'), () => nowMs, telemetrySchema);
  repository = new SampleRepository(store);
  nowMs = startMs;
  steadyMs = 0;
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function pass(ms: number): void {
  nowMs += ms;
  steadyMs += ms;
}

/** A block that began so many hours ago and lasted one. */
function add(tier: Tier, hoursAgo: number, bytes = 100, trackId = 1): void {
  const startMs = nowMs - hoursAgo * hourMs;
  const data = new Uint8Array(bytes).map((_, index) => (index * 7919) % 251);
  repository.addBlock({ trackId, tier, startMs, endMs: startMs + hourMs - 1, samples: 1, data });
}

const ages = (tier: Tier, trackId = 1): number[] =>
  repository.blocks(trackId, tier, 0, nowMs).map((block) => Math.round((nowMs - block.startMs) / hourMs));

function createGiveUp(retention: Retention, told: GivenUp[] = []): GiveUp {
  return new GiveUp(
    store,
    repository,
    () => retention,
    () => nowMs,
    (givenUp) => told.push(givenUp),
    () => steadyMs,
  );
}

it('gives up what is older than its tier is kept for, and nothing else', () => {
  const giveUp = createGiveUp(retentionOf(usualSamplesKept));
  pass(hourMs);
  for (const hoursAgo of [1, 24, 26, 500]) add(0, hoursAgo);
  for (const hoursAgo of [26, 167, 170]) add(10_000, hoursAgo);
  for (const hoursAgo of [170, 395 * 24, 397 * 24]) add(60_000, hoursAgo);
  while (giveUp.step());
  expect([ages(0), ages(10_000), ages(60_000)]).toEqual([
    [24, 1],
    [167, 26],
    [395 * 24, 170],
  ]);
});

it('gives up the oldest samples as they came first when there is no room, then 10 s, then 1 min; tells it, and returns the room', () => {
  const told: GivenUp[] = [];
  for (let hours = 200; hours > 0; hours -= 1) for (const tier of [0, 10_000, 60_000] as const) add(tier, hours, 9000);
  const full = repository.size().fileBytes;
  const retention = { keepMs: retentionOf(usualSamplesKept).keepMs, budgetBytes: full * 0.9 };
  while (createGiveUp(retention, told).step());
  expect(repository.size().fileBytes).toBeLessThanOrEqual(full * 0.9);
  expect(ages(0).length).toBeLessThan(200);
  expect(ages(0).at(-1)).toBe(1);
  expect([ages(10_000).length, ages(60_000).length]).toEqual([200, 200]);
  expect(new Set(told.map(({ tier }) => tier))).toEqual(new Set([0]));

  while (createGiveUp({ ...retention, budgetBytes: full * 0.3 }, told).step());
  expect(repository.size().fileBytes).toBeLessThanOrEqual(full * 0.3);
  // What is not summed up yet stays.
  expect([ages(0), ages(10_000), ages(60_000).length > 0]).toEqual([[2, 1], [], true]);
  expect(told.map(({ tier }) => tier).slice(-1)).toEqual([60_000]);
});

it('does nothing by a clock that has jumped ahead until it has stood for an hour', () => {
  const giveUp = createGiveUp(retentionOf(usualSamplesKept));
  add(0, 1);
  pass(hourMs);
  expect(giveUp.step()).toBe(false);
  nowMs += 365 * 24 * hourMs;
  while (giveUp.step());
  nowMs -= 365 * 24 * hourMs;
  expect(ages(0)).toHaveLength(1);
  nowMs += 365 * 24 * hourMs;
  giveUp.step();
  pass(hourMs);
  giveUp.step();
  expect(ages(0)).toHaveLength(0);
});

it('gives up what a server has, and not a sample that it may lack: before, after, across its ends, refused, or imported', () => {
  const told: GivenUp[] = [];
  pass(hourMs);
  const track = { hostId: 'h1', subject: 'node', layout: ['node.load'] as const };
  const [own, imported] = [repository.addTrack({ ...track, run: 0 }), repository.addTrack({ ...track, run: -1 })];
  const [unsent, behind] = [repository.addTrack({ ...track, run: 1 }), repository.addTrack({ ...track, run: 2 })];
  expect(own).toBe(1);
  const usual = retentionOf(usualSamplesKept);
  const elsewhere = { fromMs: startMs - 10.5 * hourMs, toMs: startMs - 3 * hourMs };
  const giveUp = createGiveUp({ ...usual, elsewhere: null }, told);
  nowMs = startMs;
  const hours = [1, 2, 3, 4, 5, 9, 10, 11, 12];
  for (const tier of [0, 10_000, 60_000] as const) {
    for (const hoursAgo of hours) for (const id of [own, imported, unsent, behind]) add(tier, hoursAgo, 100, id);
  }
  const server = new SentRepository(store);
  server.start({ url: 'http://127.0.0.1:9090', sinceMs: elsewhere.fromMs });
  const refusedMs = startMs - 4.5 * hourMs;
  server.save(
    [
      { trackId: own, toMs: startMs },
      { trackId: behind, toMs: startMs - 8 * hourMs },
    ],
    [{ trackId: own, fromMs: refusedMs, toMs: refusedMs + 1000 }],
    0,
  );
  while (giveUp.step());
  expect(ages(0)).toEqual([...hours].reverse());
  const next = createGiveUp({ ...usual, elsewhere }, told);
  pass(hourMs);
  nowMs = startMs;
  while (next.step());
  for (const tier of [0, 10_000, 60_000] as const) {
    // What ends just where sending got to is given up; what began before sending, or is newer than the buffer, stays.
    expect(ages(tier)).toEqual([12, 11, 5, 3, 2, 1]);
    expect(ages(tier, behind)).toEqual([12, 11, 5, 4, 3, 2, 1]);
    for (const whole of [imported, unsent]) expect(ages(tier, whole)).toEqual([...hours].reverse());
  }
  expect(told).toEqual([]);
  // The number of a track goes to another one day: what the server has of it is forgotten with it.
  repository.deleteTrack(own);
  expect(server.positions()).toEqual(new Map([[behind, startMs - 8 * hourMs]]));
});
