import { Command } from 'commander';
import { expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { createTranslator } from '#shared/i18n/translator';
import type { CliContext } from '../context';
import { registerHost } from './host';

it('asks for the host as all options make it, also where the bare address is one that is saved', async () => {
  const added: unknown[] = [];
  const client = {
    hosts: {
      parseList: async () => ({ hosts: [], problems: [{ line: 1, text: '', detail: 'Already added as near.' }] }),
      add: async ({ hosts }: { hosts: unknown[] }) => {
        added.push(...hosts);
        return [];
      },
    },
  } as unknown as EngineClient;
  const context = { client: async () => client, say: createTranslator('en') } as unknown as CliContext;
  const program = new Command();
  registerHost(
    program,
    (command) =>
      (...args) =>
        command(context, ...args),
  );
  const words = ['host', 'add', 'root@10.0.0.7:2222', '--name', 'far', '--jump', 'gateway'];
  await program.parseAsync(words, { from: 'user' });
  expect(added).toMatchObject([
    { kind: 'ssh', name: 'far', target: { address: '10.0.0.7', port: 2222, user: 'root', proxyJump: ['gateway'] } },
  ]);
});
