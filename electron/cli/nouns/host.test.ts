import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
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

describe('gantry host import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-import-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'hosts.ini');
  const target = { alias: null, port: 22, user: 'ops', identityFiles: [], useAgent: true, proxyJump: [] };
  const entry = (name: string, knownAs: string | null) => ({
    host: { kind: 'ssh', name, tags: ['gpu'], target: { address: name } },
    target: { ...target, address: name },
    line: 2,
    knownAs,
    sameAs: null,
  });

  /** What is printed, warned of and added when these words are typed. */
  async function importWith(hosts: unknown[], ...options: string[]) {
    const seen = {
      added: [] as unknown[],
      rows: [] as unknown[],
      warnings: [] as string[],
      asked: null as unknown,
      code: 0,
    };
    const client = {
      hosts: {
        readAnsibleInventory: async (input: unknown) => {
          seen.asked = input;
          const message = { key: 'hosts.ansible.badPort', params: { port: 'x' } };
          return { format: 'ini', hosts, notes: [{ line: 3, message }] };
        },
        add: async ({ hosts: given }: { hosts: unknown[] }) => {
          seen.added.push(...given);
          return given;
        },
      },
    } as unknown as EngineClient;
    const context = {
      client: async () => client,
      say: translatorOf('en'),
      table: (_head: unknown, rows: unknown[]) => seen.rows.push(...rows),
      warn: (text: string) => seen.warnings.push(text),
      setExitCode: (code: number) => {
        seen.code = code;
      },
    } as unknown as CliContext;
    writeFileSync(file, '[gpu]\ngpu01\n');
    const program = new Command();
    registerHost(
      program,
      (command) =>
        (...args) =>
          command(context, ...args),
    );
    await program.parseAsync(['host', 'import', file, ...options], { from: 'user' });
    return seen;
  }

  it('adds what is new with its tags, and names the lines that were not understood', async () => {
    const seen = await importWith([entry('gpu01', 'old'), entry('gpu02', null)], '--tag', 'lab');
    expect(seen.asked).toEqual({ text: '[gpu]\ngpu01\n', fileName: 'hosts.ini', path: file });
    expect(seen.added).toEqual([{ kind: 'ssh', name: 'gpu02', tags: ['gpu', 'lab'], target: { address: 'gpu02' } }]);
    expect(seen.rows).toEqual([
      ['gpu01', 'ops@gpu01:22', '', 'gpu', 'already there as old'],
      ['gpu02', 'ops@gpu02:22', '', 'gpu', 'added'],
    ]);
    expect(seen.warnings).toEqual([`${file}:3: “x” is not a port (1 to 65535). It was left out.`]);
    expect(seen.code).toBe(0);
  });

  it('adds nothing on a dry run', async () => {
    const seen = await importWith([entry('gpu02', null)], '--dry-run');
    expect(seen.added).toEqual([]);
    expect(seen.rows).toEqual([['gpu02', 'ops@gpu02:22', '', 'gpu', 'new']]);
  });

  it('ends with another code where no host is in the file', async () => {
    expect((await importWith([])).code).toBe(3);
  });
});
