import { describe, expect, it } from 'vitest';
import { noticed as noticedOn } from '#shared/domain/fleet/fields';
import { compileFilter, matchContext } from '#shared/domain/fleet/filter/match-filter';
import { parseFilter } from '#shared/domain/fleet/filter/parse-filter';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { updateRows } from '../../fleet-filter/fleet-rows';
import { type quickFilters, wholeFilter } from '../../stores/fleet-view-store';
import { refused, sshHost, summary } from '../../testing/fixtures';
import { shortGpuName } from './table/fleet-cells';

const row = (host: FleetNode['host'], known?: FleetNode['summary']): FleetNode => ({
  id: host.spec.id,
  host,
  summary: known,
});

const healthy = row(sshHost('gpu01'), summary('gpu01'));
const refusing = row(sshHost('gpu02', { connection: 'failed', error: refused }), summary('gpu02'));
const noticed = row(sshHost('rtx03'), summary('rtx03', { attention: [{ key: 'inventory.attentionGpuLost' }] }));
const unknown = row(sshHost('new04', { connection: 'idle' }));
const hung = row(sshHost('gpu05', { hungCommands: ['nvidia-smi -q -x'] }), summary('gpu05'));
const lost = row(sshHost('gpu06', { connection: 'reconnecting' }), summary('gpu06'));
const rows = [healthy, refusing, noticed, unknown, hung, lost];
const ids = (found: readonly FleetNode[]) => found.map(({ id }) => id);
const find = (text: string, quick: keyof typeof quickFilters = 'all') => {
  const { filter } = parseFilter(wholeFilter({ text, quick }));
  return ids(
    rows.filter(
      compileFilter(
        filter,
        matchContext(({ key }) => key, 0),
      ),
    ),
  );
};

describe('the filters of the fleet', () => {
  it('find a node by every word, wherever each occurs', () => {
    expect(find('h100 gpu01')).toEqual(['gpu01']);
    expect(find('550.90 RTX03.CLUSTER')).toEqual(['rtx03']);
    expect(find('gpu01 gpu02')).toEqual([]);
  });

  it('find a node nothing is known of by its name', () => {
    expect(find('new04')).toEqual(['new04']);
  });

  it('show what needs attention: noticed facts, failed and lost connections, hung commands, and no node without facts', () => {
    expect(find('', 'attention')).toEqual(['gpu02', 'rtx03', 'gpu05', 'gpu06']);
    expect(find('', 'offline')).toEqual(['gpu02', 'gpu06']);
    expect(find('gpu or rtx', 'attention')).toEqual(['gpu02', 'rtx03', 'gpu05', 'gpu06']);
    expect(find('gpu05 or rtx', 'offline')).toEqual([]);
  });
});

it('shortens the name of a card by its maker only', () => {
  expect(['NVIDIA H100 80GB HBM3', 'Tesla T4'].map(shortGpuName)).toEqual(['H100 80GB HBM3', 'Tesla T4']);
});

describe('updateRows', () => {
  const none = new Map();
  const hosts = new Map(rows.map((one) => [one.id, one.host]));
  const summaries = new Map(rows.flatMap((one) => (one.summary ? [[one.id, one.summary] as const] : [])));

  it('keeps the row of every node that nothing happened to', () => {
    const before = updateRows([], hosts, summaries, none);
    const changed = new Map(summaries).set('gpu01', summary('gpu01', { maxGpuTemperatureC: 90 }));
    const after = updateRows(before, hosts, changed, none);
    expect(after.map((one, index) => one === before[index])).toEqual([false, true, true, true, true, true]);
    expect(after[0]?.summary?.maxGpuTemperatureC).toBe(90);
  });

  it('draws a node again when something else fires on it, and that needs attention', () => {
    const before = updateRows([], hosts, summaries, none);
    const alerts = { count: 2, worst: 'critical', title: { en: 'GPU too hot' } } as const;
    const after = updateRows(before, hosts, summaries, new Map([['gpu01', alerts]]));
    expect(after.map((one, index) => one === before[index])).toEqual([false, true, true, true, true, true]);
    expect(updateRows(after, hosts, summaries, new Map([['gpu01', alerts]]))[0]).toBe(after[0]);
    const [row] = after;
    expect(row && noticedOn(row, { say: ({ key, params }) => `${key} ${params?.count}` })).toContain(
      'fleet.alerts.critical 2',
    );
  });

  it('follows the list of hosts: a removed node goes, a new one comes', () => {
    const before = updateRows([], hosts, summaries, none);
    const others = new Map([...hosts].filter(([id]) => id !== 'gpu02')).set('new07', sshHost('new07'));
    expect(ids(updateRows(before, others, summaries, none))).toEqual([
      'gpu01',
      'rtx03',
      'new04',
      'gpu05',
      'gpu06',
      'new07',
    ]);
  });
});
