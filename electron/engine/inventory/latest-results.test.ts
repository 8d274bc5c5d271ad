import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { InventoryRepository } from './inventory-repository';
import { LatestResults } from './latest-results';

const failed = (probeId: string, observedAtMs: number): ProbeResult => ({
  hostId: 'a',
  probeId,
  state: 'failed',
  reason: null,
  facts: null,
  observedAtMs,
  durationMs: 1,
  commands: [],
});

describe('LatestResults', () => {
  let folder: string;
  let here: Store;
  let elsewhere: Store;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-latest-'));
    here = openStore(join(folder, 'gantry.db'));
    elsewhere = openStore(join(folder, 'gantry.db'));
  });
  afterEach(() => {
    here.close();
    elsewhere.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads what another process saved, once what is on its way here has been saved as well', () => {
    let isPending = false;
    const latest = new LatestResults(new InventoryRepository(here), () => isPending);
    const save = (...results: ProbeResult[]) => new InventoryRepository(elsewhere).save(results, []);
    const seen = () => latest.states('a').map(({ probeId, observedAtMs }) => `${probeId} ${observedAtMs}`);
    save(failed('cpu', 1), failed('os', 1));
    expect(seen()).toEqual(['cpu 1', 'os 1']);
    isPending = true;
    latest.put(failed('cpu', 5));
    save(failed('os', 4));
    expect(seen()).toEqual(['cpu 5', 'os 1']);
    new InventoryRepository(here).save([failed('cpu', 5)], []);
    isPending = false;
    expect(seen()).toEqual(['cpu 5', 'os 4']);
  });
});
