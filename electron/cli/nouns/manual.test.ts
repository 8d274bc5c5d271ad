import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { type ManualWork, manualWorkSchema, maxPhotoBytes } from '#shared/domain/manual/manual-work';
import { localize } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import { runLine } from '../testing/run-line';
import { registerManual } from './manual';

const words = { en: 'Words' };
const step = (id: string) => ({ id, phase: 'work', title: words, detail: null, caution: null });
const work: ManualWork = manualWorkSchema.parse({
  id: 'work-1',
  hostId: 'h1',
  procedure: {
    ...{ id: 'gpu-reseat', register: [], title: words, description: words, power: 'off', persons: 1, part: 'gpu' },
    ...{ tools: [], steps: [step('drain'), step('esd')], verification: words, sources: [] },
    photos: [{ id: 'contacts', label: words, isRequired: true }],
    serials: [{ id: 'removed', label: words, role: 'old', isRequired: true }],
  },
  ...{ target: null, incidentId: null, state: 'open', startedAtMs: 0, startedBy: 'Ada', finishedAtMs: null },
  ...{ checks: [], steps: {}, serials: [], photos: [], verifications: [], abortReason: null },
});

let folder: string;
let asked: unknown[];
let printed: string[];
let exitCode: number;
let outcome: 'pass' | 'fail' | 'unknown';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-manual-'));
  [asked, printed, exitCode, outcome] = [[], [], 0, 'pass'];
});
afterEach(() => rmSync(folder, { recursive: true }));

async function gantry(...line: string[]): Promise<void> {
  const ask = (answer: (input: never) => ManualWork) => async (input: never) => {
    asked.push(input);
    return answer(input);
  };
  const client = {
    hosts: { names: async () => ({ h1: 'dgx01' }) },
    manual: {
      list: async () => [work, { ...work, id: 'work-20' }],
      setStep: ask(({ stepId }: { stepId: string }) => ({
        ...work,
        steps: { [stepId]: { state: 'done', note: '', atMs: 1, by: 'Ada' } },
      })),
      setSerial: ask(() => ({
        ...work,
        serials: [{ id: 'removed', value: 'S1', note: '', judgement: 'other-here', atMs: 1, by: 'Ada' }],
      })),
      addPhoto: ask(() => work),
      verify: ask(() => ({
        ...work,
        verifications: [{ outcome, detail: { en: 'GPU 3 is lost.' }, atMs: 1, by: 'Ada' }],
      })),
    },
  } as unknown as EngineClient;
  const context = {
    client: async () => client,
    say: translatorOf('en'),
    text: (text: { en: string }) => localize(text, 'en'),
    print: (text: string) => printed.push(text),
    setExitCode: (code: number) => {
      exitCode = code;
    },
  };
  await runLine([registerManual], context, ['manual', ...line]);
}

it('ticks steps by whoever did them, and none of them where one is not known', async () => {
  await expect(gantry('tick', 'work-1', 'drain', 'easd')).rejects.toThrow('easd');
  expect(asked).toEqual([]);
  await gantry('tick', 'work-1', 'drain', 'esd', '--by', 'Ada');
  expect(asked).toEqual(
    ['drain', 'esd'].map((stepId) => ({ workId: 'work-1', stepId, state: 'done', note: '', by: 'Ada' })),
  );
  expect(printed.at(-1)).toBe('Still open: drain, removed, contacts.');
});

it('finds work by how its id begins, unless several begin so', async () => {
  await expect(gantry('show', 'work')).rejects.toThrow('several begin so');
  await gantry('tick', 'work-2', 'drain');
  expect(asked).toMatchObject([{ workId: 'work-20' }]);
});

it('takes a serial number or a reason, and says what is known of the part', async () => {
  await expect(gantry('serial', 'work-1', 'removed')).rejects.toThrow('--unreadable');
  await expect(gantry('serial', 'work-1', 'removed', 'S1', '--unreadable', 'burnt')).rejects.toThrow('--unreadable');
  await gantry('serial', 'work-1', 'removed', 'S1');
  expect(printed[0]).toBe('Another part of this node: is it the right one?');
  await gantry('serial', 'work-1', 'removed', '--unreadable', 'burnt');
  expect(asked).toMatchObject([
    { value: 'S1', note: '' },
    { value: null, note: 'burnt' },
  ]);
});

it('sends no photo that is too big', async () => {
  const [small, big] = [join(folder, 'small.png'), join(folder, 'big.png')];
  writeFileSync(small, 'x');
  writeFileSync(big, new Uint8Array(maxPhotoBytes + 1));
  await expect(gantry('photo', 'work-1', big)).rejects.toThrow('12 MB');
  await gantry('photo', 'work-1', small, '--for', 'contacts');
  expect(asked).toMatchObject([{ slot: 'contacts', name: 'small.png' }]);
});

it.each([
  ['pass', 0],
  ['fail', 1],
  ['unknown', 3],
] as const)('ends a verification that says %s with %i', async (said, code) => {
  outcome = said;
  await gantry('verify', 'work-1');
  expect(exitCode).toBe(code);
  expect(printed[0]).toContain('GPU 3 is lost.');
});
