import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { RunSource } from '#shared/contract/runs';
import { localize } from '#shared/domain/text';
import type { RunComparison } from '#shared/domain/transcript/run-comparison';
import type { Replay, ReplayedWalk } from '#shared/domain/transcript/transcript';
import { translatorOf } from '#shared/i18n/translator';
import { exitCodes } from '../exit-codes';
import { runLine } from '../testing/run-line';
import { registerRun } from './run';

const head = (id: string) => ({
  ...{ id, treeId: 'vram-shortage', hostId: 'h1', state: 'concluded' as const, startedAtMs: 0, updatedAtMs: 1 },
  ...{ isWhatIf: false, hostName: 'gpu-07', madeWith: null },
});
const walk = (isSame: boolean): ReplayedWalk => ({
  kind: 'walked',
  comparison: { isSame, steps: [], partedAt: null, findings: [] },
});

let folder: string;
let asked: unknown[];
let printed: string[];
let exitCode: number;
let replayed: Pick<Replay, 'recorded' | 'today'>;
let compared: RunComparison;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-run-'));
  [asked, printed, exitCode] = [[], [], 0];
  replayed = { recorded: walk(true), today: walk(true) };
  compared = {
    ...{ before: head('r1'), after: head('r2'), isSameNode: true, isTreeChanged: false },
    walk: { isSame: true, steps: [], partedAt: null, findings: [] },
    node: { from: 'versions', changes: [], unread: [] },
    ...{ logged: null, facts: { probes: [], unread: [] }, counters: [] },
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

async function gantry(...line: string[]): Promise<void> {
  const client = {
    hosts: { names: async () => ({ h1: 'gpu-07' }) },
    diagnosis: { list: async () => [{ id: 'r1', treeId: 'vram-shortage', findings: [] }] },
    runs: {
      replay: async (source: RunSource): Promise<Replay> => {
        asked.push(source);
        const trees = [{ id: 'vram-shortage', recorded: 'a', today: 'b', state: 'changed' as const }];
        return { run: head('r1'), trees, readings: { read: 3, notKept: 0, different: [] }, ...replayed };
      },
      compare: async (sources: unknown) => {
        asked.push(sources);
        return compared;
      },
    },
  } as unknown as EngineClient;
  const context = {
    client: async () => client,
    say: translatorOf('en'),
    text: (text: { en: string }) => localize(text, 'en'),
    print: (text: string) => printed.push(text),
    table: (_head: unknown, rows: string[][]) => printed.push(...rows.map((row) => row.join(' '))),
    setExitCode: (code: number) => {
      exitCode = code;
    },
  };
  await runLine([registerRun], context, ['run', ...line]);
}

it('takes a file where there is one, else the id of a run, and says so where a path leads nowhere', async () => {
  const file = join(folder, 'oom.json.gz');
  writeFileSync(file, 'bytes');
  await gantry('replay', file);
  await gantry('replay', 'r1');
  expect(asked).toEqual([{ transcript: new Uint8Array(Buffer.from('bytes')) }, { runId: 'r1' }]);
  await expect(gantry('replay', join(folder, 'gone.json.gz'))).rejects.toThrow('gone.json.gz');
  // A folder is there, and is no file.
  await expect(gantry('replay', folder)).rejects.toMatchObject({ name: 'FileError' });
});

it.each<[string, Partial<typeof replayed>, number]>([
  ['the same', {}, 0],
  ['something else with the tree of today', { today: walk(false) }, 1],
  ['something else out of what was recorded', { recorded: walk(false) }, 1],
  [
    'nothing, for a tree that is not compiled',
    { today: { kind: 'not-compiled', problem: 'x.yaml:3: no' } },
    exitCodes.couldNotJudge,
  ],
])('ends by what a replay comes to: %s', async (_, part, code) => {
  replayed = { ...replayed, ...part };
  await gantry('replay', 'r1');
  expect(exitCode).toBe(code);
  expect(printed.join('\n')).toContain('vram-shortage');
});

it('compares two runs: what is other, and counters; what moves by itself only when asked for', async () => {
  await gantry('compare', 'r1', 'r2');
  expect(asked).toEqual([{ one: { runId: 'r1' }, other: { runId: 'r2' } }]);
  expect(exitCode).toBe(0);
  compared = {
    ...compared,
    isTreeChanged: true,
    walk: { ...compared.walk, isSame: false },
    facts: {
      probes: [
        {
          probeId: 'gpu',
          settings: [{ path: 'gpus[0].powerLimitW', before: '700', after: '420' }],
          settingsCount: 3,
          moved: [{ path: 'gpus[0].temperature.gpuC', before: '41', after: '42' }],
          movedCount: 1,
        },
      ],
      unread: ['numa'],
    },
    counters: [{ kind: 'gpu', slot: '00000000:18:00.0', name: 'eccUncorrected', before: 0, after: 2 }],
  };
  printed = [];
  await gantry('compare', 'r1', 'r2');
  expect(exitCode).toBe(1);
  const told = printed.join('\n');
  expect(told).toContain('gpus[0].powerLimitW: 700 → 420');
  expect(told).toContain('00000000:18:00.0');
  expect(told).toContain('numa');
  expect(told).not.toContain('temperature.gpuC');
  await gantry('compare', 'r1', 'r2', '--all');
  expect(printed.join('\n')).toContain('temperature.gpuC: 41 → 42');
});
