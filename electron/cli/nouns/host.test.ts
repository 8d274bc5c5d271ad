import { Command } from 'commander';
import { expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { translatorOf } from '#shared/i18n/translator';
import type { CliContext } from '../context';
import { registerHost } from './host';

/** What `gantry host add` with these words asks the engine to add. */
async function add(...options: string[]): Promise<unknown[]> {
  const added: unknown[] = [];
  const client = {
    hosts: {
      add: async ({ hosts }: { hosts: unknown[] }) => {
        added.push(...hosts);
        return [];
      },
    },
  } as unknown as EngineClient;
  const context = { client: async () => client, say: translatorOf('en') } as unknown as CliContext;
  const program = new Command();
  registerHost(
    program,
    (command) =>
      (...args) =>
        command(context, ...args),
  );
  for (const command of [program, ...program.commands, ...program.commands.flatMap((noun) => noun.commands)]) {
    command.exitOverride().configureOutput({ writeErr: () => {} });
  }
  await program.parseAsync(['host', 'add', ...options], { from: 'user' });
  return added;
}

it('asks for the host as all options make it, also where the bare address is one that is saved', async () => {
  expect(await add('root@10.0.0.7:2222', '--name', 'far', '--jump', 'gateway')).toMatchObject([
    { kind: 'ssh', name: 'far', target: { address: '10.0.0.7', port: 2222, user: 'root', proxyJump: ['gateway'] } },
  ]);
  expect(await add('[2001:db8::1]:22', '--user', 'ops', '--port', '2200', '--jump', 'a,ops@[::1]:2', 'b')).toEqual([
    {
      kind: 'ssh',
      name: undefined,
      tags: undefined,
      target: { address: '2001:db8::1', user: 'ops', port: 2200, proxyJump: ['a', 'ops@[::1]:2', 'b'] },
    },
  ]);
});

it.each([
  [['--local', 'gpu-07'], '--local and --from-ssh-config say which host it is'],
  [['--from-ssh-config', 'gpu-07', '--port', '22'], 'cannot be used with option'],
  [['gpu-07', '--user', 'a b'], '“a b” is not a user name.'],
  [['gpu-07', '--jump', 'bad host'], '“bad host” is neither a host name nor an address.'],
  [['a b'], '“a b” is neither a host name nor an address.'],
  [[' '], 'Give an address'],
])('refuses %j and says what is wrong with it', async (options, words) => {
  await expect(add(...options)).rejects.toThrow(words);
});
