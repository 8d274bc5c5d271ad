import { Command } from 'commander';
import { expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { translatorOf } from '#shared/i18n/translator';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { registerInventory } from './inventory';

/** Runs `gantry inventory` on hosts of which so many probes could be read. */
async function refresh(
  okByHost: Readonly<Record<string, number>>,
  cut: readonly string[] = [],
  words: readonly string[] = ['refresh'],
) {
  const client = {
    hosts: {
      list: async () => Object.keys(okByHost).map((name) => ({ spec: { kind: 'ssh', id: name, name } })),
    },
    inventory: {
      importBundle: async ({ name }: { name: string }) => ({
        host: { id: name, name },
        ok: okByHost[name] ?? 0,
        total: 20,
        isComplete: true,
      }),
      refresh: async ({ hostId }: { hostId: string }) => ({
        ok: okByHost[hostId] ?? 0,
        total: 20,
        durationMs: 1,
        roundTrips: 3,
        nodeCpuMs: null,
      }),
      get: async ({ hostId }: { hostId: string }) => ({
        results: [{ reason: cut.includes(hostId) ? { key: 'probes.collectionCut', params: { tool: 'cat' } } : null }],
      }),
    },
  } as unknown as EngineClient;
  const said = { exitCode: 0, warnings: [] as string[] };
  const context = {
    client: async () => client,
    host: async (name: string) => ({ spec: { kind: 'bundle', id: name, name } }),
    say: translatorOf('en'),
    signal: new AbortController().signal,
    progress: () => {},
    table: () => {},
    print: () => {},
    warn: (text: string) => said.warnings.push(text),
    setExitCode: (code: number) => {
      said.exitCode = code;
    },
  } as unknown as CliContext;
  const program = new Command();
  registerInventory(
    program,
    (command) =>
      (...args) =>
        command(context, ...args),
  );
  await program.parseAsync(['inventory', ...words], { from: 'user' });
  return said;
}

it('can not judge a node that answers and lets no probe be read', async () => {
  expect(await refresh({ good: 12, empty: 0 })).toEqual({
    exitCode: exitCodes.couldNotJudge,
    warnings: ['1 of 2 nodes could not be judged.', 'empty: It answered, but no probe could be read.'],
  });
});

it('is content with some probes: a node has not every tool', async () => {
  expect(await refresh({ good: 20, small: 1 })).toEqual({ exitCode: exitCodes.fine, warnings: [] });
});

it('says of a collection that its file ends early', async () => {
  expect((await refresh({ cut: 5 }, ['cut'], ['refresh', 'cut'])).warnings[1]).toBe(
    'cut: This collection ends before its last command; what is missing shows as not read. Collect again for the rest.',
  );
});

it('takes a collection of which nothing can be read, and does not call that fine', async () => {
  const imported = (name: string) => refresh({ good: 3 }, [], ['import', '/dev/null', '--name', name]);
  expect([(await imported('good')).exitCode, (await imported('empty')).exitCode]).toEqual([
    exitCodes.fine,
    exitCodes.couldNotJudge,
  ]);
});
