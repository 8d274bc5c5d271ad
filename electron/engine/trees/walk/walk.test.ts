import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProbeInfo, ProbeResult, ProbeState } from '#shared/domain/probe';
import type { CompiledTree } from '../compile/compiled-tree';
import { builtInTrees, compileTrees } from '../compile/tree-library';
import { type WalkResult, walk } from './walk';
import type { WalkBasis } from './walk-basis';

const main = `id: main
title: { en: Main, zh-CN: 主 }
symptoms: [{ en: Any, zh-CN: 任意 }]
let:
  - { name: busy, value: 'gpu.gpus.filter(g, g.utilization.gpuPercent > 50)' }
start: read
steps:
  read:
    kind: probe
    title: { en: Read, zh-CN: 读取 }
    probes: [gpu]
    optional: [memory]
    next: { to: judge }
    unknown: { to: cannot }
  judge:
    kind: branch
    title: { en: Judge, zh-CN: 判断 }
    branches:
      - id: low
        when: memory.availableBytes < 1000
        to: low
        label: { en: Low, zh-CN: 低 }
        because: { en: 'only {{ memory.availableBytes }} bytes', zh-CN: '仅 {{ memory.availableBytes }} 字节' }
      - id: busy
        when: gpu.gpus.exists(g, g.utilization.gpuPercent > 50)
        to: question
        label: { en: Busy, zh-CN: 忙 }
      - id: many
        when: size(busy) > 1
        limits: ['gpu.gpus.exists(g, g.utilization.gpuPercent >= 15)']
        to: cannot
        label: { en: Many, zh-CN: 多 }
    otherwise: { to: onward }
    unknown: { to: cannot }
  low:
    kind: finding
    finding: { code: M-1, state: degraded, severity: warn, title: { en: Low, zh-CN: 低 }, explanation: { en: Low, zh-CN: 低 }, evidence: [memory.availableBytes] }
    next: { to: onward }
  question:
    kind: ask
    title: { en: Ask, zh-CN: 询问 }
    prompt: { en: '{{ size(busy) }} busy', zh-CN: '{{ size(busy) }} 忙' }
    fields:
      - { name: isFine, label: { en: Fine, zh-CN: 好 }, kind: boolean }
      - { name: why, label: { en: Why, zh-CN: 原因 }, kind: text, when: '!known(memory.totalBytes)' }
      - { name: which, label: { en: Which, zh-CN: 哪个 }, kind: text, when: 'memory.totalBytes > 9000' }
    branches:
      - { id: not-fine, when: '!answers.question.isFine', to: cannot, label: { en: 'No', zh-CN: 否 } }
    otherwise: { to: onward }
    unknown: { to: cannot }
    unattended: onward
  onward:
    kind: goto
    title: { en: On, zh-CN: 继续 }
    tree: other
  cannot:
    kind: finding
    finding: { code: M-2, state: unknown, severity: warn, title: { en: Cannot, zh-CN: 不能 }, explanation: { en: '{{ probe.gpu.state }} {{ memory.totalBytes }}', zh-CN: '{{ probe.gpu.state }} {{ memory.totalBytes }}' } }
`;
const other = `id: other
title: { en: Other, zh-CN: 其他 }
symptoms: [{ en: Any, zh-CN: 任意 }]
start: end
steps:
  end:
    kind: finding
    finding: { code: O-1, state: healthy, severity: info, title: { en: End, zh-CN: 结束 }, explanation: { en: End, zh-CN: 结束 } }
`;
const set = compileTrees([
  { file: 'main.yaml', text: main, isBuiltIn: true },
  { file: 'other.yaml', text: other, isBuiltIn: true },
]);

const probeInfo: ProbeInfo[] = [
  {
    id: 'gpu',
    factName: 'gpu',
    commands: [],
    sources: { '': 'query', 'gpus.utilization': 'utilization' },
  },
  { id: 'memory', factName: 'memory', commands: [], sources: { '': 'meminfo' } },
];

function result(probeId: string, facts: unknown, state: ProbeState = 'ok'): ProbeResult {
  const command = (commandId: string) => ({
    commandId,
    argv: ['true'],
    privilege: 'user' as const,
    state: 'exited' as const,
    exitCode: 0,
    startedAtMs: 0,
    durationMs: 1,
    stdoutBytes: 0,
    stderrBytes: 0,
    isTruncated: false,
    evidenceId: `evidence-${commandId}`,
  });
  const commands = probeId === 'gpu' ? [command('query'), command('utilization')] : [command('meminfo')];
  return { hostId: 'h', probeId, state, reason: null, facts, observedAtMs: 5, durationMs: 1, commands };
}

