import { Command } from 'commander';
import { expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { Finding } from '#shared/domain/finding';
import { part } from '#shared/domain/parts/testing/parts';
import { localize } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import type { Cell } from '../table';
import { registerInventory } from './inventory';
import { registerPart } from './part';
import { registerProfile } from './profile';

const text = (cell: Cell) => (typeof cell === 'object' && cell !== null ? cell.text : cell);

/** Runs `gantry …` on an engine that answers this. */
async function gantry(client: unknown, ...words: string[]) {
  const said = { exitCode: 0 as number, rows: [] as unknown[][], printed: [] as string[], warnings: [] as string[] };
  const context = {
    client: async () => client as EngineClient,
    host: async (name: string) => ({ spec: { kind: 'ssh', id: `id-${name}`, name } }),
    say: translatorOf('en'),
    text: (one: { en: string }) => localize(one, 'en'),
    table: (_: string[], rows: Cell[][]) => said.rows.push(...rows.map((row) => row.map(text))),
    print: (line: string) => said.printed.push(line),
    warn: (line: string) => said.warnings.push(line),
    setExitCode: (code: number) => {
      said.exitCode = Math.max(said.exitCode, code);
    },
  } as unknown as CliContext;
  const program = new Command();
  const run =
    (command: (context: CliContext, ...args: never[]) => Promise<void>) =>
    (...args: never[]) =>
      command(context, ...args);
  for (const register of [registerInventory, registerPart, registerProfile]) register(program, run as never);
  await program.parseAsync(words, { from: 'user' });
  return said;
}

const missing = {
  severity: 'critical',
  code: 'P-MISSING',
  state: 'unhealthy',
  title: { en: 'GPUs: 7 found, 8 expected' },
  subjects: ['00000000:1b:00.0'],
} as unknown as Finding;
const checked = (findings: Finding[], profile: object | null = { id: 'dgx' }) => ({
  profiles: { check: async () => ({ profile, findings, observedAtMs: profile ? 1 : null }) },
});

it.each([
  ['as the profile says', checked([]), exitCodes.fine],
  ['otherwise', checked([missing]), exitCodes.findings],
  ['not known', checked([{ ...missing, state: 'unknown' }]), exitCodes.couldNotJudge],
  ['without a profile', checked([], null), exitCodes.couldNotJudge],
])('`profile check` ends with a code of its own for a node that is %s', async (_, client, expected) => {
  expect((await gantry(client, 'profile', 'check', 'gpu01')).exitCode).toBe(expected);
});

it('`profile check` says each difference in a line', async () => {
  const { rows } = await gantry(checked([missing]), 'profile', 'check', 'gpu01');
  expect(rows).toEqual([['gpu01', 'critical', 'P-MISSING', 'GPUs: 7 found, 8 expected', '00000000:1b:00.0']]);
});

it('`inventory diff` compares versions of a node and says only what differs', async () => {
  const asked: unknown[] = [];
  const one = part({ slot: '1b' });
  const client = {
    parts: {
      compare: async (input: unknown) => {
        asked.push(input);
        return {
          pairs: [
            {
              kind: 'gpu',
              relation: 'same',
              before: one,
              after: one,
              isDifferent: true,
              counters: [],
              attributes: [
                { name: 'powerLimitW', before: 700, after: 500, state: 'different' },
                { name: 'eccMode', before: 'Enabled', after: 'Enabled', state: 'same' },
              ],
            },
          ],
          unread: [{ kind: 'dimm', side: 'after' }],
        };
      },
    },
  };
  const { rows, warnings, exitCode } = await gantry(client, 'inventory', 'diff', 'gpu01@3');
  expect(asked).toEqual([{ before: { hostId: 'id-gpu01', version: 3 }, after: { hostId: 'id-gpu01' } }]);
  expect(rows).toEqual([['gpu', '1b', 'Power limit', '700 W', '500 W']]);
  expect([warnings, exitCode]).toEqual([['Memory modules: not read on the right'], exitCodes.findings]);
});

it('`part note` takes the whole serial number, and keeps the end of the warranty that was there', async () => {
  const saved: unknown[] = [];
  const found = [
    { id: 7, identities: [{ name: 'serial', value: '165032301' }] },
    { id: 8, identities: [{ name: 'serial', value: '1650323019' }] },
  ];
  const client = {
    parts: {
      search: async () => found,
      passport: async ({ id }: { id: number }) => ({ id, warrantyUntil: '2027-03-31' }),
      setNote: async (input: unknown) => saved.push(input),
    },
  };
  await gantry(client, 'part', 'note', '165032301', 'RMA 4711');
  expect(saved).toEqual([{ id: 7, note: 'RMA 4711', warrantyUntil: '2027-03-31' }]);
  await expect(gantry(client, 'part', 'note', '16503', 'x')).rejects.toThrow('Several parts match');
});
