import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Finding, findingNatures, healthStates, severities } from '../finding';
import type { GpuPlace } from './gpu-places';
import { type RankedFindings, rankFindings, type WalkedFinding } from './rank-findings';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function found(code: string, values: Partial<Finding> = {}, treeId = 'tree'): WalkedFinding {
  const title = { en: code };
  const finding: Finding = {
    id: `${treeId}:${code}:${values.hostId ?? 'n1'}:${values.subjects?.join() ?? ''}`,
    code,
    hostId: 'n1',
    state: 'degraded',
    severity: 'warn',
    title,
    explanation: title,
    advice: [],
    subjects: [],
    evidence: [],
    actions: [],
    sources: [],
    observedAtMs: 0,
    origin: { treeId, runId: 'run', stepId: 'step' },
    ...values,
  };
  return { finding, treeId };
}

/** `CODE`, with its cause after an arrow and a star for the root cause. */
function lines({ ranked }: RankedFindings): string[] {
  const codeOf = (id: string | null) => ranked.find(({ finding }) => finding.id === id)?.finding.code;
  return ranked.map(
    ({ finding, causeId, isRootCause }) =>
      `${finding.code}${isRootCause ? '*' : ''}${causeId === null ? '' : ` <- ${codeOf(causeId)}`}`,
  );
}

const gpu = (index: number, switchId: string | null = null, numaId: string | null = null): GpuPlace => ({
  names: [`gpu-${index}`, `0000:0${index}:00`, `gpu ${index}`],
  switchId,
  numaId,
});
/** Four GPUs: two behind one switch, and three of them at one processor. */
const fourGpus: ReadonlyMap<string, readonly GpuPlace[]> = new Map([
  ['n1', [gpu(0, 's', 'a'), gpu(1, 's', 'a'), gpu(2, 't', 'a'), gpu(3, 'u', 'b')]],
]);

describe('findings of many trees', () => {
  it('are one where several trees came to the same, however each names the GPU', () => {
    const { ranked } = rankFindings(
      [
        found('F-D1', { subjects: ['GPU-0'] }, 'gpu-missing'),
        found('F-D1', { subjects: ['00000000:00:00.0'] }, 'ecc-errors'),
        found('F-D1', { subjects: ['GPU-1'] }, 'gpu-missing'),
        found('F-D1', { subjects: ['GPU-0'], hostId: 'n2' }, 'gpu-missing'),
      ],
      new Map([['n1', [gpu(0), gpu(1)]]]),
    );
    expect(ranked.map(({ treeIds }) => treeIds)).toContainEqual(['ecc-errors', 'gpu-missing']);
    expect(ranked).toHaveLength(3);
  });

  it('are told apart from what could not be judged and from what is well', () => {
    const result = rankFindings([
      found('F-A0', { state: 'unknown' }),
      found('F-A9', { state: 'healthy', severity: 'info' }),
      found('F-A1'),
    ]);
    expect(lines(result)).toEqual(['F-A1*']);
    expect(result.unjudged.map(({ finding }) => finding.code)).toEqual(['F-A0']);
    expect(result.healthy.map(({ finding }) => finding.code)).toEqual(['F-A9']);
  });

  it('that say the same could not be judged are one, whatever their codes are', () => {
    const unread = { state: 'unknown', title: { en: 'The GPUs could not be read' } } as const;
    const { unjudged } = rankFindings([
      found('F-A0', unread, 'vram-shortage'),
      found('F-N0', unread, 'low-gpu-utilisation'),
      found('F-L0', { state: 'unknown' }, 'host-memory'),
    ]);
    expect(unjudged.map(({ treeIds }) => treeIds)).toEqual([['low-gpu-utilisation', 'vram-shortage'], ['host-memory']]);
  });

  it('of context begin with what jobs run into, not with how the node is set up', () => {
    const info = (code: string, nature?: Finding['nature']) =>
      found(code, { severity: 'info', ...(nature && { nature }) });
    const all = [
      info('untold'),
      info('toolkit', 'software'),
      info('slice', 'capacity'),
      info('limit', 'configuration'),
    ];
    expect(lines(rankFindings(all))).toEqual(['slice', 'toolkit', 'limit', 'untold']);
  });

  it('stand by how bad they are, then by root cause, nature and time', () => {
    const result = rankFindings([
      found('late-hardware', { nature: 'hardware', sinceMs: 30 }),
      found('slow', { nature: 'performance' }),
      found('setting', { nature: 'configuration', sinceMs: 10 }),
      found('hardware', { nature: 'hardware', sinceMs: 20 }),
      found('broken', { severity: 'fatal' }),
      found('context', { severity: 'info' }),
    ]);
    expect(lines(result)).toEqual(['broken', 'setting*', 'hardware', 'late-hardware', 'slow', 'context']);
  });
});

