import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from '@marcbachmann/cel-js';
import { describe, expect, it } from 'vitest';
import { type RuleDefinition, ruleSchema } from '#shared/domain/rules/rule-schema';
import { type SubjectKind, subjectKinds } from '#shared/domain/telemetry/metric';
import { type MetricId, metricIds, metricSpec } from '#shared/domain/telemetry/metrics';
import { builtInRules, compileRuleFiles } from '../../rules/rule-library';
import { expressionOf } from './expression-of-promql';
import { importRules } from './import-rules';
import { promqlOf } from './promql-of-expression';
import { prometheusRuleFile } from './rule-file';

const builtIn = compileRuleFiles(builtInRules(), null).rules.map(
  (rule): RuleDefinition => ruleSchema.strip().parse(rule),
);

/** An expression without its spaces, brackets and places. */
function meaning(expression: string): unknown {
  const plain = (node: unknown): unknown => {
    if (typeof node === 'bigint') return Number(node);
    if (Array.isArray(node)) return node.map(plain);
    if (node && typeof node === 'object' && 'op' in node)
      return { op: node.op, args: plain((node as unknown as { args: unknown }).args) };
    return node;
  };
  return plain(parse(expression).ast);
}

describe('our rules as Prometheus has them, and back', () => {
  it('are the same, built in: expression, times, labels, words of both languages, tree and sources', () => {
    const { text, problems } = prometheusRuleFile(builtIn);
    expect(problems).toEqual([]);
    const back = importRules('rules.yml', text);
    expect(back.problems).toEqual([]);
    expect(back.rules.map(({ when: _, ...rest }) => rest)).toEqual(
      builtIn.map(({ when: _, labels, ...rest }) => ({ ...rest, ...(labels ? { labels } : {}) })),
    );
    for (const [index, { id, when }] of builtIn.entries()) {
      expect({ id, when: meaning(back.rules[index]?.when ?? '') }).toEqual({ id, when: meaning(when) });
    }
  });

  it('are the same, whatever the expression', () => {
    const random = randomOf(20);
    for (let round = 0; round < 600; round += 1) {
      const expression = someCondition(random, pick(random, subjectKinds));
      const promql = promqlOf(expression);
      expect(`${promql} => ${expressionOf(promql).expression}`).toBe(`${promql} => ${expression}`);
    }
  });

  it('convert units on the way', () => {
    expect(promqlOf('gpu.memoryUsedBytes > 2147483648')).toBe('DCGM_FI_DEV_FB_USED * 1048576 > 2147483648');
    expect(expressionOf('DCGM_FI_DEV_FB_USED > 2048').expression).toBe('gpu.memoryUsedBytes > 2147483648');
    expect(expressionOf('DCGM_FI_DEV_FB_USED / DCGM_FI_DEV_FB_TOTAL > 0.9').expression).toBe(
      'gpu.memoryUsedBytes / gpu.memoryTotalBytes > 0.9',
    );
    expect(expressionOf('rate(DCGM_FI_DEV_THERMAL_VIOLATION[5m]) / 1e9 > 0.10').expression).toBe(
      'rate(gpu.thermalThrottleSeconds, "5m") > 0.1',
    );
    expect(expressionOf('DCGM_FI_PROF_SM_ACTIVE < 0.3').expression).toBe('gpu.smActivePercent < 30');
  });

  it('know nothing of what is divided by zero, here and there', () => {
    const promql = promqlOf('node.memoryAvailableBytes / node.memoryTotalBytes < 0.05');
    expect(promql).toBe('node_memory_MemAvailable_bytes / (node_memory_MemTotal_bytes != 0) < 0.05');
  });
});

