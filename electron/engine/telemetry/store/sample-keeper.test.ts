import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Frame } from '#shared/domain/telemetry/frame';
import { usualSamplesKept } from '#shared/domain/telemetry/samples-kept';
import type { Message } from '#shared/domain/text';
import { openStore } from '../../store/open-store';
import { fill, smallDisk } from '../../testing/small-disk';
import { retentionOf } from './give-up';
import { takeKeeperLock } from './keeper-lock';
import { SampleKeeper } from './sample-keeper';
import { telemetrySchema } from './telemetry-schema';

let folder: string;
let nowMs: number;
let keepers: SampleKeeper[];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] });
  folder = mkdtempSync(join(tmpdir(), 'gantry-keeper-'));
  nowMs = 1_700_000_000_000;
  keepers = [];
});
afterEach(() => {
  for (const keeper of keepers) keeper.close();
  rmSync(folder, { recursive: true, force: true });
  vi.useRealTimers();
});

function createKeeper(dataDir = folder, retention = retentionOf(usualSamplesKept)) {
  const notices: Message[] = [];
  const keeper = new SampleKeeper({
    openStore: () => openStore(join(dataDir, 'telemetry.db'), () => nowMs, telemetrySchema),
    takeLock: () => takeKeeperLock(join(dataDir, 'telemetry.keeper')),
    nowMs: () => nowMs,
    isKeeper: true,
    retention: () => retention,
    notify: (notice) => notices.push(notice),
  });
  keepers.push(keeper);
  return { keeper, notices };
}

function take(keeper: SampleKeeper, seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    nowMs += 1000;
    const frame: Frame = {
      subject: { kind: 'node', id: '' },
      layout: ['node.load'],
      atMs: nowMs,
      values: [Math.random()],
    };
    keeper.take('host', [frame]);
    vi.advanceTimersByTime(1000);
  }
}

const kept = (keeper: SampleKeeper): number =>
  keeper.read(({ samples }) => {
    const [track] = samples.subjectsOf('host').get('node') ?? [];
    return samples.repository.totals().samples + (track?.head.count ?? 0);
  });

const lostOf = (keeper: SampleKeeper): number[] =>
  keeper.read(({ events }) =>
    events
      .list({ hostIds: ['host'], fromMs: 0, toMs: nowMs })
      .flatMap(({ body }) => (body.kind === 'samples-lost' ? [body.samples] : [])),
  );

it('two on one folder: one keeps, the other says so, shows what is kept, and takes over when the first ends', () => {
  const first = createKeeper();
  const second = createKeeper();
  take(first.keeper, 5);
  take(second.keeper, 5);
  expect([first.notices, second.notices[0]]).toEqual([[], { key: 'engine.samplesKeptElsewhere' }]);
  expect([kept(first.keeper), kept(second.keeper)]).toEqual([5, 5]);
  first.keeper.close();
  take(second.keeper, 20);
  expect(kept(second.keeper)).toBeGreaterThan(14);
});

it('a damaged database is kept aside, which is said, and keeping goes on in a fresh one', () => {
  const before = createKeeper();
  take(before.keeper, 3);
  before.keeper.close();
  for (const suffix of ['-wal', '-shm']) rmSync(join(folder, `telemetry.db${suffix}`), { force: true });
  writeFileSync(join(folder, 'telemetry.db'), 'no database at all, but long enough to be looked at '.repeat(100));
  const { keeper, notices } = createKeeper();
  take(keeper, 4);
  expect(notices).toEqual([expect.objectContaining({ key: 'engine.samplesKeptAside' })]);
  expect(kept(keeper)).toBe(4);
  expect(readdirSync(folder).some((name) => name.startsWith('telemetry.db.damaged-'))).toBe(true);
});

it('a database of a newer Gantry is left alone, which is said, and what is seen live goes on', () => {
  const newer = openStore(join(folder, 'telemetry.db'), () => nowMs, telemetrySchema);
  newer.database.exec('PRAGMA user_version = 9999');
  newer.close();
  const { keeper, notices } = createKeeper();
  take(keeper, 3);
  expect(notices[0]).toMatchObject({ key: 'errors.storage.newerVersion' });
});

it('a database that another program holds locked is said, samples are held meanwhile, and all are saved when it lets go', () => {
  const { keeper, notices } = createKeeper();
  take(keeper, 10);
  const other = new Database(join(folder, 'telemetry.db'));
  other.exec('BEGIN IMMEDIATE');
  take(keeper, 200);
  expect(notices).toContainEqual(expect.objectContaining({ key: 'errors.storage.locked' }));
  const written = () => keeper.read(({ samples }) => samples.repository.totals().samples);
  expect([written(), kept(keeper)]).toEqual([0, 210]);
  other.exec('ROLLBACK');
  other.close();
  take(keeper, 5);
  expect([kept(keeper), lostOf(keeper)]).toEqual([215, []]);
  expect(written()).toBeGreaterThan(200);
});

it('what is given up for want of room is told as an event and a notice, once an hour', () => {
  const retention = { ...retentionOf(usualSamplesKept), budgetBytes: 400_000 };
  const { keeper, notices } = createKeeper(folder, retention);
  take(keeper, 1);
  const old = nowMs - 5 * 3_600_000;
  keeper.read(({ store, samples }) =>
    store.transactionSoon(() => {
      const data = Uint8Array.from({ length: 9000 }, (_, index) => (index * 7919) % 251);
      for (let index = 0; index < 200; index += 1) {
        const startMs = old + index * 1000;
        samples.repository.addBlock({ trackId: 1, tier: 0, startMs, endMs: startMs + 999, samples: 1, data });
      }
    }),
  );
  take(keeper, 60);
  const told = keeper.read(({ events }) => events.list({ hostIds: ['host'], fromMs: 0, toMs: nowMs }));
  const given = told.flatMap(({ body }) => (body.kind === 'samples-given-up' ? [body] : []));
  expect(given).toEqual([{ kind: 'samples-given-up', tierMs: 0, keptFromMs: expect.any(Number) }]);
  expect(notices.filter(({ key }) => key === 'engine.samplesGivenUp')).toHaveLength(1);
  const { usedBytes } = keeper.read(({ samples }) => samples.repository.size());
  expect(usedBytes).toBeLessThanOrEqual(400_000);
  expect(kept(keeper)).toBeGreaterThanOrEqual(61);
});

it('a full disk is said, samples are held meanwhile, and saved when there is room', ({ skip }) => {
  const dataDir = join(folder, 'small');
  const disk = smallDisk(dataDir);
  if (!disk) return skip('mounting a small file system needs root');
  try {
    const { keeper, notices } = createKeeper(dataDir);
    take(keeper, 10);
    fill(join(dataDir, 'ballast'));
    take(keeper, 400);
    expect(notices[0]).toMatchObject({ key: 'errors.storage.full' });
    expect(existsSync(join(dataDir, 'ballast'))).toBe(true);
    rmSync(join(dataDir, 'ballast'));
    take(keeper, 5);
    expect([kept(keeper), lostOf(keeper)]).toEqual([415, []]);
    fill(join(dataDir, 'ballast'));
    take(keeper, 700);
    rmSync(join(dataDir, 'ballast'));
    take(keeper, 5);
    const lost = lostOf(keeper).reduce((sum, samples) => sum + samples, 0);
    expect(lost).toBeGreaterThan(0);
    expect(kept(keeper) + lost).toBe(1120);
    keeper.close();
  } finally {
    disk.release();
  }
});
