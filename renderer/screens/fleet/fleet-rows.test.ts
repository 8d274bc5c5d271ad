import { describe, expect, it } from 'vitest';
import { refused, sshHost, summary } from '../../testing/fixtures';
import { type FleetRow, filterRows, needsAttention, shortGpuName, updateRows } from './fleet-rows';

const row = (host: FleetRow['host'], known?: FleetRow['summary']): FleetRow => ({
  id: host.spec.id,
  host,
  summary: known,
});

const healthy = row(sshHost('gpu01'), summary('gpu01'));
const refusing = row(sshHost('gpu02', { connection: 'failed', error: refused }), summary('gpu02'));
const noticed = row(sshHost('rtx03'), summary('rtx03', { attention: [{ key: 'inventory.attentionGpuLost' }] }));
const unknown = row(sshHost('new04', { connection: 'idle' }));
const hung = row(sshHost('gpu05', { hungCommands: ['nvidia-smi -q -x'] }), summary('gpu05'));
const rows = [healthy, refusing, noticed, unknown, hung];
const ids = (found: FleetRow[]) => found.map(({ id }) => id);

describe('filterRows', () => {
  it('finds a node by every word, wherever each occurs', () => {
    expect(ids(filterRows(rows, 'h100 gpu01', 'all'))).toEqual(['gpu01']);
    expect(ids(filterRows(rows, '550.90 RTX03.CLUSTER', 'all'))).toEqual(['rtx03']);
    expect(ids(filterRows(rows, 'gpu01 gpu02', 'all'))).toEqual([]);
  });

  it('finds a node nothing is known of by its name', () => {
    expect(ids(filterRows(rows, 'new04', 'all'))).toEqual(['new04']);
  });

  it('shows what needs attention: noticed facts, failed connections, hung commands', () => {
    expect(ids(filterRows(rows, '', 'attention'))).toEqual(['gpu02', 'rtx03', 'gpu05']);
    expect(ids(filterRows(rows, '', 'offline'))).toEqual(['gpu02']);
  });

  it('does not call a node without facts troubled', () => {
    expect(needsAttention(unknown)).toBe(false);
  });
});

it('shortens the name of a card by its maker only', () => {
  expect(['NVIDIA H100 80GB HBM3', 'Tesla T4'].map(shortGpuName)).toEqual(['H100 80GB HBM3', 'Tesla T4']);
});

describe('updateRows', () => {
  const hosts = new Map(rows.map((one) => [one.id, one.host]));
  const summaries = new Map(rows.flatMap((one) => (one.summary ? [[one.id, one.summary] as const] : [])));

  it('keeps the row of every node that nothing happened to', () => {
    const before = updateRows([], hosts, summaries);
    const changed = new Map(summaries).set('gpu01', summary('gpu01', { maxGpuTemperatureC: 90 }));
    const after = updateRows(before, hosts, changed);
    expect(after.map((one, index) => one === before[index])).toEqual([false, true, true, true, true]);
    expect(after[0]?.summary?.maxGpuTemperatureC).toBe(90);
  });

  it('follows the list of hosts: a removed node goes, a new one comes', () => {
    const before = updateRows([], hosts, summaries);
    const others = new Map([...hosts].filter(([id]) => id !== 'gpu02')).set('new06', sshHost('new06'));
    expect(ids(updateRows(before, others, summaries))).toEqual(['gpu01', 'rtx03', 'new04', 'gpu05', 'new06']);
  });
});
