import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RuleEvaluator } from '#shared/domain/rules/rule-evaluator';
import { type Frame, subjectKey } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { TelemetryEvent } from '#shared/domain/telemetry/telemetry-event';
import { openStore } from '../../store/open-store';
import { readFrames } from '../store/read-frames';
import { SampleStore } from '../store/sample-store';
import { telemetrySchema } from '../store/telemetry-schema';
import { replayRules } from './replay-rules';
import { builtInRules, compileRuleFiles } from './rule-library';

const set = compileRuleFiles(builtInRules(), null);
const START_MS = 1_760_000_000_000;
const gpu: readonly MetricId[] = [
  'gpu.temperatureC',
  'gpu.eccUncorrected',
  'gpu.utilizationPercent',
  'gpu.memoryUsedBytes',
];
const node: readonly MetricId[] = ['node.load', 'node.memoryAvailableBytes', 'node.memoryTotalBytes'];

interface Said {
  readonly key: string;
  readonly firedMs: number;
  resolvedMs: number | null;
}

/** What a live evaluator says to the same frames, with silence judged every ten seconds. */
function live(frames: readonly Frame[], toMs: number): Said[] {
  const evaluator = new RuleEvaluator({ set });
  const said: Said[] = [];
  const keep = (changes: ReturnType<RuleEvaluator['take']>): void => {
    for (const { rule, subject, to, atMs } of changes) {
      const key = `${rule.id} ${subject}`;
      if (to === 'firing') said.push({ key, firedMs: atMs, resolvedMs: null });
      const open = said.findLast((each) => each.key === key && each.resolvedMs === null);
      if (to === 'inactive' && open) open.resolvedMs = atMs;
    }
  };
  let tickMs = Math.floor((frames[0]?.atMs ?? 0) / 10_000) * 10_000;
  const silence = (atMs: number): void => {
    while (tickMs + 10_000 <= atMs) {
      tickMs += 10_000;
      keep(evaluator.tick(tickMs, () => true));
    }
  };
  for (const frame of frames) {
    silence(frame.atMs);
    keep(evaluator.take('h', [frame]));
  }
  silence(toMs);
  return said;
}

/** Two GPUs and their node every ten seconds, with values and silences as told, kept in a store. */
function kept(rounds: ReadonlyArray<{ hot: number; errors: number; free: number; isSilent: boolean }>) {
  const store = openStore(':memory:', Date.now, telemetrySchema);
  const samples = new SampleStore({ store, nowMs: () => START_MS + rounds.length * 10_000 });
  const frames: Frame[] = [];
  let errors = 0;
  for (const [index, round] of rounds.entries()) {
    errors = round.errors === 0 ? errors : round.errors > 8 ? 0 : errors + round.errors;
    if (round.isSilent) continue;
    const atMs = START_MS + index * 10_000;
    for (const [at, id] of ['GPU-1', 'GPU-2'].entries()) {
      const values = [at === 0 ? round.hot : Number.NaN, errors, 3, 8e9];
      frames.push({ subject: { kind: 'gpu', id }, layout: gpu, atMs: atMs + at, values });
    }
    frames.push({ subject: { kind: 'node', id: '' }, layout: node, atMs: atMs + 5, values: [1, round.free, 100] });
  }
  // In pieces, so that some are in blocks and some are not.
  for (const frame of frames) samples.append('h', [frame]);
  samples.flush();
  const events: TelemetryEvent[] = [
    { id: 1, hostId: 'h', subject: 'node', atMs: START_MS, untilMs: null, body: { kind: 'connection-lost' } },
  ];
  for (const [index, { isSilent }] of rounds.entries()) {
    if (isSilent) events.push({ ...(events[0] as TelemetryEvent), atMs: START_MS + index * 10_000 });
  }
  return { store, samples, frames, events, toMs: START_MS + rounds.length * 10_000 };
}

async function replay({ samples, events, toMs }: ReturnType<typeof kept>, withEvents = true) {
  return replayRules(
    set,
    {
      frames: (hostId, from, to) => readFrames(samples, hostId, from, to),
      events: () => (withEvents ? events : []),
    },
    { hostIds: ['h'], fromMs: START_MS, toMs },
  );
}

const stretch = fc.record({
  length: fc.integer({ min: 1, max: 60 }),
  hot: fc.constantFrom(60, 74, 80, 86, 90, Number.NaN),
  errors: fc.constantFrom(0, 0, 0, 1, 9),
  free: fc.constantFrom(2, 50),
  isSilent: fc.boolean(),
});

it('replays what live samples said, rule by rule and to the moment', async () => {
  let fired = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(stretch, { minLength: 3, maxLength: 12 }), async (stretches) => {
      const rounds = [
        { hot: 60, errors: 0, free: 50, isSilent: false },
        ...stretches.flatMap(({ length, ...round }) => Array.from({ length }, () => round)),
      ];
      const all = kept(rounds);
      const { alerts, rounds: judged } = await replay(all);
      const said = alerts.map(({ ruleId, subject, firedMs, resolvedMs }) => ({
        key: `${ruleId} ${subject}`,
        firedMs,
        resolvedMs,
      }));
      const order = (one: Said, other: Said): number => one.firedMs - other.firedMs || one.key.localeCompare(other.key);
      expect(said.sort(order)).toEqual(live(all.frames, all.toMs).sort(order));
      expect(judged).toBe(all.frames.length);
      fired += said.length;
      all.store.close();
    }),
    { numRuns: 15 },
  );
  expect(fired).toBeGreaterThan(5);
});

it('does not take the time in which nobody watched for the silence of a node', async () => {
  const calm = { hot: 60, errors: 0, free: 50, isSilent: false };
  const rounds = [calm, calm, ...Array.from({ length: 60 }, () => ({ ...calm, isSilent: true })), calm, calm];
  const all = kept(rounds);
  const lost = (found: Awaited<ReturnType<typeof replay>>) => found.alerts.map(({ ruleId }) => ruleId);
  expect(lost(await replay(all))).toContain('telemetry-lost');
  expect(lost(await replay(all, false))).toEqual([]);
  expect((await replay(all)).firstMs).toBe(START_MS);
  expect(all.frames.map(({ subject }) => subjectKey(subject)).slice(0, 3)).toEqual(['gpu GPU-1', 'gpu GPU-2', 'node']);
  all.store.close();
});