function gpus(...percents: (number | null)[]): ProbeResult {
  return result('gpu', { gpus: percents.map((gpuPercent, index) => ({ index, utilization: { gpuPercent } })) });
}

function go(
  results: readonly ProbeResult[],
  { answers = {}, forced = {}, ...more }: Partial<Pick<WalkBasis, 'answers' | 'forced' | 'unattended'>> = {},
  treeId = 'main',
  trees: ReadonlyMap<string, CompiledTree> = set.trees,
): WalkResult {
  const tree = trees.get(treeId);
  if (tree === undefined) throw new Error(`no tree ${treeId}: ${JSON.stringify(set.problems)}`);
  const basis = { hostId: 'h', runId: 'r', results, answers, forced, nowMs: 7, ...more };
  return walk(tree, basis, { treeById: (id) => trees.get(id), probeInfo });
}

function pathOf({ path }: WalkResult): string[] {
  return path.map(({ stepId, chosenBranchId }) => `${stepId}:${chosenBranchId}`);
}

const plenty = result('memory', { availableBytes: 5000, totalBytes: 8000 });

describe('walk', () => {
  it('passes a question where the tree says when nobody is there, and says so of an all-clear', () => {
    const results = [gpus(10, 90), plenty];
    const passed = go(results, { unattended: 'all' });
    expect(passed.state).toBe('concluded');
    expect(pathOf(passed)).toEqual(['read:next', 'judge:busy', 'question:unattended', 'onward:null', 'other:end:null']);
    expect(passed.path[2]?.evaluations.filter(({ result }) => result !== 'not-judged')).toMatchObject([
      { branchId: 'unattended', to: 'onward', reason: { en: 'Nobody was asked' } },
    ]);
    expect(passed.findings.map(({ code, cautions }) => [code, cautions])).toEqual([
      ['O-1', [{ en: 'Nobody was asked, and an answer may tell more: Ask', 'zh-CN': expect.stringContaining('询问') }]],
    ]);
    expect(go(results, { unattended: ['question'] }).path).toEqual(passed.path);
    // What was answered counts, and who is there is asked and shown no other way.
    const answers = { question: { isFine: false, why: null, which: null } };
    expect(pathOf(go(results, { answers, unattended: 'all' })).at(-1)).toBe('cannot:null');
    for (const asked of [go(results), go(results, { unattended: ['other'] })]) {
      expect(asked.path.at(-1)?.evaluations.map(({ branchId }) => branchId)).toEqual([
        'not-fine',
        'otherwise',
        'unknown',
      ]);
    }
  });

  it('takes the first true branch and says why with the values in it and their evidence', () => {
    const walked = go([gpus(10, 90), plenty]);
    expect(pathOf(walked)).toEqual(['read:next', 'judge:busy', 'question:null']);
    expect(walked.state).toBe('waiting');
    // What the facts say already is not asked; what they can't say is.
    const asked = (results: ProbeResult[]) => go(results).question?.fields.map(({ name }) => name);
    expect(asked([gpus(10, 90), plenty])).toEqual(['isFine']);
    expect(asked([gpus(10, 90), result('memory', { availableBytes: 5000 })])).toEqual(['isFine', 'why', 'which']);
    expect(walked.question?.prompt).toEqual({ en: '1 busy', 'zh-CN': '1 忙' });
    expect(walked.path[1]?.evaluations).toEqual([
      {
        branchId: 'low',
        to: 'low',
        label: { en: 'Low', 'zh-CN': '低' },
        condition: 'memory.availableBytes < 1000',
        result: 'false',
        reason: null,
        values: [
          {
            expression: 'memory.availableBytes',
            value: '5000',
            evidence: { probeId: 'memory', factPath: 'availableBytes', evidenceId: 'evidence-meminfo' },
          },
        ],
        comparisons: [
          {
            expression: 'memory.availableBytes',
            operator: '<',
            limitExpression: '1000',
            rule: null,
            note: null,
            sources: [],
            items: [{ name: null, value: 5000, limit: 1000, holds: false }],
            itemCount: 1,
            evidence: { probeId: 'memory', factPath: 'availableBytes', evidenceId: 'evidence-meminfo' },
          },
        ],
      },
      {
        branchId: 'busy',
        to: 'question',
        label: { en: 'Busy', 'zh-CN': '忙' },
        condition: 'gpu.gpus.exists(g, g.utilization.gpuPercent > 50)',
        result: 'true',
        reason: null,
        values: [
          {
            expression: 'gpu.gpus.map(g, g.utilization.gpuPercent)',
            value: '[10,90]',
            evidence: {
              probeId: 'gpu',
              factPath: 'gpus.utilization.gpuPercent',
              evidenceId: 'evidence-utilization',
            },
          },
        ],
        comparisons: [
          {
            expression: 'g.utilization.gpuPercent',
            operator: '>',
            limitExpression: '50',
            rule: null,
            note: null,
            sources: [],
            items: [
              { name: '1', value: 90, limit: 50, holds: true },
              { name: '0', value: 10, limit: 50, holds: false },
            ],
            itemCount: 2,
            evidence: {
              probeId: 'gpu',
              factPath: 'gpus.utilization.gpuPercent',
              evidenceId: 'evidence-utilization',
            },
          },
        ],
      },
      expect.objectContaining({ branchId: 'many', result: 'not-judged', values: [] }),
      expect.objectContaining({ branchId: 'otherwise', result: 'not-judged' }),
      expect.objectContaining({ branchId: 'unknown', result: 'not-judged' }),
    ]);
  });

  it('shows the limits that a branch writes out beside those of its named values, and does not judge by them', () => {
    const many = go([gpus(10, 20), plenty]).path[1]?.evaluations[2];
    expect(many?.result).toBe('false');
    const evidence = { probeId: 'gpu', factPath: 'gpus.utilization.gpuPercent' };
    expect(many?.comparisons).toMatchObject([
      {
        expression: 'g.utilization.gpuPercent',
        operator: '>=',
        rule: null,
        items: [
          { value: 20, limit: 15, holds: true },
          { value: 10, limit: 15, holds: false },
        ],
        evidence,
      },
      { expression: 'g.utilization.gpuPercent', operator: '>', rule: 'busy' },
    ]);
  });

  it('takes unknown, never otherwise, when a fact is missing, and names what is missing', () => {
    const walked = go([gpus(10, 20), result('memory', null, 'denied')]);
    expect(pathOf(walked)).toEqual(['read:next', 'judge:unknown', 'cannot:null']);
    expect(walked.path[1]?.evaluations[0]).toMatchObject({
      result: 'unknown',
      reason: { en: 'Not known: memory (not allowed)', 'zh-CN': '未知：memory（无权限）' },
      values: [{ value: 'null' }],
    });
  });

  it('says that a field was not reported when its probe was fine', () => {
    const walked = go([gpus(10, null), plenty]);
    expect(walked.path[1]?.chosenBranchId).toBe('unknown');
    expect(walked.path[1]?.evaluations[1]).toMatchObject({
      result: 'unknown',
      values: [{ value: '[10,null]' }],
    });
  });

  it('takes a true branch although an earlier one is unknown', () => {
    expect(pathOf(go([gpus(99)]))).toEqual(['read:next', 'judge:busy', 'question:null']);
  });

  it('does not judge without the probes a step needs', () => {
    const walked = go([result('gpu', null, 'hung'), plenty]);
    expect(pathOf(walked)).toEqual(['read:unknown', 'cannot:null']);
    expect(walked.path[0]?.evaluations[1]?.reason?.en).toBe('No facts from gpu (hung)');
    expect(walked.findings[0]).toMatchObject({ code: 'M-2', state: 'unknown', explanation: { en: 'hung 8000' } });
  });

  it('writes unknown where a text wants a value that is not there', () => {
    expect(go([result('gpu', null, 'hung')]).findings[0]?.explanation).toEqual({
      en: 'hung unknown',
      'zh-CN': 'hung 未知',
    });
  });

  it('lets no control or bidirectional character of a node into a text or a value', () => {
    const hostile = 'a\u001b[31mb\u202ec\u0007';
    const walked = go([
      result('gpu', { gpus: [{ index: hostile, utilization: { gpuPercent: hostile } }] }, 'ok'),
      result('memory', { availableBytes: hostile, totalBytes: hostile }),
    ]);
    const strings: string[] = [];
    JSON.stringify([walked.path, walked.findings], (_, value: unknown) => {
      if (typeof value === 'string') strings.push(value);
      return value;
    });
    expect(strings.join('')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/);
    expect(walked.findings[0]?.explanation.en).toBe('ok ab\ufffdc\ufffd');
  });

  it('keeps a finding and goes on, into another tree', () => {
    const walked = go([gpus(1), result('memory', { availableBytes: 10 })]);
    expect(pathOf(walked)).toEqual(['read:next', 'judge:low', 'low:next', 'onward:null', 'other:end:null']);
    expect(walked.path[1]?.evaluations[0]?.reason).toEqual({ en: 'only 10 bytes', 'zh-CN': '仅 10 字节' });
    expect(walked.findings.map(({ code, origin, evidence }) => ({ code, origin, evidence }))).toEqual([
      {
        code: 'M-1',
        origin: { treeId: 'main', runId: 'r', stepId: 'low' },
        evidence: [{ probeId: 'memory', factPath: 'availableBytes', evidenceId: 'evidence-meminfo' }],
      },
      { code: 'O-1', origin: { treeId: 'other', runId: 'r', stepId: 'other:end' }, evidence: [] },
    ]);
  });

  it.each([
    [{ isFine: true }, 'question:otherwise'],
    [{ isFine: false }, 'question:not-fine'],
    [{ isFine: null }, 'question:unknown'],
  ])('follows the answer %j', (answer, expected) => {
    expect(pathOf(go([gpus(90), plenty], { answers: { question: answer } }))).toContain(expected);
  });

  it('takes a forced branch whatever the facts say and marks it', () => {
    const walked = go([gpus(1), plenty], { forced: { judge: 'low' } });
    expect(pathOf(walked)).toEqual(['read:next', 'judge:low', 'low:next', 'onward:null', 'other:end:null']);
    expect(walked.path.map(({ isForced }) => isForced)).toEqual([false, true, false, false, false]);
    expect(walked.path[1]?.evaluations[0]).toMatchObject({ result: 'false', reason: { en: expect.any(String) } });
  });

  it('says of what is only assumed that there is nothing to list, and of what was found what it lists', () => {
    const text = `{{ listText(gpu.gpus.filter(g, g.utilization.gpuPercent > 50).map(g, formatNumber(g.index))) }}.`;
    const listing = main.replace(
      'explanation: { en: Low, zh-CN: 低 }',
      `explanation: { en: '${text}', zh-CN: '${text}' }`,
    );
    const { trees } = compileTrees([
      { file: 'listing.yaml', text: listing, isBuiltIn: true },
      { file: 'other.yaml', text: other, isBuiltIn: true },
    ]);
    const low = result('memory', { availableBytes: 5, totalBytes: 8000 });
    const said = (walked: WalkResult) => walked.findings[0]?.explanation.en;
    expect(said(go([gpus(1), plenty], { forced: { judge: 'low' } }, 'main', trees))).toBe(
      '(there is none: this is assumed).',
    );
    expect(said(go([gpus(90), low], {}, 'main', trees))).toBe('0.');
    expect(said(go([gpus(1), low], {}, 'main', trees))).toBe('—.');
  });

  it('ignores a forced branch that the step does not have', () => {
    expect(pathOf(go([gpus(1), plenty], { forced: { judge: 'nope' } }))).toContain('judge:otherwise');
  });

  it('can skip a question by forcing its branch', () => {
    expect(pathOf(go([gpus(90), plenty], { forced: { question: 'not-fine' } }))).toContain('cannot:null');
  });
});

describe('walking the built-in trees on any facts', () => {
  const builtIn = compileTrees(builtInTrees()).trees;
  const junk = fc.jsonValue({ maxDepth: 4 });

  it('always ends, in both languages, and twice the same', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('gpu', 'processes', 'gpu-processes', 'gpu-holders', 'gpu-topology', 'gpu-kernel-log', 'os'),
          fc.oneof(
            junk,
            fc.record({ gpus: fc.array(junk, { maxLength: 3 }) }),
            fc.record({ lines: fc.array(junk, { maxLength: 3 }) }),
          ),
        ),
        (facts) => {
          const results = Object.entries(facts).map(([id, value]) => result(id, value));
          for (const id of builtIn.keys()) {
            const once = go(results, {}, id, builtIn);
            expect(once.path.length).toBeGreaterThan(0);
            expect(go(results, {}, id, builtIn)).toEqual(once);
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});
