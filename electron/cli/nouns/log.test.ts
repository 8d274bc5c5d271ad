import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRouterClient } from '@orpc/server';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import { type Language, localize } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import type { HostDirectory } from '../../engine/hosts/host-directory';
import type { InventoryService } from '../../engine/inventory/inventory';
import { knowledgeProcedures } from '../../engine/rpc/knowledge';
import { createLogEvidence } from '../../engine/telemetry/log-evidence';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { table } from '../table';
import { registerLog } from './log';
import { registerXid } from './xid';

const lost = '[1.5] NVRM: Xid (PCI:0000:3b:00): 79, pid=9, name=python, GPU has fallen off the bus.';
const switched = '[9.5] nvidia-nvswitch1: SXid (PCI:0000:06:00.0): 20034, Fatal, Link 48 LTSSM Fault Up';

/** A node whose journal says `log`; null: this login may not read it. */
function nodeWith(log: string | null): HostDirectory {
  const batch = async function* (commands: readonly CommandSpec[]) {
    for (const spec of commands) {
      const stdout = new TextEncoder().encode(spec.id === 'journalctl' ? (log ?? '') : '');
      yield { spec, state: 'exited', exitCode: spec.id === 'dmesg' ? 1 : 0, stdout };
    }
  };
  return { open: async () => ({ batch }) } as unknown as HostDirectory;
}

async function gantry(words: readonly string[], options: { language?: Language; log?: string | null } = {}) {
  const { language = 'en', log = null } = options;
  const said = { exitCode: exitCodes.fine as number, text: '', warned: '', json: null as unknown };
  const inventory = { facts: () => ({}) } as unknown as InventoryService;
  const judgeLine = createLogEvidence({ telemetry: { events: () => [] }, inventory });
  const client = createRouterClient({ knowledge: knowledgeProcedures(nodeWith(log), inventory, judgeLine) });
  const print = (text: string) => {
    said.text += `${text}\n`;
  };
  const context = {
    client: async () => client,
    host: async (name: string) => ({ spec: { id: name, name } }),
    say: translatorOf(language),
    text: (text: { en: string }) => localize(text, language),
    signal: new AbortController().signal,
    print,
    warn: (text: string) => {
      said.warned += text;
    },
    table: (headers: string[], rows: []) => print(table(headers, rows)),
    json: (value: unknown) => {
      said.json = value;
    },
    setExitCode: (code: number) => {
      said.exitCode = code;
    },
  } as unknown as CliContext;
  const program = new Command();
  for (const register of [registerXid, registerLog]) {
    register(
      program,
      (command) =>
        (...args) =>
          command(context, ...args),
    );
  }
  await program.parseAsync([...words], { from: 'user' });
  return said;
}

describe('gantry xid', () => {
  it('says what a code means, what to do and where that is from, in both languages', async () => {
    const { text } = await gantry(['xid', '79']);
    for (const words of [
      'Xid 79: GPU has fallen off the bus (ROBUST_CHANNEL_GPU_HAS_FALLEN_OFF_THE_BUS)',
      'drain and reboot the node',
      'Diagnosis: gpu-missing',
      '- failing GPU',
      'docs.nvidia.com/deploy/xid-errors',
    ]) {
      expect(text).toContain(words);
    }
    expect((await gantry(['xid', '79'], { language: 'zh-CN' })).text).toContain('GPU 从总线掉线');
    expect((await gantry(['sxid', '20034'])).text).toContain('depends on the type of port');
  });

  it('finds codes by words in either language, by number, and not what is not there', async () => {
    expect((await gantry(['xid', 'list', '--search', 'row remap'])).text).toMatch(/^ *63 .*\n *64 /m);
    expect((await gantry(['xid', 'list', '--search', '掉线', '--json'])).json).toMatchObject([{ code: 79 }]);
    expect((await gantry(['sxid', 'list', '--search', '20034', '--json'])).json).toMatchObject([{ code: 20034 }]);
    await expect(gantry(['xid', '9999'])).rejects.toMatchObject({ exitCode: exitCodes.usage });
  });
});

describe('gantry log decode', () => {
  it('shows cause and echo of a file, what they mean together and the diagnosis, and ends with findings', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gantry-log-'));
    const file = join(folder, 'dmesg.txt');
    writeFileSync(file, `${lost}\n${switched}\n`);
    const { text, exitCode } = await gantry(['log', 'decode', file]);
    rmSync(folder, { recursive: true });
    expect(text).toMatch(
      /Fatal +1.5 s after boot +Xid 79 GPU has fallen off the bus +00000000:3b:00.0 python \(9\) +1 +cause/,
    );
    expect(text).toContain('echo of Xid 79');
    expect(text).toContain('The first event is the cause');
    expect(text).toContain('gantry diagnose run gpu-missing HOST');
    expect(exitCode).toBe(exitCodes.findings);
  });

  it('says of a packed log how to unpack it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gantry-log-'));
    const file = join(folder, 'kern.log.1.gz');
    writeFileSync(file, gzipSync(`${lost}\n`));
    const decoding = gantry(['log', 'decode', file]);
    await expect(decoding).rejects.toMatchObject({
      message: expect.stringContaining('zcat'),
      exitCode: exitCodes.usage,
    });
    rmSync(folder, { recursive: true });
  });

  it('reads the end of a log that is too long, and says that it began later', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gantry-log-'));
    const file = join(folder, 'dmesg.txt');
    writeFileSync(file, `${lost}\n${`[2.5] ${'x'.repeat(1_000_000)}\n`.repeat(17)}${switched}\n`);
    const { json, warned } = await gantry(['log', 'decode', file, '--json']);
    rmSync(folder, { recursive: true });
    expect(json).toMatchObject({ entries: [{ code: 20034 }] });
    expect(warned).toContain('only its newest 16 MiB');
  });

  it('takes no file beside a node, and no driver version that is none', async () => {
    const refused = { exitCode: exitCodes.usage };
    await expect(gantry(['log', 'decode', 'dmesg.txt', '--host', 'gpu-07'])).rejects.toMatchObject(refused);
    await expect(gantry(['log', 'decode', '--host', 'gpu-07', '--driver', 'newest'])).rejects.toMatchObject(refused);
  });

  it('reads the log of a node, and says where it may not', async () => {
    const { json } = await gantry(['log', 'decode', '--host', 'gpu-07', '--json'], { log: lost });
    expect(json).toMatchObject({ lineCount: 1, entries: [{ code: 79, tree: 'gpu-missing' }] });
    await expect(gantry(['log', 'decode', '--host', 'gpu-07'])).rejects.toMatchObject({ code: 'INVALID' });
  });
});
