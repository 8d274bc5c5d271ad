import type { Command } from 'commander';
import { beforeEach, expect, it } from 'vitest';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { mergeStrands, type StrandRun } from '#shared/domain/strands/merge-strands';
import type { Strands } from '#shared/domain/strands/strands';
import { localize } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import type { Run } from '../run';
import { runLine } from '../testing/run-line';
import { registerCompare } from './diagnose-compare';

const finding = (code: string, severity: 'info' | 'warn') => ({
  ...{ code, severity, state: severity === 'info' ? 'healthy' : 'degraded', title: { en: `Title of ${code}` } },
});

/** A node that came through `look` by this branch to a finding. */
function walked(hostId: string, branchId: string, code: string, severity: 'info' | 'warn'): StrandRun {
  const evaluations = [
    ...['held', 'free'].map((id) => ({
      ...{ branchId: id, to: code, label: { en: `Memory is ${id}` }, condition: null, values: [], reason: null },
      ...{ result: id === branchId ? 'true' : 'false' },
    })),
  ];
  return {
    ...{ id: `run-${hostId}`, hostId, state: 'concluded', updatedAtMs: 1, error: null, question: null },
    progress: { done: 2, total: 2, running: [] },
    path: [
      { stepId: 'look', chosenBranchId: branchId, evaluations },
      { stepId: code, chosenBranchId: null, evaluations: [] },
    ],
    findings: [finding(code, severity)],
  } as unknown as StrandRun;
}

const question = {
  ...{ stepId: 'who', prompt: { en: 'Who?' } },
  fields: [{ name: 'user', label: { en: 'User' }, kind: 'text' }],
} as unknown as NonNullable<DiagnosisRun['question']>;

let inputs: Record<string, unknown>;
let printed: string[];
let exitCode: number;
/** What watching it tells, one after the other; the last is how it stays. */
let states: StrandRun[][];

beforeEach(() => {
  [inputs, printed, exitCode] = [{}, [], 0];
});

function strandsOf(runs: StrandRun[]): Strands {
  const hostIds = runs.map(({ hostId }) => hostId);
  return { id: 'strands-1', treeId: 'low', startedAtMs: 0, hostIds, ...mergeStrands(runs) };
}

async function gantry(...line: string[]): Promise<void> {
  const next = () => strandsOf(states.shift() ?? []);
  const client = {
    trees: { get: async () => ({ steps: [{ id: 'look', title: { en: 'Look at the memory' } }] }) },
    strands: {
      start: async (input: unknown) => {
        inputs.start = input;
        return next();
      },
      watch: async function* () {
        yield next();
      },
      answer: async (input: unknown) => {
        inputs.answer = input;
        return next();
      },
    },
  };
  const context = {
    client: async () => client,
    host: async (name: string) => ({ spec: { id: `id-${name}`, name } }),
    say: translatorOf('en'),
    text: (words: { en: string }) => localize(words, 'en'),
    signal: new AbortController().signal,
    progress: () => {},
    print: (words: string) => printed.push(words),
    setExitCode: (code: number) => {
      exitCode = code;
    },
  };
  const register = (program: Command, run: Run) => registerCompare(program.command('diagnose'), run);
  await runLine([register], context, ['diagnose', 'compare', ...line]);
}

it('prints the groups, the odd ones out first, and where they part', async () => {
  const runs = [
    walked('id-n1', 'free', 'F-9', 'info'),
    walked('id-n2', 'held', 'F-1', 'warn'),
    walked('id-n3', 'free', 'F-9', 'info'),
  ];
  states = [runs, runs];
  await gantry('low', 'n1', 'n2', 'n3', '--answer', 'who.user=ada');
  expect(inputs.start).toEqual({
    ...{ treeId: 'low', hostIds: ['id-n1', 'id-n2', 'id-n3'], isUnattended: true },
    answers: { who: { user: 'ada' } },
  });
  expect(printed.join('\n')).toMatch(/^A {2}n2\n.*F-1.*\n.*run-id-n2\nB {2}n1 n3\n/);
  expect(printed.join('\n')).toContain('Look at the memory (look)\n    A  Memory is held: n2\n');
  expect(exitCode).toBe(1);
});

it('answers what is asked with what was given, else with "I don’t know", and tells which node was not reached', async () => {
  const waiting = { ...walked('id-n1', 'held', 'who', 'info'), state: 'waiting' as const, findings: [], question };
  const refused: StrandRun = {
    ...walked('id-n2', 'held', 'F-1', 'warn'),
    state: 'failed',
    path: [],
    findings: [],
    error: { key: 'diagnosis.hostUnavailable', params: { code: 'refused' } },
  };
  const over = [walked('id-n1', 'held', 'F-9', 'info'), refused];
  states = [[waiting, refused], [waiting, refused], over, over];
  await gantry('low', 'n1', 'n2');
  expect(inputs.answer).toEqual({ strandsId: 'strands-1', stepId: 'who', answers: { user: null } });
  expect(printed.join('\n')).toMatch(/1 node has not come to an end:\n {2}n2: .*could not be reached/);
  expect(exitCode).toBe(3);
});

it('walks no node that was not named', async () => {
  states = [];
  await expect(gantry('low')).rejects.toThrow('Name nodes, choose them with --filter or --view, or give --all.');
  expect(inputs).toEqual({});
});
