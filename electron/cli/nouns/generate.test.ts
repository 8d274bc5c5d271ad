import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { generators } from '#shared/domain/generators/index';
import { localize } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import { runLine } from '../testing/run-line';
import { registerGenerate } from './generate';

let folder: string;
let printed: string[];
let warned: string[];
let exitCode: number;
let results: object[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-generate-'));
  [printed, warned, exitCode, results] = [[], [], 0, []];
});
afterEach(() => rmSync(folder, { recursive: true }));

async function gantry(...line: string[]): Promise<void> {
  const context = {
    client: async () => ({ inventory: { get: async () => ({ results }) } }),
    host: async (name: string) => ({ spec: { id: name } }),
    say: translatorOf('en'),
    text: (text: { en: string }) => localize(text, 'en'),
    print: (text: string) => printed.push(text),
    json: (value: unknown) => printed.push(JSON.stringify(value)),
    warn: (text: string) => warned.push(text),
    table: (_head: unknown, rows: string[][]) => printed.push(...rows.map((row) => row.join(' '))),
    setExitCode: (code: number) => {
      exitCode = code;
    },
  };
  await runLine([registerGenerate], context, ['generate', ...line]);
}

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

it('lists and explains every generator', async () => {
  await gantry('list');
  expect(printed.map((line) => line.split(' ')[0])).toEqual(generators.map(({ id }) => id));
  for (const { id } of generators) await gantry('fields', id);
  expect(printed.join('\n')).toContain('zero_optimization.offload_optimizer.device (none | cpu | nvme)');
  await expect(gantry('fields', 'nothing')).rejects.toThrow('There is no generator nothing.');
});

it('prints a file, and what is wrong with it apart from it', async () => {
  await gantry('conda-environment');
  expect([printed[0]?.split('\n')[0], warned, exitCode]).toEqual(['name: llm-env', [], 0]);
  await gantry('conda-environment', '--example', 'reference');
  expect(exitCode).toBe(1);
  expect(warned).toContain(
    'warn: dependencies.1: With MKL 2024.1 or newer this PyTorch does not load (undefined symbol: iJIT_NotifyEvent). Add mkl<2024.1. [pytorch/pytorch issue 123097]',
  );
});

it('writes all files to a folder, but none where one has an error', async () => {
  const out = join(folder, 'new', 'out');
  await gantry('deepspeed', '-o', out);
  expect(readdirSync(out).sort()).toEqual(['ds_config.json', 'launch.sh', 'train.py']);
  expect(printed).toContain(join(out, 'ds_config.json'));
  const values = file('values.json', JSON.stringify({ zero_optimization: { stage: 9 } }));
  await gantry('deepspeed', '--values', values, '-o', join(folder, 'bad'));
  expect([exitCode, readdirSync(folder)]).toEqual([1, ['new', 'values.json']]);
  expect(warned.join('\n')).toContain('error: zero_optimization.stage: Must be at most 3.');
});

it('judges by the node that the file is for, and says when that was never read', async () => {
  await expect(gantry('deepspeed', '--host', 'gpu-07')).rejects.toThrow('gpu-07 was not read yet');
  const gpus = [{ name: 'Tesla V100', architecture: 'Volta' }];
  results = [{ probeId: 'gpu', state: 'ok', facts: { gpus } }];
  await gantry('deepspeed', '--host', 'gpu-07');
  expect(JSON.parse(printed[0] ?? '')).toMatchObject({ fp16: { enabled: true } });
  await gantry('deepspeed', '--example', 'zero-3', '--host', 'gpu-07');
  expect(warned.join('\n')).toContain('error: launch.gpusPerNode: More than this node has: 1.');
});

it('reads a pasted file back into settings that give it again', async () => {
  const pasted = file('pasted.txt', 'name: a channels: [conda-forge] dependencies: - python=3.10 - pip');
  await gantry('read', 'conda-environment', pasted);
  expect(JSON.parse(printed[0] ?? '')).toEqual({
    name: 'a',
    channels: ['conda-forge'],
    dependencies: ['python=3.10', 'pip'],
  });
  expect(warned.join('\n')).toContain('info: Lines, indentation or dashes were lost');
  const values = file('values.json', printed[0] ?? '');
  await gantry('conda-environment', '--values', values);
  expect(printed[1]).toBe('name: a\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.10\n  - pip');
  expect(readFileSync(values, 'utf8')).toBe(printed[0]);
});

it.each([
  ['no JSON', ['deepspeed', '--values', 'FILE'], '{', 'no JSON'],
  ['a list', ['deepspeed', '--values', 'FILE'], '[]', 'a JSON object with settings'],
  ['both', ['deepspeed', '--values', 'FILE', '--example', 'zero-2'], '{}', 'not both'],
  ['an example that there is none of', ['deepspeed', '--example', 'x'], '', 'There is no example x.'],
  [
    'a file that is something else',
    ['read', 'conda-environment', 'FILE'],
    'hello',
    'not understood as conda-environment',
  ],
])('refuses %s', async (_, line, content, expected) => {
  const path = file('given', content);
  await expect(gantry(...line.map((word) => (word === 'FILE' ? path : word)))).rejects.toThrow(expected);
});
