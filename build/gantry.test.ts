import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(path.join(tmpdir(), 'gantry-checkout-'));
  mkdirSync(path.join(checkout, 'build'));
  copyFileSync(path.join(import.meta.dirname, 'gantry.mjs'), path.join(checkout, 'build/gantry.mjs'));
});
afterEach(() => rmSync(checkout, { recursive: true }));

function gantry(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(checkout, 'build/gantry.mjs'), ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

it('says that a checkout was not built yet, and from then on is what was built', () => {
  expect(gantry('host', 'list')).toEqual({
    status: 3,
    stdout: '',
    stderr: 'gantry: not built yet. Run `npm run build` first.\n',
  });
  mkdirSync(path.join(checkout, 'out/cli'), { recursive: true });
  writeFileSync(path.join(checkout, 'out/package.json'), '{ "type": "module" }');
  writeFileSync(
    path.join(checkout, 'out/cli/index.js'),
    'process.stdout.write(process.argv.slice(2).join()); process.exitCode = 1;',
  );
  expect(gantry('host', 'list')).toEqual({ status: 1, stdout: 'host,list', stderr: '' });
});
