import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Gpu } from '#shared/domain/facts/gpu';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { ManualWork } from '#shared/domain/manual/manual-work';
import type { Part } from '#shared/domain/parts/part';
import type { ProbeResult } from '#shared/domain/probe';
import { createAuditLog } from '../../audit/audit-log';
import { HostUnavailableError } from '../../hosts/host';
import { openStore } from '../../store/open-store';
import { gpuFacts, gpu as gpuOf } from '../testing/gpu-facts';
import { createManualWorks } from './create-manual-works';
import { createPhotoStore } from './photo-store';

const slot = '00000000:1b:00.0';
const gpu = (index: number, changed: Omit<Partial<Gpu>, 'uuid'> = {}) =>
  gpuOf({
    index,
    uuid: `GPU-${index}`,
    pciBusId: `00000000:${index}b:00.0`,
    state: 'present',
    serial: `165000000000${index}`,
    ...changed,
  });
const looks = (...gpus: Gpu[]): NodeFacts => ({ gpu: gpuFacts(gpus) });
const part = (index: number) =>
  ({ kind: 'gpu', slot: `00000000:${index}b:00.0`, identity: `165000000000${index}`, model: 'H100' }) as Part;
const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

let folder: string;
let store: ReturnType<typeof openStore>;
let facts: NodeFacts | null;
const told: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-photos-'));
  store = openStore(':memory:');
  facts = looks(gpu(0), gpu(1, { state: 'lost' }));
  told.length = 0;
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** An engine on the same store and folder: another one is what a restart leaves. */
function works(nowMs = () => 1) {
  const results = () =>
    Object.entries(facts ?? {}).map(([probeId, found]) => ({ probeId, state: 'ok', facts: found }) as ProbeResult);
  const made = createManualWorks({
    store,
    hosts: { spec: (id) => ({ kind: 'local', id, name: 'node', tags: [] }) },
    inventory: {
      async refresh() {
        if (facts === null) throw new HostUnavailableError('node', { code: 'connection-lost', detail: '' });
        return { ok: 1, total: 1, durationMs: 0, roundTrips: 1, nodeCpuMs: null };
      },
      facts: () => ({}),
      results,
    },
    history: {
      known: () => ({ parts: [part(0), part(1)], knownKinds: ['gpu'], sections: [] }),
      search: ({ text }) =>
        text === 'ELSEWHERE-1'
          ? [
              {
                id: 1,
                kind: 'gpu',
                model: 'H100',
                identities: [{ name: 'serial', value: 'ELSEWHERE-1' }],
                hostId: 'other',
                slot: 'x',
                isThere: true,
                nodesAtOnce: 1,
                hasNote: false,
              },
            ]
          : [],
    },
    photos: createPhotoStore(folder),
    audit: createAuditLog({ store, nowMs, actor: 'tester' }),
    nowMs,
    actor: 'tester',
  });
  made.onDidTell(({ state, verifications }) => told.push(`${state} ${verifications.at(-1)?.outcome ?? ''}`.trim()));
  return made;
}

async function started(procedureId = 'gpu-replace'): Promise<ManualWork> {
  const one = works();
  const plan = await one.plan({ procedureId, hostId: 'node', target: slot });
  return one.start({ planId: plan.id, fingerprint: plan.fingerprint });
}

/** Everything but asking the node. */
function fill({ id, procedure }: ManualWork, fitted = '1650000000009'): void {
  const one = works();
  for (const step of procedure.steps) one.setStep({ workId: id, stepId: step.id, state: 'done', note: '', by: 'Ada' });
  for (const { id: serialId, role } of procedure.serials) {
    one.setSerial({ workId: id, serialId, value: role === 'old' ? '1650000000001' : fitted, note: '' });
  }
  for (const { id: photo } of procedure.photos) one.addPhoto({ workId: id, slot: photo, name: 'a.jpg', bytes: jpeg });
}

it('is started once, from a plan that says how the node is', async () => {
  const one = works();
  const plan = await one.plan({ procedureId: 'gpu-replace', hostId: 'node', target: slot });
  expect(plan).toMatchObject({ isLive: true, isBlocked: false, target: { slot, identity: '1650000000001' } });
  expect(() => one.start({ planId: plan.id, fingerprint: 'other' })).toThrow('actions.planOtherFingerprint');
  one.start({ planId: plan.id, fingerprint: plan.fingerprint });
  expect(() => one.start({ planId: plan.id, fingerprint: plan.fingerprint })).toThrow('actions.planUsed');
  expect(one.list()).toHaveLength(1);
});

