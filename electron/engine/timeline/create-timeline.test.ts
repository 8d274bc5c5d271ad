import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentSummary } from '#shared/domain/incident';
import type { TelemetryEvent } from '#shared/domain/telemetry/telemetry-event';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { createTimeline } from './create-timeline';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-timeline-'));
  store = openStore(join(folder, 'gantry.db'), () => 1_000_000);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const insert = (table: string, row: Record<string, unknown>) => {
  const columns = Object.keys(row);
  store.transaction(() =>
    store.database
      .prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)
      .run(...Object.values(row)),
  );
};
const alert = (hostId: string, sinceMs: number, firedMs: number | null, resolvedMs: number | null) =>
  insert('alert', {
    rule_id: 'gpu-hot',
    host_id: hostId,
    subject: 'gpu GPU-1',
    state: resolvedMs === null ? (firedMs === null ? 'pending' : 'firing') : 'resolved',
    since_ms: sinceMs,
    ...(resolvedMs === null ? {} : { resolved_ms: resolvedMs }),
    alert: JSON.stringify({ severity: 'critical', title: { en: 'Hot' }, message: { en: '90 °C' }, firedMs }),
  });
const run = (id: string, hostId: string, startedAtMs: number, finishedAtMs: number | null) =>
  insert('action_run', {
    id,
    host_id: hostId,
    state: finishedAtMs === null ? 'applying' : 'verified',
    started_at_ms: startedAtMs,
    run: JSON.stringify({ plan: { actionId: 'gpu-power-limit' }, finishedAtMs }),
    saved: '{}',
  });
const audited = (event: string, hostId: string, atMs: number) =>
  insert('audit', {
    at_ms: atMs,
    actor: 'ops',
    event,
    host_id: hostId,
    detail: JSON.stringify({ gpu: 'GPU-1', watts: 500 }),
    previous_hash: '',
    hash: '',
  });
const incident = (id: string, hostIds: string[], openedAtMs: number, closedAtMs: number | null): IncidentSummary => ({
  id,
  number: 7,
  title: id,
  state: closedAtMs === null ? 'open' : 'closed',
  severity: 'critical',
  hostIds,
  openedAtMs,
  updatedAtMs: closedAtMs ?? openedAtMs,
  entryCount: 1,
});
const gone: TelemetryEvent = {
  id: 1,
  hostId: 'a',
  subject: 'gpu GPU-1',
  atMs: 5200,
  untilMs: null,
  body: { kind: 'gpu-gone' },
};

function timelineOf(incidents: IncidentSummary[] = []) {
  return createTimeline({
    store,
    telemetry: { events: () => [gone] },
    rules: { flush: () => {} },
    actions: { list: () => [{ id: 'gpu-power-limit', title: { en: 'Set the power limit' } }] as never },
    incidents: { list: () => incidents },
  });
}

describe('what happened beside what was measured', () => {
  it('is in one order, whoever knew of it', () => {
    alert('a', 4000, 5000, 8000);
    run('run-1', 'a', 5100, 5300);
    audited('protection.would-step', 'a', 5150);
    const { annotations, isCut } = timelineOf([incident('inc', ['a'], 5250, null)]).annotations({
      fromMs: 0,
      toMs: 10_000,
    });
    expect(annotations.map(({ kind, atMs, untilMs }) => [kind, atMs, untilMs])).toEqual([
      ['alert', 5000, 8000],
      ['action', 5100, 5300],
      ['protection', 5150, null],
      ['event', 5200, null],
      ['incident', 5250, null],
    ]);
    expect(annotations[1]).toMatchObject({ runId: 'run-1', title: { en: 'Set the power limit' }, state: 'verified' });
    expect(annotations[2]).toMatchObject({ event: 'would-step', gpuUuid: 'GPU-1', detail: { watts: 500 } });
    expect(isCut).toBe(false);
  });

  it('is what overlaps the range, of the hosts that are asked for', () => {
    alert('a', 1000, 1500, 2000);
    alert('a', 1000, 1500, null);
    alert('a', 5000, null, null);
    alert('b', 5000, 5500, 6000);
    run('long', 'a', 1000, 6000);
    run('over', 'a', 1000, 2000);
    run('other', 'b', 5000, 6000);
    audited('protection.arm', 'b', 5000);
    audited('host.add', 'a', 5000);
    const incidents = [
      incident('still', ['a', 'b'], 10, null),
      incident('over', ['a'], 10, 20),
      incident('b', ['b'], 1, null),
    ];
    const { annotations } = timelineOf(incidents).annotations({ hostIds: ['a'], fromMs: 4000, toMs: 6000 });
    expect(annotations.filter(({ kind }) => kind !== 'event')).toMatchObject([
      { kind: 'incident', incidentId: 'still' },
      { kind: 'action', runId: 'long' },
      { kind: 'alert', atMs: 1500, untilMs: null },
    ]);
  });

  it('says when there is more than it lists, and lists the newest', () => {
    store.transaction(() => {
      for (let index = 0; index < 1002; index += 1) audited('protection.step-down', 'a', 1000 + index);
    });
    const { annotations, isCut } = timelineOf().annotations({ fromMs: 0, toMs: 4000 });
    const lines = annotations.filter(({ kind }) => kind === 'protection');
    expect([isCut, lines.length, lines[0]?.atMs, lines.at(-1)?.atMs]).toEqual([true, 1000, 1002, 2001]);
  });
});