describe('a consequence', () => {
  it('stands under what explains it, also of another tree and of a third', () => {
    const result = rankFindings([
      found('throttled', { severity: 'critical', nature: 'performance' }),
      found('fan', { nature: 'hardware', explains: ['hot'] }),
      found('hot', { explains: ['throttled'] }),
      found('other', { severity: 'warn', nature: 'performance' }),
    ]);
    expect(lines(result)).toEqual(['fan', 'hot <- fan', 'throttled <- hot', 'other']);
  });

  it('lends its severity to the cause, so that the cause of the worst comes first', () => {
    const result = rankFindings([
      found('loud', { severity: 'critical' }),
      found('quiet', { severity: 'warn', explains: ['down'] }),
      found('down', { severity: 'fatal' }),
    ]);
    expect(lines(result)).toEqual(['quiet', 'down <- quiet', 'loud']);
  });

  it('is of its own node, and of its own GPU where both are about GPUs', () => {
    const cause = { explains: ['effect'], subjects: ['GPU-0'] };
    expect(lines(rankFindings([found('cause', cause), found('effect', { hostId: 'n2' })]))).toEqual([
      'cause*',
      'effect*',
    ]);
    expect(lines(rankFindings([found('cause', cause), found('effect', { subjects: ['GPU-1'] })]))).toEqual([
      'cause',
      'effect',
    ]);
    expect(lines(rankFindings([found('cause', cause), found('effect', { subjects: ['gpu-0', 'GPU-1'] })]))).toEqual([
      'cause*',
      'effect <- cause',
    ]);
    expect(lines(rankFindings([found('cause', cause), found('effect', { subjects: ['pid 7'] })]))).toEqual([
      'cause*',
      'effect <- cause',
    ]);
  });

  it('is not what was there well before', () => {
    const cause = found('cause', { explains: ['effect'], sinceMs: hourMs });
    const begunBefore = (ms: number) => lines(rankFindings([cause, found('effect', { sinceMs: hourMs - ms })]));
    expect(begunBefore(4 * minuteMs)).toEqual(['cause*', 'effect <- cause']);
    expect(begunBefore(6 * minuteMs)).toEqual(['effect*', 'cause']);
  });

  it('is slowness of the component whose hardware failed within five minutes of it', () => {
    const hardware = found('xid', { nature: 'hardware', subjects: ['GPU-0'], sinceMs: hourMs });
    const slow = (values: Partial<Finding>) =>
      rankFindings([
        hardware,
        found('slow', { nature: 'performance', subjects: ['GPU-0'], sinceMs: hourMs, ...values }),
      ]);
    const isFolded = (values: Partial<Finding>) =>
      slow(values).ranked.some(({ because }) => because === 'hardware-first');
    expect(isFolded({})).toBe(true);
    expect(isFolded({ sinceMs: hourMs - 5 * minuteMs })).toBe(true);
    expect(isFolded({ sinceMs: hourMs + 6 * minuteMs })).toBe(false);
    expect(isFolded({ sinceMs: null })).toBe(false);
    expect(isFolded({ subjects: ['GPU-1'] })).toBe(false);
    expect(isFolded({ subjects: [] })).toBe(false);
    expect(isFolded({ nature: 'software' })).toBe(false);
  });

  it('is that trees stopped first: said once, under the hardware that made them stop', () => {
    const stop: Partial<Finding> = { severity: 'fatal', state: 'unhealthy', subjects: ['GPU-0'] };
    const stops = [
      found('F-A0', stop, 'vram-shortage'),
      found('F-G0', stop, 'ecc-errors'),
      found('F-H0', stop, 'pcie'),
    ];
    expect(lines(rankFindings(stops))).toEqual(['F-A0*']);
    const result = rankFindings([...stops, found('F-D1', { nature: 'hardware', subjects: ['GPU-0'] })]);
    expect(lines(result)).toEqual(['F-D1*', 'F-A0 <- F-D1']);
    expect(result.ranked[1]?.treeIds).toEqual(['ecc-errors', 'pcie', 'vram-shortage']);
    const requestsFail = found('F-O0', { subjects: ['GPU-0'] }, 'inference');
    expect(rankFindings([...stops, requestsFail]).ranked.map(({ finding }) => finding.code)).toEqual(['F-A0', 'F-O0']);
  });

  it('of findings that explain each other in a circle leaves the worst on top', () => {
    const result = rankFindings([
      found('a', { explains: ['b'] }),
      found('b', { explains: ['c'], severity: 'critical' }),
      found('c', { explains: ['a'] }),
    ]);
    expect(lines(result)).toEqual(['b*', 'c <- b', 'a <- c']);
  });
});