it('can be planned for a node that does not answer, and says so', async () => {
  facts = null;
  const plan = await works().plan({ procedureId: 'gpu-reseat', hostId: 'node', target: 'third from the left' });
  expect(plan).toMatchObject({ isLive: false, isBlocked: false, target: { identity: null } });
});

it('keeps every tick with its person over a restart, the first one where two tick at once', async () => {
  const { id } = await started();
  works().setStep({ workId: id, stepId: 'drain', state: 'done', note: '', by: 'Ada' });
  works().setStep({ workId: id, stepId: 'drain', state: 'done', note: '', by: 'Bob' });
  expect(() => works().setStep({ workId: id, stepId: 'esd', state: 'skipped', note: ' ' })).toThrow('reasonMissing');
  works().setStep({ workId: id, stepId: 'esd', state: 'skipped', note: 'grounded floor' });
  expect(works().get(id).steps).toMatchObject({
    drain: { state: 'done', by: 'Ada' },
    esd: { state: 'skipped', note: 'grounded floor', by: 'tester' },
  });
});

it('holds serial numbers against what is known of parts', async () => {
  const { id } = await started();
  const set = (serialId: string, value: string | null, note = '') =>
    works()
      .setSerial({ workId: id, serialId, value, note })
      .serials.find((serial) => serial.id === serialId)?.judgement;
  expect(set('removed', '1650000000001')).toBe('expected');
  expect(set('removed', '165 0000 000001')).toBe('expected');
  expect(set('removed', '1650000000000')).toBe('other-here');
  expect(set('removed', null, 'label is burnt')).toBe('unreadable');
  expect(set('fitted', 'ELSEWHERE-1')).toBe('elsewhere');
  expect(set('fitted', '1650000000009')).toBe('never-seen');
  expect(() => set('removed', '1650000000009')).toThrow('serialTwice');
  expect(() => set('removed', '<img src=x>')).toThrow('serialMalformed');
  expect(() => set('removed', null)).toThrow('reasonMissing');
});

it('keeps photos by what they are, not by what they are called, and tells of one that was changed', async () => {
  const { id } = await started();
  const add = (bytes: Uint8Array) => works().addPhoto({ workId: id, slot: null, name: 'a.jpg', bytes });
  expect(() => add(new TextEncoder().encode('<svg onload=alert(1)>'))).toThrow('photoUnknown');
  const [photo] = add(jpeg).photos;
  if (!photo) throw new Error('no photo');
  expect(photo).toMatchObject({ type: 'image/jpeg', sizeBytes: 7, by: 'tester' });
  expect(works().photo(id, photo.id).bytes).toEqual(jpeg);
  const [file = ''] = readdirSync(folder);
  writeFileSync(join(folder, file), 'other');
  expect(works().photo(id, photo.id).bytes).toBeNull();
});

it('is verified by the node alone: not before all is ticked, and not while it says otherwise', async () => {
  const work = await started();
  await expect(works().verify({ workId: work.id })).rejects.toThrow('manual.notReady');
  fill(work);
  const outcome = async () => (await works().verify({ workId: work.id })).verifications.at(-1)?.outcome;
  expect(await outcome()).toBe('fail');
  facts = null;
  expect(await outcome()).toBe('unknown');
  // All is well, but the part that was put in is not the one that is there.
  facts = looks(gpu(0), gpu(1));
  expect(await outcome()).toBe('fail');
  facts = looks(gpu(0), gpu(1, { serial: '1650000000009' }));
  expect(await outcome()).toBe('pass');
  expect(works().get(work.id)).toMatchObject({ state: 'verified', finishedAtMs: 1 });
  expect(() => works().setStep({ workId: work.id, stepId: 'esd', state: 'open', note: '' })).toThrow('manual.isOver');
  expect(told).toEqual(['open', 'open fail', 'open unknown', 'open fail', 'verified pass']);
});

it('is given up with a reason, and only once', async () => {
  const { id } = await started();
  expect(() => works().abort({ workId: id, reason: ' ' })).toThrow('reasonMissing');
  expect(works().abort({ workId: id, reason: 'no spare' })).toMatchObject({
    state: 'aborted',
    abortReason: 'no spare',
  });
  expect(() => works().abort({ workId: id, reason: 'again' })).toThrow('manual.isOver');
});
