import { beforeEach, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { translatorOf } from '#shared/i18n/translator';
import { exitCodes } from '../exit-codes';
import { runLine } from '../testing/run-line';
import { registerAlert } from './alert';
import { registerRule } from './rule';

let asked: unknown[] = [];
let told: string[] = [];
let exitCode: number = exitCodes.fine;
let rounds = 0;
beforeEach(() => {
  [asked, told, exitCode, rounds] = [[], [], exitCodes.fine, 0];
});

async function gantry(...words: string[]): Promise<void> {
  const take = async (input: unknown) => {
    asked.push(input);
    return { id: 1, untilMs: 0 };
  };
  const client = {
    alerts: { silence: take, acknowledge: take },
    rules: {
      list: async () => ({ rules: [{ id: 'gpu-hot' }] }),
      replay: async () => ({ alerts: [], rounds, firstMs: null }),
    },
  } as unknown as EngineClient;
  const context = {
    client: async () => client,
    host: async (name: string) => ({ spec: { id: 'h1', name } }),
    say: translatorOf('en'),
    print: (text: string) => told.push(text),
    warn: (text: string) => told.push(text),
    table: () => {},
    setExitCode: (code: number) => {
      exitCode = code;
    },
  };
  await runLine([registerAlert, registerRule], context, [...words]);
}

it('silences nothing by mistake: not everything, no rule that is none, nothing without a reason', async () => {
  const silence = (...words: string[]) => gantry('alert', 'silence', '--for', '2h', ...words);
  await expect(silence('--reason', 'service')).rejects.toThrow('--all');
  await expect(silence('--rule', 'gpu-hto', '--reason', 'service')).rejects.toThrow('There is no rule gpu-hto');
  await expect(silence('--subject', 'gpus', '--reason', 'service')).rejects.toThrow('node, or one of gpu');
  await expect(silence('--rule', 'gpu-hot', '--reason', ' ')).rejects.toThrow('--reason');
  await expect(silence('--rule', 'gpu-hot')).rejects.toThrow('--reason');
  expect(asked).toEqual([]);
  await silence('--rule', 'gpu-hot', '--subject', 'gpu GPU-1', '--reason', 'service');
  await silence('--all', '--reason', 'power is off');
  expect(asked).toMatchObject([
    { ruleId: 'gpu-hot', hostId: null, subject: 'gpu GPU-1', why: 'service' },
    { ruleId: null, hostId: null, subject: null, why: 'power is off' },
  ]);
});

it('does not say of a time without samples that nothing was wrong in it', async () => {
  await gantry('rule', 'replay', '--host', 'dgx01');
  expect([exitCode, told]).toEqual([exitCodes.couldNotJudge, [expect.stringContaining('No samples')]]);
  exitCode = exitCodes.fine;
  rounds = 7;
  await gantry('rule', 'replay', '--host', 'dgx01');
  expect(exitCode).toBe(exitCodes.fine);
  await expect(gantry('rule', 'replay', '--host', 'dgx01', '--from', '1h', '--to', '2h')).rejects.toThrow('not before');
});
