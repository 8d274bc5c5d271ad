import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { factsSchemas } from '#shared/domain/facts/index';
import { toCel } from './cel-values';
import { ExpressionError, ExpressionSpace } from './expression';
import { defineFunction } from './functions/define-function';

const space = ExpressionSpace.create([
  defineFunction(
    'usedOf',
    { gpu: factsSchemas.gpu, index: z.number() },
    z.number(),
    ({ gpu, index }) => gpu.gpus[index]?.memory.usedBytes ?? null,
  ),
  defineFunction(
    'countOrZero',
    { list: factsSchemas.processes },
    z.number(),
    ({ list }) => list?.processes.length ?? 0,
  ),
]).fork();
space.declareSchema('gpu', factsSchemas.gpu);
space.declareSchema('processes', factsSchemas.processes);
const scope = {
  gpu: toCel({
    driverVersion: null,
    gpus: [
      { index: 0, uuid: null, memory: { usedBytes: 5, totalBytes: 10 } },
      { index: 1, uuid: 'GPU-b', memory: { usedBytes: null, totalBytes: 10 } },
    ],
  }),
};

describe('expression', () => {
  it.each([
    ['gpu.gpus[0].index == 0', true],
    ['gpu.gpus[0].memory.usedBytes + 1 > 5.5', true],
    ['gpu.gpus.exists(g, g.uuid == "GPU-b")', true],
    ['gpu.gpus.exists(g, g.uuid == "GPU-c")', 'unknown'],
    ['gpu.gpus.all(g, g.memory.usedBytes < 9)', 'unknown'],
    ['gpu.gpus.all(g, g.memory.usedBytes < 2)', false],
    ['gpu.driverVersion == "1"', 'unknown'],
    ['gpu.driverVersion == "1" || size(gpu.gpus) == 2', true],
    ['gpu.driverVersion == "1" && size(gpu.gpus) == 1', false],
    ['known(gpu.driverVersion)', false],
    ['size(processes.processes) > 0', 'unknown'],
    ['usedOf(gpu, 0) == 5', true],
    ['usedOf(gpu, 1) == 5', 'unknown'],
    ['usedOf(gpu, gpu.gpus[0].index) == 5', true],
    ['countOrZero(maybe(processes)) == 0', true],
    ['orElse(gpu.driverVersion, "none") == "none"', true],
    ['gpu.gpus[7].index == 0', 'unknown'],
    ['size(gpu.gpus) * 1.5 == 3', true],
  ])('judges %s as %s', (text, expected) => {
    const outcome = space.compile(text).evaluate(scope);
    expect(outcome.isKnown ? outcome.value : 'unknown').toBe(expected);
  });

  it.each([
    ['gpu.gpus.exists(g, g.uid == "x")', /there is no field uid/, 21],
    ['gpu.driverVersion > 5', /can’t be computed: string > int/, 0],
    ['gpuu.gpus', /nothing is called gpuu here/, 0],
    ['known(gpu.driverVersionn)', /there is no field driverVersionn/, 10],
    ['gpu.driverVersion == null', /can’t be computed/, 0],
    ['maybe(gpu) == null', /known\(x\)|can’t be computed/, 0],
    ['has(gpu.driverVersion)', /known\(x\)/, 0],
    ['usedOf(gpu)', /no function takes this: usedOf/, 0],
    ['1 +', /not finished/, 3],
  ])('refuses %s and says where', (text, message, offset) => {
    const attempt = (): unknown => space.compile(text);
    expect(attempt).toThrow(ExpressionError);
    expect(attempt).toThrow(message);
    try {
      attempt();
    } catch (error) {
      expect((error as ExpressionError).offset).toBe(offset);
    }
  });

  it('asks a function of the same facts once, and of others or of a list made in the expression anew', () => {
    let calls = 0;
    const counting = ExpressionSpace.create([
      defineFunction('asked', { gpu: factsSchemas.gpu, index: z.number() }, z.number(), () => (calls += 1)),
      defineFunction('counted', { gpus: factsSchemas.gpu.shape.gpus }, z.number(), () => (calls += 1)),
    ]).fork();
    counting.declareSchema('gpu', factsSchemas.gpu);
    const value = (text: string, of: typeof scope) => {
      const outcome = counting.compile(text).evaluate(of);
      return outcome.isKnown && outcome.value;
    };
    const other = { gpu: toCel({ driverVersion: null, gpus: [] }) };
    expect([value('asked(gpu, 0)', scope), value('asked(gpu, 0)', scope)]).toEqual([1, 1]);
    expect([value('asked(gpu, 1)', scope), value('asked(gpu, 0)', other)]).toEqual([2, 3]);
    expect(value('asked(gpu, 0)', scope)).toBe(1);
    const filtered = 'counted(gpu.gpus.filter(g, g.index == 0))';
    expect([value(filtered, scope), value(filtered, scope)]).toEqual([4, 5]);
  });
});
