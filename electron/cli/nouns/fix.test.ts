import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { localize } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import { runLine } from '../testing/run-line';
import { registerFix } from './fix';

let folder: string;
let asked: unknown[];
let printed: string[];
let warned: string[];
let exitCode: number;
let problems: object[];
let own: string | null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-fix-'));
  [asked, printed, warned, exitCode, problems, own] = [[], [], [], 0, [], null];
});
afterEach(() => rmSync(folder, { recursive: true }));

async function gantry(...line: string[]): Promise<void> {
  const ask =
    <Answer>(name: string, answer: Answer) =>
    async (input: unknown) => {
      asked.push([name, input]);
      return answer;
    };
  const action = (id: string, own: object) => ({ id, risk: 'reversible', title: { en: id, 'zh-CN': id }, ...own });
  const client = {
    fixes: {
      list: async () => ({
        fixes: [action('clock-step', {}), action('our-clock', { ownFile: { name: 'our-clock.yaml' } })],
        problems,
      }),
      source: ask('source', { text: 'id: clock-step\n', cases: null }),
      check: ask('check', problems),
      test: ask('test', { problems: [{ file: 'x', line: 2, message: 'no' }], cases: [{ problems: ['no'] }] }),
    },
    system: {
      settings: async () => ({ fixesFolder: own }),
      updateSettings: async (change: { fixesFolder: string }) => {
        own = change.fixesFolder;
      },
    },
  } as unknown as EngineClient;
  const context = {
    client: async () => client,
    say: translatorOf('en'),
    text: (text: { en: string }) => localize(text, 'en'),
    print: (text: string) => printed.push(text),
    warn: (text: string) => warned.push(text),
    table: (_head: unknown, rows: string[][]) => printed.push(...rows.map((row) => row.join(' '))),
    setExitCode: (code: number) => {
      exitCode = code;
    },
  };
  await runLine([registerFix], context, ['fix', ...line]);
}

it('lists what is built in and what is one’s own, and ends with 1 where a file is in disorder', async () => {
  await gantry('list');
  expect(printed).toEqual(['clock-step R1 clock-step yes', 'our-clock R1 our-clock no']);
  expect(exitCode).toBe(0);
  problems = [{ file: 'bad.yaml', line: 3, message: 'an id is lower case' }];
  await gantry('list');
  expect(exitCode).toBe(1);
  expect(warned[0]).toContain('bad.yaml:3');
});

it('prints the YAML to begin with, and says so of an action without tests', async () => {
  await gantry('show', 'clock-step');
  expect(printed).toEqual(['id: clock-step']);
  await expect(gantry('show', 'clock-step', '--cases')).rejects.toThrow('clock-step: no tests');
});

it('checks files with the line of each problem, and refuses what is no text', async () => {
  const file = join(folder, 'our-clock.yaml');
  writeFileSync(file, 'id: our-clock\n');
  await gantry('check', file);
  expect(asked).toMatchObject([['check', { text: 'id: our-clock\n' }]]);
  expect(exitCode).toBe(0);
  problems = [{ file, line: 1, message: 'steps are missing' }];
  await gantry('check', file);
  expect(exitCode).not.toBe(0);
  expect([...printed, ...warned].join('\n')).toContain(`${file}:1`);
  writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00]));
  await expect(gantry('check', file)).rejects.toThrow();
  mkdirSync(join(folder, 'sub'));
  await expect(gantry('check', join(folder, 'sub'))).rejects.toThrow();
});

it('runs tests on the action beside them, and ends otherwise than well where one fails', async () => {
  writeFileSync(join(folder, 'our-clock.yaml'), 'id: our-clock\n');
  const cases = join(folder, 'our-clock.cases.yaml');
  writeFileSync(cases, 'fix: our-clock\n');
  await gantry('test', cases);
  expect(asked).toMatchObject([['test', { text: 'fix: our-clock\n', fix: { text: 'id: our-clock\n' } }]]);
  expect(exitCode).toBe(1);
  expect(printed).toEqual(['x:2: no', '0 passed, 1 failed']);
});

it('reads one’s own from a folder that is there, and says which', async () => {
  await gantry('folder');
  expect(printed).toEqual([]);
  await expect(gantry('folder', join(folder, 'gone'))).rejects.toMatchObject({ name: 'FileError' });
  expect(own).toBeNull();
  await gantry('folder', folder);
  expect([own, printed]).toEqual([folder, [folder]]);
});