describe('where a finding is', () => {
  const placeOf = (subjects: string[], values: Partial<Finding> = {}) =>
    rankFindings([found('x', { nature: 'hardware', subjects, ...values })], fourGpus).ranked[0]?.locality?.kind ?? null;

  it('hints at the card, the switch, the processor or the host by the GPUs it is about', () => {
    expect(placeOf(['GPU-2'])).toBe('card');
    expect(placeOf(['GPU-0', 'GPU-1'])).toBe('switch');
    expect(placeOf(['GPU-0', 'GPU 2'])).toBe('numa');
    expect(placeOf(['GPU-0', 'GPU-3'])).toBe(null);
    expect(placeOf(['GPU-0', 'GPU-1', 'GPU-2', 'GPU-3'])).toBe('all-gpus');
  });

  it('hints at nothing for a setting, for what is no GPU, and for a GPU that is not known', () => {
    expect(placeOf(['GPU-2'], { nature: 'configuration' })).toBe(null);
    expect(placeOf(['mlx5_0'])).toBe(null);
    expect(placeOf(['GPU-9'])).toBe(null);
    expect(placeOf([])).toBe(null);
  });

  it('hints at what nodes share where several have it', () => {
    const of = (hostId: string) => found('x', { nature: 'performance', hostId });
    expect(rankFindings([of('n1'), of('n2'), of('n3')]).ranked.map(({ locality }) => locality)).toEqual(
      Array(3).fill({ kind: 'nodes', count: 3 }),
    );
  });
});

const codes = ['F-A0', 'F-B0', 'F-A1', 'F-B1', 'F-C1', 'F-D1'];
const anyFinding = fc
  .record({
    id: fc.uuid(),
    treeId: fc.constantFrom('a', 'b', 'c'),
    code: fc.constantFrom(...codes),
    hostId: fc.constantFrom('n1', 'n2'),
    state: fc.constantFrom(...healthStates),
    severity: fc.constantFrom(...severities),
    nature: fc.constantFrom(undefined, ...findingNatures),
    sinceMs: fc.constantFrom(undefined, null, 0, minuteMs, hourMs),
    subjects: fc.subarray(['GPU-0', 'GPU-1', 'gpu 1', 'mlx5_0']),
    explains: fc.subarray(codes),
  })
  .map(({ treeId, code, ...values }) => found(code, values, treeId));
const anyFindings = fc.uniqueArray(anyFinding, { maxLength: 12, selector: ({ finding }) => finding.id });

describe('whatever was found', () => {
  it('stands in the result once, by every tree that came to it, and after its cause', () => {
    fc.assert(
      fc.property(anyFindings, (all) => {
        const { ranked, unjudged, healthy } = rankFindings(all, fourGpus);
        const kept = [...ranked, ...unjudged, ...healthy];
        expect(new Set(kept.map(({ finding }) => finding.id)).size).toBe(kept.length);
        for (const { finding, treeId } of all) {
          const said = kept.some(
            (one) =>
              one.treeIds.includes(treeId) &&
              one.finding.hostId === finding.hostId &&
              (one.finding.code === finding.code || /0$/.test(finding.code) || finding.state === 'unknown'),
          );
          expect(said).toBe(true);
        }
        for (const [at, { causeId }] of ranked.entries()) {
          if (causeId !== null) expect(ranked.slice(0, at).some(({ finding }) => finding.id === causeId)).toBe(true);
        }
        for (const hostId of ['n1', 'n2']) {
          expect(ranked.filter((one) => one.isRootCause && one.finding.hostId === hostId).length).toBeLessThan(2);
        }
      }),
    );
  });

  it('gives one list in whatever order it comes', () => {
    fc.assert(
      fc.property(
        anyFindings.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(rankFindings(shuffled, fourGpus)).toEqual(rankFindings(all, fourGpus));
        },
      ),
    );
  });

  it('has the group with the worst finding first', () => {
    fc.assert(
      fc.property(anyFindings, (all) => {
        const worst: number[] = [];
        for (const { finding, causeId } of rankFindings(all, fourGpus).ranked) {
          const severity = severities.indexOf(finding.severity);
          if (causeId === null) worst.push(severity);
          else worst.push(Math.max(worst.pop() ?? 0, severity));
        }
        expect(worst).toEqual([...worst].sort((one, other) => other - one));
      }),
    );
  });
});
