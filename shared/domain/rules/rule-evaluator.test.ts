import { describe, expect, it } from 'vitest';
import type { Frame } from '../telemetry/frame';
import { type SubjectKind, subjectKinds } from '../telemetry/metric';
import type { MetricId } from '../telemetry/metrics';
import { compileExpression } from './compile-expression';
import type { CompiledRule } from './compiled-rule';
import { ConditionState, type Phase, type Timing } from './condition-state';
import { GrowthWindow } from './growth-window';
import { RuleEvaluator } from './rule-evaluator';
import { WindowList } from './subject-samples';
import { ValueWindow } from './value-window';

/** The same numbers in each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const layout: readonly MetricId[] = ['gpu.temperatureC', 'gpu.powerW', 'gpu.pcieReplays'];

function frame(atMs: number, values: readonly number[]): Frame {
  return { subject: { kind: 'gpu', id: 'GPU-1' }, layout, atMs, values };
}

function evaluator(when: string, forMs = 0, firingSince?: number): RuleEvaluator {
  const windows = new Map<SubjectKind, WindowList>(subjectKinds.map((kind) => [kind, new WindowList()]));
  const list = windows.get('gpu') ?? new WindowList();
  const rule: CompiledRule = {
    id: 'tested',
    of: 'gpu',
    when,
    severity: 'warn',
    title: { en: 'Tested' },
    message: { en: 'Tested' },
    line: null,
    file: 'tested.yaml',
    isBuiltIn: false,
    condition: compileExpression(when, 'gpu', list),
    release: null,
    timing: { forMs, releaseMs: 60_000, silenceMs: 35_000 },
  };
  return new RuleEvaluator({ set: { rules: [rule], windows }, firingSince: () => firingSince ?? null });
}

const phases = (judge: RuleEvaluator, frames: readonly Frame[]): string[] =>
  frames.flatMap((each) => judge.take('h', [each]).map(({ to, atMs }) => `${atMs / 1000}s ${to}`));

describe('an expression', () => {
  const states = (when: string, ...values: number[]): string[] => phases(evaluator(when), [frame(1000, values)]);

  it.each([
    ['gpu.temperatureC > 80 && gpu.powerW > 100', [90, 200], true],
    ['gpu.temperatureC > 80 && gpu.powerW > 100', [90, Number.NaN], false],
    ['gpu.temperatureC > 80 || gpu.powerW > 100', [90, Number.NaN], true],
    ['gpu.temperatureC > 80 || gpu.powerW > 100', [70, Number.NaN], false],
    ['!(gpu.temperatureC > 80)', [Number.NaN, 1], false],
    ['!(gpu.temperatureC > 80 && gpu.powerW > 100)', [70, Number.NaN], true],
    ['gpu.temperatureC / gpu.powerW > 0', [70, 0], false],
    ['gpu.temperatureC / gpu.powerW < 1', [70, 0], false],
    ['!(gpu.temperatureC / gpu.powerW < 1)', [70, 0], false],
    ['gpu.temperatureC - -5 == 75.0', [70, 0], true],
    ['abs(gpu.temperatureC - gpu.powerW) >= 130', [70, 200], true],
    ['gpu.temperatureC * 2 + 1 != 141', [70, 200], false],
  ])('%s of %j fires: %s', (when, values, fires) => {
    expect(states(when, ...values)).toEqual(fires ? ['1s firing'] : []);
  });

  it.each([
    ['gpu.temperature > 5', 'there is no metric gpu.temperature', 0],
    ['gpu.temperatureC > 5 && node.load > 3', 'node.load is of node, and this rule judges gpu', 24],
    ['gpu.temperatureC / 0 > 5', 'divides by zero', 19],
    ['gpu.temperatureC / (2 - 2) > 5', 'divides by zero', 20],
    ['gpu.temperatureC', 'must be true or false, such as `… > 5`', 0],
    ['gpu.temperatureC > "hot"', 'only numbers can be compared', 19],
    ['rate(gpu.temperatureC, "5m") > 1', 'rate is of a counter; gpu.temperatureC is none: mean, least or greatest', 5],
    ['mean(gpu.pcieReplays, "5m") > 1', 'gpu.pcieReplays is a counter, of which there is rate and increase', 5],
    ['mean(gpu.temperatureC, 5) > 1', 'a duration in quotes, such as "5m"', 23],
    ['mean(gpu.temperatureC) > 1', 'mean takes 2 arguments, not 1', 0],
    ['median(gpu.temperatureC, "5m") > 1', 'there is no function median', 0],
    ['count(gpu.temperatureC) > 1', 'count is for rules of a node', 6],
    ['1 < 2', 'looks at no metric', 0],
    ['gpu.temperatureC > 5 ? true : false', 'rules have numbers', 0],
    ['gpu.temperatureC >', 'Unexpected token', 18],
  ])('%s is refused: %s', (when, message, offset) => {
    const attempt = (): unknown => compileExpression(when, 'gpu', new WindowList());
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ offset }));
  });
});

describe('a condition', () => {
  const timing: Timing = { forMs: 60_000, releaseMs: 120_000, silenceMs: 3500 };

  it('fires exactly when nine in ten samples of its window were true, for any row of samples', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const next = random(seed);
      const share = 0.8 + next() * 0.2;
      const state = new ConditionState();
      const row: boolean[] = [];
      for (let second = 0; second < 400 && state.phase !== 'firing'; second += 1) {
        const holds = next() < share;
        row.push(holds);
        state.step(second * 1000, Number(holds), Number(!holds), timing);
        const window = row.slice(-60);
        const isMostlyTrue = window.filter(Boolean).length / window.length >= 0.9;
        const { phase } = state as { phase: Phase };
        if (phase === 'firing') expect([row.length > 60, isMostlyTrue]).toEqual([true, true]);
      }
      // All true from the last long stretch of false on would have fired.
      if (share > 0.97) expect(state.phase).toBe('firing');
    }
  });

  it('counts time, not samples: what is true only while somebody looks is not true for most of the time', () => {
    const state = new ConditionState();
    const slow: Timing = { forMs: 600_000, releaseMs: 600_000, silenceMs: 35_000 };
    let atMs = 0;
    const tick = (ms: number): number => {
      atMs += ms;
      return atMs;
    };
    // Half a minute: 24 s true at ten samples a second, 6 s false at one in three.
    for (let round = 0; round < 60; round += 1) {
      for (let index = 0; index < 240; index += 1) state.step(tick(100), 1, 0, slow);
      for (let index = 0; index < 2; index += 1) state.step(tick(3000), 0, 1, slow);
    }
    expect(state.phase).toBe('pending');
  });

  it('never fires of what is unknown or missing, however long', () => {
    const state = new ConditionState();
    state.step(0, 1, 0, timing);
    for (let at = 1; at < 500; at += 1) state.step(at * 1000, Number.NaN, Number.NaN, timing);
    for (let at = 1; at < 500; at += 1) state.step(500_000 + at * 10_000, 1, 0, timing);
    expect(state.phase).toBe('pending');
  });
});

describe('a window', () => {
  it('tells how much a counter grew as one that keeps every sample does, but for the edge of its first step', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const next = random(seed);
      const window = new GrowthWindow(60_000, 35_000);
      const steps: Array<{ atMs: number; grown: number }> = [];
      let value = 0;
      for (let atMs = 0; atMs < 300_000; atMs += 1000) {
        const starts = next() < 0.01;
        const grown = next() < 0.3 ? Math.floor(next() * 5) : 0;
        const before = value;
        value = starts ? grown : value + grown;
        window.push(atMs, value);
        steps.push({ atMs, grown: value >= before ? value - before : value });
        if (atMs === 0) continue;
        const inside = (fromMs: number): number =>
          steps.filter((step) => step.atMs > fromMs).reduce((sum, step) => sum + step.grown, 0) -
          (fromMs < 0 ? (steps[0]?.grown ?? 0) : 0);
        expect(window.increaseSeen(atMs)).toBeGreaterThanOrEqual(inside(atMs - 60_000));
        expect(window.increaseSeen(atMs)).toBeLessThanOrEqual(inside(atMs - 61_001));
        expect(window.increase(atMs)).toBe(atMs >= 48_000 ? window.increaseSeen(atMs) : Number.NaN);
      }
    }
  });

  it('has the mean, the least and the greatest of its last samples only', () => {
    const window = new ValueWindow(60_000, 35_000);
    for (let atMs = 0; atMs <= 120_000; atMs += 1000) window.push(atMs, atMs / 1000);
    expect([window.least(120_000), window.greatest(120_000), window.mean(120_000)]).toEqual([61, 120, 90.5]);
    expect(window.mean(300_000)).toBeNaN();
  });
});

describe('a window that is not covered yet', () => {
  /** Of a sample every so many seconds, from 0 on: temperature, power, replays. */
  const row = (everySeconds: number, count: number, values: (at: number) => readonly number[]): Frame[] =>
    Array.from({ length: count }, (_, index) => frame(index * everySeconds * 1000, values(index)));
  const firstOf = (when: string, frames: readonly Frame[]): string | undefined => phases(evaluator(when), frames)[0];

  it.each([
    // What needs all of a window is not told before four fifths of it are known.
    ['mean(gpu.temperatureC, "10m") < 50', [40, 0, 0], '480s firing'],
    ['greatest(gpu.temperatureC, "10m") < 50', [40, 0, 0], '480s firing'],
    ['least(gpu.temperatureC, "10m") > 30', [40, 0, 0], '480s firing'],
    ['greatest(gpu.temperatureC, "10m") == 40', [40, 0, 0], '480s firing'],
    ['!(mean(gpu.temperatureC, "10m") > 50)', [40, 0, 0], '480s firing'],
    ['increase(gpu.pcieReplays, "10m") < 1', [40, 0, 0], '480s firing'],
    ['rate(gpu.pcieReplays, "10m") == 0', [40, 0, 0], '480s firing'],
    ['changes(gpu.temperatureC, "10m") == 0', [40, 0, 0], '480s firing'],
    // What the rest of the window can't change is told at once.
    ['greatest(gpu.temperatureC, "10m") >= 40', [40, 0, 0], '0s firing'],
    ['30 < greatest(gpu.temperatureC, "10m")', [40, 0, 0], '0s firing'],
    ['least(gpu.temperatureC, "10m") != 50', [40, 0, 0], '0s firing'],
    ['100 - least(gpu.temperatureC, "10m") > 50', [40, 0, 0], '0s firing'],
    ['-1 * greatest(gpu.temperatureC, "10m") < -30', [40, 0, 0], '0s firing'],
  ])('%s', (when, values, first) => {
    const frames = row(10, 60, () => values);
    expect(firstOf(when, frames)).toBe(first);
    // A node that is asked more seldom is judged alike.
    expect(
      firstOf(
        when,
        row(30, 60, () => values),
      ),
    ).toBe(first);
  });

  it('says that a counter grew as soon as it did, and how fast it grew at least', () => {
    expect(
      firstOf(
        'increase(gpu.pcieReplays, "10m") > 0',
        row(10, 60, (at) => [40, 0, Math.min(at, 2)]),
      ),
    ).toBe('10s firing');
    // 2 a second, of which one in ten minutes is true after five.
    expect(
      firstOf(
        'rate(gpu.pcieReplays, "10m") > 1',
        row(10, 60, (at) => [40, 0, 20 * at]),
      ),
    ).toBe('310s firing');
  });

  it('is not covered by what came long before or was not known', () => {
    const half = row(10, 200, (at) => [at % 2 === 0 ? 40 : Number.NaN, 0, 0]);
    expect(firstOf('mean(gpu.temperatureC, "10m") < 50', half)).toBeUndefined();
    const gap = [...row(10, 45, () => [40, 0, 0]), frame(2_000_000, [40, 0, 0])];
    expect(firstOf('mean(gpu.temperatureC, "10m") < 50', gap)).toBeUndefined();
  });

  it('weighs each sample by the time that it stands for, so that a faster pace has no more say', () => {
    const window = new ValueWindow(600_000, 105_000);
    for (let atMs = 0; atMs <= 300_000; atMs += 30_000) window.push(atMs, 100);
    for (let atMs = 301_000; atMs <= 600_000; atMs += 1000) window.push(atMs, 0);
    expect(window.mean(600_000)).toBeCloseTo(50, 0);
  });

  it('reaches back to the sample before where it is narrower than they are apart', () => {
    const window = new GrowthWindow(10_000, 105_000);
    for (let at = 0; at < 5; at += 1) window.push(at * 30_000, at * 60);
    expect([window.rate(120_000), window.increase(120_000)]).toEqual([2, 60]);
    const values = new ValueWindow(10_000, 105_000);
    values.push(0, 1);
    values.push(30_000, 5);
    expect([values.mean(30_000), values.mean(59_000), values.mean(200_000)]).toEqual([5, 5, Number.NaN]);
  });
});

