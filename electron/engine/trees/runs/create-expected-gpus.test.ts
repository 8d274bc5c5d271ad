import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAuditLog } from '../../audit/audit-log';
import { createPartsHistory, type PartsHistory } from '../../inventory/parts-history';
import { dgxFacts, dgxGpuFacts } from '../../inventory/testing/simulated-facts';
import { openStore } from '../../store/open-store';
import type { Store } from '../../store/store';
import { createDiagnosis, type Diagnosis } from '../create-diagnosis';
import { FakeInventory, result } from '../testing/fake-inventory';
import { createExpectedGpus } from './create-expected-gpus';

const third = dgxGpuFacts().gpus[2];
let folder: string;
let store: Store;
let history: PartsHistory;
let diagnosis: Diagnosis;
let inventory: FakeInventory;
let expectedGpus: ReturnType<typeof createExpectedGpus>;
let nowMs: number;

beforeEach(() => {
  nowMs = 10_000;
  folder = mkdtempSync(join(tmpdir(), 'gantry-expected-'));
  store = openStore(join(folder, 'gantry.db'), () => nowMs);
  history = createPartsHistory({ store, audit: createAuditLog({ store, nowMs: () => nowMs, actor: 'alice' }) });
  expectedGpus = createExpectedGpus({ store, history, profiles: { assigned: () => null } });
  inventory = new FakeInventory();
  diagnosis = createDiagnosis({
    store,
    inventory,
    expectedGpus,
    nowMs: () => nowMs,
    treesFolder: () => null,
    probeInfo: [],
  });
});

afterEach(async () => {
  await diagnosis.close();
  store.close();
  rmSync(folder, { recursive: true });
});

/** A node on whose bus are seven of the eight, which all answer. */
async function diagnosed(isUnattended: boolean): Promise<string> {
  const gpus = dgxGpuFacts().gpus.filter((_, at) => at !== 2);
  const device = { kind: 'gpu', vendorId: '10de', deviceId: '2330', pciClass: '030200', name: null, driver: 'nvidia' };
  const devices = gpus.map(({ pciBusId }) => ({ ...device, pciBusId, numaNode: null, isBootDisplay: null }));
  inventory.work = async (give) => {
    const rows = gpus.map(({ index, name, uuid }) => ({ index, name, uuid, migDevices: [] }));
    give(result('gpu-devices', { devices }));
    give(result('gpu-list', { gpus: rows, lost: [] }));
    give(result('gpu-kernel-log', { lines: [] }));
  };
  const { id } = diagnosis.start({ treeId: 'gpu-missing', hostId: 'a', isUnattended });
  await diagnosis.settled();
  return id;
}
const codes = (runId: string) => diagnosis.get(runId).findings.map(({ code }) => code);
const told = () => {
  const found = expectedGpus('a');
  return found && [found.count, found.source];
};

it('a GPU that earlier looks found is missed, by name, until somebody says that there are fewer now', async () => {
  expect(told()).toBeNull();
  history.record('a', dgxFacts(), 1000);
  expect(told()).toEqual([8, 'inventory']);
  // Also after the look that no longer found it.
  history.record('a', dgxFacts(2, null), 2000);
  expect(told()).toEqual([8, 'inventory']);

  const alone = await diagnosed(true);
  expect(codes(alone)).toContain('F-D7');
  const texts = diagnosis.get(alone).findings.flatMap(({ advice }) => advice.map(({ en }) => en));
  expect(texts.join()).toContain(`${third?.pciBusId} ${third?.name}: serial ${third?.serial}`);

  const asked = await diagnosed(false);
  expect(diagnosis.get(asked).question?.stepId).toBe('how-many');
  const assumed = diagnosis.whatIf(asked, { kind: 'answers', stepId: 'how-many', answers: { count: 5 } });
  expect(assumed.isWhatIf).toBe(true);
  expect(told()).toEqual([8, 'inventory']);

  diagnosis.answer(asked, 'how-many', { count: 7 });
  expect(codes(asked)).not.toContain('F-D7');
  expect(told()).toEqual([7, 'answer']);
  expect(codes(await diagnosed(true))).not.toContain('F-D7');
});

it('a GPU that another node has since is not missed', () => {
  history.record('a', dgxFacts(), 1000);
  history.record('a', dgxFacts(2, null), 2000);
  const { gpu, os } = dgxFacts();
  if (!gpu) throw new Error('no GPUs');
  history.record('b', { os: os ?? ({} as never), gpu: { ...gpu, gpus: gpu.gpus.slice(2, 3) } }, 3000);
  expect(told()).toEqual([7, 'inventory']);
});
