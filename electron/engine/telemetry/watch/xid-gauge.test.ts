import { describe, expect, it } from 'vitest';
import { RuleEvaluator } from '#shared/domain/rules/rule-evaluator';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { builtInRules, compileRuleFiles } from '../rules/rule-library';
import { XidGauge } from './xid-gauge';

const gpu = (layout: readonly MetricId[], atMs: number, ...values: number[]): Frame => ({
  subject: { kind: 'gpu', id: 'GPU-1' },
  layout,
  atMs,
  values,
});
const clock: readonly MetricId[] = ['gpu.smClockMhz', 'gpu.utilizationPercent'];
const dcgm: readonly MetricId[] = ['gpu.energyJ', 'gpu.xid', 'gpu.pcieReplays'];
const told = (frames: readonly Frame[]) => frames.map(({ values }) => values);

describe('Xids of the kernel log', () => {
  it('are told beside the samples of their GPU, now and then, and of one that is silent not at all', () => {
    const xids = new XidGauge(() => true);
    expect(told(xids.beside([gpu(clock, 1000, 1500, 5)]))).toEqual([[Number.NaN, 0]]);
    expect(xids.beside([gpu(clock, 2000, 1500, 5)])).toEqual([]);
    expect(xids.beside([gpu(clock, 60_000, Number.NaN, Number.NaN)])).toEqual([]);
    expect(told(xids.logged('GPU-1', 48, 61_000))).toEqual([
      [Number.NaN, 0],
      [48, 1],
    ]);
  });

  it('keep the code that is the news, not what follows from it', () => {
    const xids = new XidGauge(() => true);
    const read = (code: number) => xids.logged('GPU-1', code, 0).at(-1)?.values;
    expect(read(31)).toEqual([31, 0]);
    expect(read(119)).toEqual([119, 1]);
    expect(read(45)).toEqual([119, 1]);
    expect(read(154)).toEqual([119, 2]);
    xids.clear('GPU-1');
    expect(read(13)).toEqual([13, 2]);
  });

  it('never come before what was told, whenever they were logged', () => {
    const xids = new XidGauge(() => true);
    xids.beside([gpu(clock, 500_000, 1500, 5)]);
    const times = xids.logged('GPU-1', 48, 1000).map(({ atMs }) => atMs);
    expect(times[0]).toBeGreaterThan(500_000);
    expect(times[1]).toBeGreaterThan(times[0] ?? 0);
  });

  it('stand for what DCGM tells as well, where the log is followed', () => {
    let isFollowed = false;
    const xids = new XidGauge(() => isFollowed);
    const frames = [gpu(dcgm, 1000, 7, 48, 0)];
    expect(xids.without(frames)).toBe(frames);
    isFollowed = true;
    expect(xids.without(frames)).toEqual([gpu(['gpu.energyJ', 'gpu.pcieReplays'], 1000, 7, 0)]);
    expect(xids.without(frames)[0]?.layout).toBe(xids.without(frames)[0]?.layout);
    expect(told(xids.beside([gpu(clock, 1500, 1500, 5)]))).toEqual([[48, 0]]);
  });

  it('are one alert a rule, whoever else tells of them, and it is over once the GPU is back', () => {
    const xids = new XidGauge(() => true);
    const evaluator = new RuleEvaluator({ set: compileRuleFiles(builtInRules(), null) });
    const changes: string[] = [];
    const take = (frames: readonly Frame[]): void => {
      for (const { rule, to } of evaluator.take('node', frames)) {
        if (rule.id.startsWith('gpu-xid')) changes.push(`${rule.id} ${to}`);
      }
    };
    const second = (at: number, xid: number): void => {
      const frames = [gpu(clock, at * 1000, 1500, 5)];
      take(xids.without([...frames, gpu(dcgm, at * 1000 + 10, 7, xid, 0)]));
      take(xids.beside(frames));
    };
    for (let at = 0; at < 60; at += 1) second(at, 0);
    take(xids.logged('GPU-1', 79, 60_000));
    take(xids.logged('GPU-1', 45, 60_000));
    for (let at = 61; at < 300; at += 1) second(at, at < 65 ? 0 : 45);
    expect(changes).toEqual(['gpu-xid firing', 'gpu-xid-fatal firing']);
    xids.clear('GPU-1');
    for (let at = 300; at < 1200; at += 1) second(at, 45);
    expect(changes.slice(2).sort()).toEqual(['gpu-xid inactive', 'gpu-xid-fatal inactive']);
  });
});