describe('an evaluator', () => {
  it('judges no sample twice and none that comes after a newer one', () => {
    const judge = evaluator('gpu.temperatureC > 80', 2000);
    const hot = (second: number): Frame => frame(second * 1000, [90, 0, 0]);
    expect(phases(judge, [hot(1), hot(1), hot(1), hot(0), hot(2), hot(2), hot(3)])).toEqual([
      '1s pending',
      '3s firing',
    ]);
  });

  it('goes on after the clock of the workstation was set back', () => {
    const judge = evaluator('gpu.temperatureC > 80', 2000);
    const hot = (second: number): Frame => frame(second * 1000, [90, 0, 0]);
    expect(phases(judge, [hot(7201), hot(1), hot(2), hot(3), hot(4)])).toEqual(['7201s pending', '3s firing']);
  });

  it('takes for silence what is longer than three and a half paces of the host, as it was sampled last', () => {
    const silentAfter = (...seconds: number[]): number => {
      const judge = evaluator('absent(gpu.temperatureC, "30s")');
      for (const second of seconds) judge.take('h', [frame(second * 1000, [60, 0, 0])]);
      const last = seconds.at(-1) ?? 0;
      for (let second = last; ; second += 1) if (judge.tick(second * 1000, () => true).length > 0) return second - last;
    };
    expect(silentAfter(0)).toBe(36);
    expect(silentAfter(0, 1, 2)).toBe(36);
    expect(silentAfter(0, 10, 20)).toBe(36);
    // Nobody has the app before them: one that is late or missing is no silence yet.
    expect(silentAfter(0, 10, 70)).toBe(211);
    expect(silentAfter(0, 60, 120, 121)).toBe(36);
    // After a longer silence nobody is waited for any longer.
    expect(silentAfter(0, 10, 3600)).toBe(211);
  });

  it('takes up what fired before, and ends it', () => {
    const judge = evaluator('gpu.temperatureC > 80', 2000, 500);
    const cool = Array.from({ length: 70 }, (_, second) => frame(second * 1000, [60, 0, 0]));
    expect(phases(judge, cool)).toEqual(['60s inactive']);
  });
});
