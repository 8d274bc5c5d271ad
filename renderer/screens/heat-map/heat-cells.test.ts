import { describe, expect, it } from 'vitest';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import type { LiveRow } from '#shared/domain/telemetry/live';
import { sshHost } from '../../testing/fixtures';
import { cellKey, cellsOf, countCells, type HeatCell, judgeCells } from './heat-cells';
import { heatMetric } from './heat-metrics';

const nowMs = 1_000_000;
const temperature = heatMetric('gpu.temperatureC');
const nodeOf = (status: Parameters<typeof sshHost>[1] = {}): FleetNode => ({
  id: 'gpu01',
  host: sshHost('gpu01', status),
  summary: undefined,
});
const known = (node: FleetNode, count: number) =>
  cellsOf(
    [node],
    new Map([
      [
        'gpu01',
        {
          hostId: 'gpu01',
          gpus: Array.from({ length: count }, (_, index) => ({ subject: `gpu ${index}`, index, model: 'H100' })),
          lost: [],
        },
      ],
    ]),
    new Map(),
  );
/** Temperature, memory used, reasons of lower clocks: as the metrics are asked for. */
const row = (index: number, ageMs: number, values: LiveRow['values']): [string, LiveRow] => [
  cellKey('gpu01', `gpu ${index}`),
  { hostId: 'gpu01', subject: `gpu ${index}`, atMs: nowMs - ageMs, values },
];
const judge = (
  cells: readonly HeatCell[],
  rows: ReadonlyArray<[string, LiveRow]>,
  { state = 'watching' as const, intervalMs = 1000, sinceMs = 0 } = {},
) =>
  judgeCells(cells, {
    samples: new Map(rows),
    watches: new Map([['gpu01', { state, intervalMs }]]),
    metric: temperature,
    nowMs,
    sinceMs,
    isReplayed: false,
  }).map(({ kind, isThrottled }) => (isThrottled ? `${kind} throttled` : kind));

describe('what a cell is like', () => {
  it('tells apart what is well, past a threshold, held back and not known', () => {
    const rows = [
      row(0, 500, [60, 1, 0]),
      row(1, 500, [80, 1, 0]),
      row(2, 500, [85, 1, 0x40]),
      row(3, 500, [null, 1, 0]),
      row(4, 500, [60, 1, 0x4]),
      row(5, 500, [60, 1, 0x80]),
    ];
    expect(judge(known(nodeOf(), 6), rows)).toEqual([
      'ok',
      'warn',
      'critical throttled',
      'unknown',
      'ok',
      'ok throttled',
    ]);
  });

  it('calls samples that stopped stale, whatever they said, after three intervals', () => {
    const cells = known(nodeOf(), 1);
    expect(judge(cells, [row(0, 4500, [90, 1, 0x40])])).toEqual(['critical throttled']);
    expect(judge(cells, [row(0, 4501, [90, 1, 0x40])])).toEqual(['stale']);
    expect(judge(cells, [row(0, 31_000, [60, 1, 0])], { intervalMs: 10_000 })).toEqual(['ok']);
  });

  it('does not call stale what was sampled slowly before somebody looked', () => {
    const cells = known(nodeOf(), 1);
    expect(judge(cells, [row(0, 9000, [60, 1, 0])], { sinceMs: nowMs - 2000 })).toEqual(['ok']);
    expect(judge(cells, [row(0, 9000, [60, 1, 0])], { sinceMs: nowMs - 11_000 })).toEqual(['stale']);
  });

  it('calls a GPU gone that its node outlived, that never came, or that tells nothing at all', () => {
    const rows = [row(0, 500, [60, 1, 0]), row(1, 6500, [60, 1, 0]), row(2, 500, [null, null, null])];
    expect(judge(known(nodeOf(), 4), rows)).toEqual(['ok', 'gone', 'gone', 'gone']);
  });

  it('keeps the last value of a node that is not connected, and does not judge it', () => {
    const cells = known(nodeOf({ connection: 'reconnecting' }), 1);
    const [judged] = judgeCells(cells, {
      samples: new Map([row(0, 500, [90, 1, 0x40])]),
      watches: new Map(),
      metric: temperature,
      nowMs,
      sinceMs: 0,
      isReplayed: false,
    });
    expect(judged).toEqual({ kind: 'offline', value: 90, isThrottled: false, atMs: nowMs - 500 });
  });

  it('waits for the first sample of a node', () => {
    expect(judge(known(nodeOf(), 1), [])).toEqual(['waiting']);
  });

  it('counts each state', () => {
    const cells = known(nodeOf(), 2);
    const judged = judgeCells(cells, {
      samples: new Map([row(0, 500, [60, 1, 0x40]), row(1, 500, [86, 1, 0])]),
      watches: new Map(),
      metric: temperature,
      nowMs,
      sinceMs: 0,
      isReplayed: false,
    });
    expect(countCells(judged)).toMatchObject({ ok: 1, critical: 1, throttled: 1, warn: 0, gone: 0 });
  });
});

describe('which cells there are', () => {
  it('keeps one that is listed no more, and takes a lost GPU for it', () => {
    const gpu = { subject: 'gpu 0', index: 0, model: 'H100' };
    const listed = new Map([['gpu01', { hostId: 'gpu01', gpus: [gpu], lost: ['00000000:c3:00.0'] }]]);
    const ids = (sampled: string[]) =>
      cellsOf([nodeOf()], listed, new Map([['gpu01', new Set(sampled)]])).map((cell) => cell.subject ?? cell.pciBusId);
    expect(ids(['gpu 0'])).toEqual(['gpu 0', '00000000:c3:00.0']);
    expect(ids(['gpu 0', 'gpu 1'])).toEqual(['gpu 0', 'gpu 1']);
  });
});
