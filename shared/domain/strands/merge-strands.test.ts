import { describe, expect, it } from 'vitest';
import type { StepVisit } from '../diagnosis';
import { letters, mergeStrands, type StrandRun } from './merge-strands';
import { mergedStrandsSchema } from './strands';

function visit(stepId: string, branchId: string | null, values: Record<string, string> = {}, reason = ''): StepVisit {
  const listed = Object.entries(values).map(([expression, value]) => ({ expression, value, evidence: null }));
  return {
    stepId,
    atMs: 1,
    evaluations: [
      {
        branchId: branchId ?? 'none',
        to: 'next',
        label: { en: `way ${branchId}` },
        condition: null,
        result: 'true',
        reason: reason === '' ? null : { en: reason },
        values: listed,
      },
    ],
    chosenBranchId: branchId,
    isForced: false,
    answers: null,
    evidence: [],
  };
}

function run(hostId: string, path: readonly StepVisit[], more: Partial<StrandRun> = {}): StrandRun {
  return {
    id: `run-${hostId}`,
    hostId,
    state: 'concluded',
    updatedAtMs: 1,
    progress: { done: 2, total: 2, running: [] },
    error: null,
    path: [...path],
    question: null,
    findings: [],
    ...more,
  };
}

const good = (hostId: string, memory = '12', load = '1') =>
  run(hostId, [
    visit('read', 'next'),
    visit('memory', 'otherwise', { 'memory.free': memory, 'cpu.load': load }),
    visit('fine', null),
  ]);
const bad = (hostId: string, memory = '2') =>
  run(hostId, [
    visit('read', 'next'),
    visit('memory', 'low', { 'memory.free': memory, 'cpu.load': '1' }, `${memory} GB free`),
    visit('little', null),
  ]);

describe('walks of one tree on many nodes', () => {
  it('groups those that went the same way, the odd ones out first, whatever their values', () => {
    const { groups, strands } = mergeStrands([good('a'), good('b', '13'), bad('c'), good('d')]);
    expect(groups.map(({ id, hostIds }) => [id, hostIds])).toEqual([
      ['A', ['c']],
      ['B', ['a', 'b', 'd']],
    ]);
    expect(strands.map(({ groupId }) => groupId)).toEqual(['B', 'B', 'A', 'B']);
  });

  it('says where they part and which value tells the ways apart, with its nodes', () => {
    const merged = mergeStrands([good('a'), good('b', '13', '9'), bad('c')]);
    expect(mergedStrandsSchema.parse(merged)).toEqual(merged);
    expect(merged.partings).toEqual([
      {
        stepId: 'memory',
        ways: [
          {
            branchId: 'low',
            label: { en: 'way low' },
            hostIds: ['c'],
            groupIds: ['A'],
            reasons: [{ text: { en: '2 GB free' }, hostIds: ['c'] }],
          },
          {
            branchId: 'otherwise',
            label: { en: 'way otherwise' },
            hostIds: ['a', 'b'],
            groupIds: ['B'],
            reasons: [],
          },
        ],
        values: [
          {
            expression: 'memory.free',
            isDeciding: true,
            ways: [
              [{ value: '2', hostIds: ['c'] }],
              [
                { value: '12', hostIds: ['a'] },
                { value: '13', hostIds: ['b'] },
              ],
            ],
          },
          {
            expression: 'cpu.load',
            isDeciding: false,
            ways: [
              [{ value: '1', hostIds: ['c'] }],
              [
                { value: '1', hostIds: ['a'] },
                { value: '9', hostIds: ['b'] },
              ],
            ],
          },
        ],
      },
    ]);
  });

  it('leaves values out that are the same on every way, and a condition that one way never came to', () => {
    const late = run('x', [visit('memory', 'later', { 'memory.free': '2', 'only.here': '5' })]);
    const early = run('y', [visit('memory', 'low', { 'memory.free': '2' })]);
    expect(mergeStrands([late, early]).partings[0]?.values).toEqual([]);
  });

  it('groups nobody whose walk was cut off, and finds no parting among them', () => {
    const cut = run('c', [visit('read', 'unknown')], { state: 'failed', error: { key: 'diagnosis.interrupted' } });
    const reading = run('d', [], { state: 'collecting' });
    const { groups, partings, strands } = mergeStrands([good('a'), cut, reading]);
    expect(groups.map(({ hostIds }) => hostIds)).toEqual([['a']]);
    expect(partings).toEqual([]);
    expect(strands.map(({ state, groupId }) => [state, groupId])).toEqual([
      ['concluded', 'A'],
      ['failed', null],
      ['collecting', null],
    ]);
  });

  it('gathers those that wait for the same answer, and tells them from those that have it', () => {
    const question = { stepId: 'who', prompt: { en: 'Who?' }, fields: [] };
    const asks = (hostId: string) => run(hostId, [visit('who', null)], { state: 'waiting', question });
    const answered = run('c', [{ ...visit('who', 'known'), answers: { user: 'ann' } }, visit('fine', null)]);
    const { questions, partings, groups } = mergeStrands([asks('a'), asks('b'), answered]);
    expect(questions).toEqual([{ stepId: 'who', hostIds: ['a', 'b'], question }]);
    expect(partings[0]?.ways.map(({ branchId, hostIds }) => [branchId, hostIds])).toEqual([
      ['known', ['c']],
      [null, ['a', 'b']],
    ]);
    expect(groups.map(({ isWaiting }) => isWaiting)).toEqual([false, true]);
  });

  it('puts the worse finding first among groups of the same size', () => {
    const finding = (severity: 'info' | 'critical') =>
      ({ code: 'F', state: 'degraded', severity, title: { en: 'F' } }) as StrandRun['findings'][number];
    const { groups } = mergeStrands([
      { ...good('a'), findings: [finding('info')] },
      { ...bad('b'), findings: [finding('critical')] },
    ]);
    expect(groups.map(({ hostIds }) => hostIds)).toEqual([['b'], ['a']]);
  });

  it('keeps three hundred nodes with three hundred values apart', () => {
    const runs = Array.from({ length: 300 }, (_, index) =>
      index % 50 === 0 ? bad(`n${index}`, String(index)) : good(`n${index}`, String(1000 + index)),
    );
    const { groups, partings } = mergeStrands(runs);
    expect(groups.map(({ hostIds }) => hostIds.length)).toEqual([6, 294]);
    expect(partings[0]?.values[0]).toMatchObject({ expression: 'memory.free', isDeciding: true });
  });
});

it('names groups as columns are named', () => {
  expect([0, 25, 26, 27, 51, 52, 701, 702].map(letters)).toEqual(['A', 'Z', 'AA', 'AB', 'AZ', 'BA', 'ZZ', 'AAA']);
});
