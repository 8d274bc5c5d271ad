import { Command } from 'commander';
import { expect, it } from 'vitest';
import { translatorOf } from '#shared/i18n/translator';
import { faultOptionNames } from '../../sim/index';
import type { CliContext } from '../context';
import { CliError } from '../exit-codes';
import { faultOptions, registerSim } from './sim';

const context = { say: translatorOf('en') } as unknown as CliContext;

it('takes the options of a fault as they are typed, and refuses what it does not have', () => {
  expect(faultOptions(context, 'connection-cut', ['afterBytes=5000'])).toEqual({ afterBytes: 5000 });
  expect(faultOptions(context, 'memory-held-by-orphan', ['kind=no-owner', 'ignoresTerm=true', 'gpu=-1'])).toEqual({
    kind: 'no-owner',
    ignoresTerm: true,
    gpu: -1,
  });
  for (const setting of ['bytes=1', 'afterBytes', 'afterBytes=', '__proto__=1']) {
    expect(() => faultOptions(context, 'connection-cut', [setting])).toThrow('It has: afterBytes.');
  }
  expect(() => faultOptions(context, 'no-sudo', ['x=1'])).toThrow(CliError);
  expect(Object.keys(faultOptionNames)).toContain('slow-link');
});

it('says that there are not so many ports', async () => {
  const program = new Command().exitOverride();
  registerSim(
    program,
    (command) =>
      (...args) =>
        command(context, ...args),
  );
  const run = program.parseAsync(['sim', '--nodes', '3', '--base-port', '65534'], { from: 'user' });
  await expect(run).rejects.toThrow('3 nodes from port 65534 on would go past port 65535.');
});
