import { beforeEach, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { protectionPolicySchema } from '#shared/domain/protection/policy';
import type { ProtectionStatus } from '#shared/domain/protection/protection';
import { translatorOf } from '#shared/i18n/translator';
import { runLine } from '../testing/run-line';
import { registerProtection } from './protection';

const policy = protectionPolicySchema.parse({});
const node = { hostId: 'h1', mode: 'armed' as const, reason: 'weak fan', actor: 'eva', armedAtMs: 0, policy };
const limit = { gpuIndex: 0, hostId: 'h1', lever: 'power-limit' as const, original: 700, engagedAtMs: 0 };
let asked: unknown[] = [];
let printed: unknown[] = [];
let status: ProtectionStatus;
let exitCode = 0;

beforeEach(() => {
  [asked, printed, exitCode] = [[], [], 0];
  const breaker = { sharePercent: 25, maxNodes: 2, trippedAtMs: null };
  status = { isCarriedOut: false, nodes: [node], held: [], ended: [], breaker };
});

async function gantry(...words: string[]): Promise<void> {
  const client = {
    hosts: { names: async () => ({ h1: 'dgx01' }) },
    protection: {
      status: async () => status,
      arm: async (input: unknown) => {
        asked.push(input);
        return node;
      },
    },
  } as unknown as EngineClient;
  const context = {
    client: async () => client,
    host: async (name: string) => ({ spec: { id: 'h1', name } }),
    say: translatorOf('en'),
    print: (text: string) => printed.push(text),
    warn: (text: string) => printed.push(text),
    table: (_: unknown, rows: unknown[]) => printed.push(...rows),
    setExitCode: (code: number) => {
      exitCode = code;
    },
  };
  await runLine([registerProtection], context, ['protection', ...words]);
}

it('arms only with a reason, and says when nobody carries it out', async () => {
  await expect(gantry('arm', 'dgx01')).rejects.toThrow('--reason');
  await gantry('arm', 'dgx01', '--reason', 'weak fan', '--guard', '83', '--hours', '8');
  const wanted = { guardC: 83, holdForMs: 8 * 3_600_000 };
  expect(asked).toEqual([{ hostId: 'h1', mode: 'armed', reason: 'weak fan', policy: wanted }]);
  expect(printed.join('\n')).toContain('dgx01 is armed');
  expect(printed.join('\n')).toContain('the Gantry app is not running');
});

it('tells what is set and how it ended, each GPU once, with an exit code for what is set', async () => {
  const held = {
    ...limit,
    gpuUuid: 'GPU-1',
    gpuIndex: 1,
    limit: 595,
    changedAtMs: 0,
    untilMs: 0,
    reading: null,
    isReleased: false,
  };
  const ended = { ...limit, reason: 'time' as const, endedAtMs: 0 };
  status = {
    ...status,
    held: [held],
    ended: [
      { ...ended, gpuUuid: 'GPU-1', gpuIndex: 1 },
      { ...ended, gpuUuid: 'GPU-2', gpuIndex: null },
    ],
  };
  await gantry('status');
  const rows = printed.filter((line) => Array.isArray(line)).map((cells) => (cells as unknown[]).join(' | '));
  expect(rows.filter((row) => row.includes('GPU 1'))).toHaveLength(1);
  expect(rows.find((row) => row.includes('GPU 1'))).toContain('595 W | 700 W');
  expect(rows.find((row) => row.includes('GPU-2'))).toContain('arm again to go on');
  expect(exitCode).toBe(1);
});

it('says that it is off where nothing is armed, and what the breaker is to be', async () => {
  status = { ...status, nodes: [] };
  await gantry('status');
  expect(printed).toContain('Off on every node.');
  await expect(gantry('breaker', '--reason', 'x')).rejects.toThrow('--share or --reset');
  expect(asked).toEqual([]);
});