describe('rules of others', () => {
  const refusal = (expr: string): string | undefined => {
    const { problems, rules } = importRules(
      'theirs.yml',
      `groups:\n- name: a\n  rules:\n  - alert: X\n    expr: ${JSON.stringify(expr)}\n`,
    );
    expect(rules).toEqual([]);
    return problems[0] && `${problems[0].file}:${problems[0].line} ${problems[0].message}`;
  };

  it('are refused with file, line and reason where our rules can’t say the same', () => {
    expect(refusal('DCGM_FI_DEV_GPU_TEMP offset 1h > 5')).toMatch(/^theirs\.yml:5 X: `offset` can’t be kept/);
    expect(refusal('up == 0')).toBe('theirs.yml:5 X: Gantry has no metric for up');
    expect(refusal('DCGM_FI_DEV_GPU_TEMP{gpu="0"} > 5')).toContain('the matcher of gpu can’t be kept');
    expect(refusal('sum by (instance) (DCGM_FI_DEV_POWER_USAGE) > 5000')).toContain('only `count by (instance)');
    expect(refusal('DCGM_FI_DEV_GPU_TEMP >')).toContain('is no PromQL');
    expect(refusal('DCGM_FI_DEV_GPU_TEMP')).toContain('is always true');
    expect(refusal('DCGM_FI_DEV_GPU_TEMP > bool 5')).toContain('`bool`');
    expect(refusal('DCGM_FI_DEV_GPU_TEMP > 5 and node_load1 > 5')).toContain('gpu and node at once');
    expect(refusal('histogram_quantile(0.9, rate(x[5m])) > 1')).toContain('histogram_quantile can’t be kept');
    expect(refusal('rate(DCGM_FI_DEV_GPU_TEMP[5m]) > 1')).toContain('is of a counter');
    expect(importRules('theirs.yml', 'groups: [').problems[0]?.line).toBe(1);
    expect(
      importRules('theirs.yml', 'groups:\n- name: a\n  rules:\n  - record: a:b\n    expr: up\n').problems,
    ).toMatchObject([{ line: 4, message: 'a:b: a recording rule has no place here' }]);
  });

  it('come with their times, labels and words; what is left out of them is said', () => {
    const { rules, notes, problems } = importRules(
      'theirs.yml',
      `groups:
- name: gpu
  rules:
  - alert: GPUMemoryHot
    expr: (DCGM_FI_DEV_MEMORY_TEMP{job="dcgm"} > 0 and DCGM_FI_DEV_MEMORY_TEMP < 200) >= 95
    for: 2m
    keep_firing_for: 10m
    labels: {severity: page, team: cooling}
    annotations:
      summary: "Memory of {{ $labels.instance }} hot"
      description: "{{ $value | humanize }} °C"
`,
    );
    expect(problems).toEqual([]);
    expect(rules).toEqual([
      {
        id: 'gpu-memory-hot',
        of: 'gpu',
        when: 'gpu.memoryTemperatureC > 0 && gpu.memoryTemperatureC < 200 && gpu.memoryTemperatureC >= 95',
        for: '2m',
        until: { for: '10m' },
        severity: 'critical',
        labels: { team: 'cooling' },
        title: { en: 'Memory of … hot' },
        message: { en: '{{ value }} °C' },
      },
    ]);
    expect(notes.map(({ message }) => message)).toEqual([
      'GPUMemoryHot: left out: job="dcgm"',
      'GPUMemoryHot: left out of its text: {{ $labels.instance }}',
    ]);
  });
});

const table = fileURLToPath(new URL('../../../../../../shared/domain/telemetry-metrics.md', import.meta.url));

describe.skipIf(!existsSync(table))('the rules of the table of metrics', () => {
  it('come in, but for those that ask for what Gantry does not measure or can’t say', () => {
    const [, text = ''] = /```yaml\n(groups:[\s\S]*?)```/.exec(readFileSync(table, 'utf8')) ?? [];
    const { rules, problems } = importRules('table.yml', text);
    expect(rules.length + problems.length).toBe(42);
    expect(problems.map(({ message }) => message)).toEqual([
      'GpuTelemetryMissing: Gantry has no metric for up',
      'GpuCountDropped: `offset` can’t be kept: compare with `greatest(…, "1h")`',
      'RoceDrops: Gantry has no metric for node_ethtool_rx_discards_phy',
      'UpsOnBattery: the matcher of flag can’t be kept',
      'UpsLowBattery: the matcher of flag can’t be kept',
    ]);
  });
});

type Random = () => number;

function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** Conditions as they are written when nothing more than needed is in brackets. */
function someCondition(random: Random, of: SubjectKind, depth = 2): string {
  const choice = random();
  if (depth > 0 && choice < 0.35) {
    const operator = pick(random, ['&&', '||']);
    const left = someCondition(random, of, operator === '&&' ? 0 : depth - 1).replace(/^(.*\|\|.*)$/, '($1)');
    const right = someCondition(random, of, 0);
    return operator === '||' && left.startsWith('(')
      ? `${left.slice(1, -1)} || ${right}`
      : `${left} ${operator} ${right}`;
  }
  const metric = ofKind(random, of, () => true);
  if (choice < 0.42 && metricSpec(metric).unit === 'bits') return `hasBit(${metric}, ${Math.floor(random() * 9)})`;
  if (choice < 0.5) return `absent(${metric}, "${pick(random, ['30s', '5m', '1h'])}")`;
  if (choice < 0.55) return `known(${metric})`;
  const comparison = pick(random, ['<', '<=', '>', '>=', '==', '!=']);
  return `${someSum(random, of)} ${comparison} ${Math.floor(random() * 4000) / 8}`;
}

function someSum(random: Random, of: SubjectKind): string {
  const operator = pick(random, ['', '', '+', '-', '*', '/']);
  const [left, right] = [someNumber(random, of), someNumber(random, of)];
  return operator === '' ? left : `${left} ${operator} ${right}`;
}

function someNumber(random: Random, of: SubjectKind): string {
  const choice = random();
  const window = pick(random, ['30s', '5m', '1h']);
  const gauge = ofKind(random, of, (metric) => metricSpec(metric).kind === 'gauge');
  const counter = ofKind(random, of, (metric) => metricSpec(metric).kind === 'counter');
  if (choice < 0.2 && counter) return `${pick(random, ['rate', 'increase'])}(${counter}, "${window}")`;
  if (choice < 0.5 && gauge) return `${pick(random, ['mean', 'least', 'greatest', 'changes'])}(${gauge}, "${window}")`;
  if (choice < 0.6 && of === 'node') return `count(${pick(random, metricIds)})`;
  if (choice < 0.7 && gauge) return `abs(${gauge})`;
  return gauge ?? counter ?? `${of}.none`;
}

function ofKind(random: Random, of: SubjectKind, wanted: (metric: MetricId) => boolean): MetricId {
  return pick(
    random,
    metricIds.filter((metric) => metricSpec(metric).subject === of && wanted(metric)),
  );
}
