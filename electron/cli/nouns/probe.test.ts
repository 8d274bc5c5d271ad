import { ORPCError } from '@orpc/client';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { translatorOf } from '#shared/i18n/translator';
import type { CliContext } from '../context';
import { registerProbe } from './probe';

/** Runs `gantry probe` on a node whose connection goes after its first result, in the way given. */
async function probe(words: readonly string[], goes: 'unavailable' | 'told' = 'unavailable') {
  const said = { exitCode: 0, json: null as unknown, warnings: [] as string[] };
  const client = {
    probes: {
      list: async () => [{ id: 'os' }, { id: 'cpu' }],
      run: async function* () {
        yield { probeId: 'os', state: 'ok' };
        if (goes === 'told') {
          yield {
            probeId: 'cpu',
            state: 'failed',
            reason: { key: 'probes.connectionLost', params: { tool: 'lscpu' } },
          };
          return;
        }
        const host = { code: 'connection-lost', detail: 'Keepalive timeout' };
        throw new ORPCError('HOST_UNAVAILABLE', { data: { hostId: '1', host } });
      },
    },
  } as unknown as EngineClient;
  const context = {
    client: async () => client,
    host: async (name: string) => ({ spec: { id: '1', name } }),
    say: translatorOf('en'),
    progress: () => {},
    json: (value: unknown) => {
      said.json = value;
    },
    warn: (text: string) => said.warnings.push(text),
    setExitCode: (code: number) => {
      said.exitCode = code;
    },
  } as unknown as CliContext;
  const program = new Command().exitOverride();
  registerProbe(
    program,
    (command) =>
      (...args) =>
        command(context, ...args),
  );
  await program.parseAsync(['probe', ...words], { from: 'user' });
  return said;
}

it('shows what came before the connection was lost, and says so in words', async () => {
  const said = await probe(['run', 'gpu-07', '--json']);
  expect([said.exitCode, said.json]).toEqual([3, [{ probeId: 'os', state: 'ok' }]]);
  expect(said.warnings.join()).toMatch(/The connection was lost[\s\S]*Keepalive timeout/);
});

it('ends with 3 when the connection was lost in the middle, however much was read before', async () => {
  expect((await probe(['run', 'gpu-07', '--json'], 'told')).exitCode).toBe(3);
});

it('takes a probe that it does not know for a mistake in the command line', async () => {
  await expect(probe(['run', 'gpu-07', 'os', '$(id)'])).rejects.toMatchObject({
    message: 'There is no probe $(id).',
    exitCode: 2,
  });
});
