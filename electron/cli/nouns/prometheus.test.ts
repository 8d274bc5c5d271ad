import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { translatorOf } from '#shared/i18n/translator';
import type { CliContext } from '../context';
import { registerPrometheus } from './prometheus';

let folder: string;
let printed: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-cli-prometheus-'));
  printed = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): Promise<unknown> {
  const context = {
    say: translatorOf('en'),
    print: (text: string) => printed.push(text),
  } as unknown as CliContext;
  const program = new Command().exitOverride();
  registerPrometheus(
    program,
    (command) =>
      (...given) =>
        command(context, ...given),
  );
  return program.parseAsync(['prometheus', ...args], { from: 'user' });
}

it('writes dashboards into a folder that it makes', async () => {
  const target = join(folder, 'new', 'grafana');
  await run('dashboards', target);
  const names = ['gantry-fleet.json', 'gantry-node.json', 'gantry-serving.json'];
  expect(printed).toEqual(names.map((name) => join(target, name)));
  const titles = printed.map((file) => JSON.parse(readFileSync(file, 'utf8')).title);
  expect(titles).toEqual(['Gantry: fleet of GPUs', 'Gantry: a GPU node', 'Gantry: models that are served']);
});

it('says how an address to listen on is written', async () => {
  for (const text of ['9977', 'localhost', '::1:9977', '127.0.0.1:99770', '']) {
    await expect(run('serve', '--listen', text)).rejects.toThrow('is not of the form ADDRESS:PORT');
  }
});
