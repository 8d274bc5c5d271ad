import { expect, it } from 'vitest';
import { RuleEvaluator } from '#shared/domain/rules/rule-evaluator';
import type { Frame } from '#shared/domain/telemetry/frame';
import { builtInRules, compileRuleFiles } from '../rules/rule-library';
import { SwitchErrors } from './switch-errors';

const gpu = (atMs: number): Frame => ({
  subject: { kind: 'gpu', id: 'GPU-1' },
  layout: ['gpu.powerW'],
  atMs,
  values: [300],
});

it('fires a rule for the node with the first error of a switch that the log tells, and another for a fatal one', () => {
  const evaluator = new RuleEvaluator({ set: compileRuleFiles(builtInRules(), null) });
  const switches = new SwitchErrors(() => true);
  const fired = (frames: readonly Frame[]): string[] =>
    evaluator.take('h', frames).flatMap(({ rule, to }) => (to === 'firing' ? rule.id : []));
  expect(fired(switches.beside([gpu(1000)]))).toEqual([]);
  expect(switches.beside([gpu(2000)])).toEqual([]);
  const [softly, fatally] = [
    '12028, Non-fatal, Link 46 egress packet drop',
    '20034, Fatal, Link 48 LTSSM Fault Up',
  ].map((words) => `nvidia-nvswitch1: SXid (PCI:0000:06:00.0): ${words}`);
  expect(fired(switches.logged(softly ?? '', 15_000))).toEqual(['nvswitch-errors']);
  // Logged while nobody listened: never before what was told.
  expect(fired(switches.logged(fatally ?? '', 3000))).toEqual(['nvswitch-fatal']);
  expect(switches.beside([gpu(60_000)])[0]?.values).toEqual([2, 1]);
});

it('says nothing where the log can not be read', () => {
  expect(new SwitchErrors(() => false).beside([gpu(1000)])).toEqual([]);
});
