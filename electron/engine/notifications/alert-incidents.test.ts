import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TelemetryEvent } from '#shared/domain/telemetry/telemetry-event';
import { createReports } from '../reports/create-reports';
import { eventually, NotificationBench, START_MS, titles } from './testing/notification-bench';

let bench: NotificationBench;
beforeEach(() => {
  bench = new NotificationBench();
});
afterEach(() => bench.close());

const gpu = 'GPU-5fd4f087-86f3-7a43-b711-4771313afc50';

/** A sample a second of the minute that is asked for, and one value that was not known. */
async function* exportSamples({
  fromMs,
  toMs,
  subjects,
}: {
  fromMs: number;
  toMs: number;
  subjects?: string[] | undefined;
}) {
  const [subject] = subjects ?? [];
  let text = '';
  for (let atMs = fromMs; atMs <= toMs; atMs += 1000) {
    const time = new Date(atMs).toISOString();
    const value = atMs === fromMs ? null : 60 + (atMs - fromMs) / 2000;
    text += `${JSON.stringify({ time, host: 'x', subject, metric: 'gpu.temperatureC', unit: 'celsius', value })}\n`;
    text += `${JSON.stringify({ time, host: 'x', subject, metric: 'gpu.powerW', unit: 'watts', value: 650.5 })}\n`;
  }
  // In pieces that end anywhere.
  for (let at = 0; at < text.length; at += 1000) yield text.slice(at, at + 1000);
}

/** A line of the kernel log, and what is none. */
const events = ({ fromMs, toMs }: { fromMs: number; toMs: number }): TelemetryEvent[] => {
  const at = { hostId: 'h1', subject: `gpu ${gpu}`, untilMs: null };
  const xid = { kind: 'xid', code: 79, isSwitch: false, pciBusId: null } as const;
  return [
    { ...at, id: 1, atMs: toMs, body: { ...xid, message: 'NVRM: Xid (PCI:0000:1a:00): 79,\u001b[31m <b>' } },
    { ...at, id: 2, atMs: fromMs, body: { kind: 'gpu-gone' } },
  ];
};

describe('alerts on incidents', () => {
  it('open one a node, extend it, freeze the minute before in, and tell when they are over', async () => {
    const { store, incidents } = bench.start({ telemetry: { exportSamples, events } });
    const hot = bench.alert({ subject: `gpu ${gpu}` });
    bench.save(store, [hot, bench.alert({ hostId: 'h2', severity: 'warn' })]);
    bench.nowMs += 5000;
    // A warning opens none.
    await eventually(() => expect(titles(incidents)).toEqual(['INC-1 GPU too hot: node-h1 (2)']));
    bench.save(store, [bench.alert({ ruleId: 'xid', severity: 'fatal', title: { en: 'Xid 79' } })]);
    bench.nowMs += 5000;
    await eventually(() => expect(titles(incidents)).toEqual(['INC-1 GPU too hot: node-h1 (3)']));
    bench.save(store, [bench.over(hot)]);
    bench.nowMs += 5000;
    await eventually(() => expect(titles(incidents)).toEqual(['INC-1 GPU too hot: node-h1 (4)']));

    const [summary] = incidents.list();
    expect(summary).toMatchObject({ severity: 'fatal', hostIds: ['h1'] });
    const { entries } = incidents.get(summary?.id ?? '');
    expect(entries.map((entry) => (entry.kind === 'alert' ? `${entry.ruleId} ${entry.state}` : entry.kind))).toEqual([
      'opened',
      'gpu-hot firing',
      'xid firing',
      'gpu-hot resolved',
    ]);
    const frozen = entries.flatMap((entry) => (entry.kind === 'alert' ? entry.samples : []))[0];
    expect(frozen).toMatchObject({ hostId: 'h1', subject: `gpu ${gpu}` });
    expect([frozen?.times[0], frozen?.times.at(-1), frozen?.times.length]).toEqual([START_MS - 60_000, START_MS, 61]);
    expect(frozen?.series.map(({ metric, values }) => [metric, values[0], values[1], values.at(-1)])).toEqual([
      ['gpu.temperatureC', null, 60.5, 90],
      ['gpu.powerW', 650.5, 650.5, 650.5],
    ]);
    const lines = entries.flatMap((entry) => (entry.kind === 'alert' && entry.logLines ? [entry.logLines] : []));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toEqual([
      { atMs: START_MS, hostId: 'h1', text: expect.stringContaining('NVRM: Xid (PCI:0000:1a:00): 79,') },
    ]);
  });

  it('are in its reports with their samples, and what identifies a part is hidden there', async () => {
    const { store, incidents, audit } = bench.start({ telemetry: { exportSamples, events } });
    bench.save(store, [
      bench.alert({ subject: `gpu ${gpu}`, message: { en: '92 °C <script>', 'zh-CN': '92 °C <script>' } }),
    ]);
    bench.nowMs += 5000;
    await eventually(() => expect(incidents.list()).toHaveLength(1));
    const reports = createReports({
      attachments: { read: () => null },
      incidents,
      hosts: { everyHost: () => [] },
      audit,
      nowMs: () => bench.nowMs,
    });
    const incidentId = incidents.list()[0]?.id ?? '';
    const of = (language: 'en' | 'zh-CN', isRedacted: boolean, format: 'markdown' | 'html' | 'zip') =>
      reports.render({ incidentId, language, isRedacted, reveal: [], format }).bytes;
    const markdown = strFromU8(of('en', false, 'markdown'));
    expect(markdown).toContain(`The minute before: h1, gpu ${gpu}`);
    expect(markdown).toMatch(/Kernel log of the minute before[\s\S]*Xid [\s\S]*79,/);
    expect(markdown).toMatch(/\| Temperature \| ▁.*█ \| 60.*5 °C \| 90 °C \| 90 °C \|/);
    expect(strFromU8(of('zh-CN', false, 'markdown'))).toContain('触发前一分钟');
    const html = strFromU8(of('en', true, 'html'));
    expect(html).not.toContain(gpu);
    expect(html).not.toContain('<script>');
    const files = unzipSync(of('en', true, 'zip'));
    const csv = strFromU8(files['samples/001-gpu-hot.csv'] ?? new Uint8Array());
    expect(csv.split('\r\n')).toHaveLength(1 + 122 + 1);
    expect(csv).toContain(',gpu.temperatureC,celsius,90');
    expect(csv).not.toContain(gpu);
  });

  it('of one rule on many nodes are one incident, which goes on with the next of them', async () => {
    const { store, incidents } = bench.start();
    bench.save(
      store,
      Array.from({ length: 40 }, (_, index) => bench.alert({ hostId: `h${index}` })),
    );
    bench.nowMs += 5000;
    await eventually(() => expect(titles(incidents)).toEqual(['INC-1 GPU too hot: 40 nodes (2)']));
    bench.save(store, [bench.alert({ hostId: 'h99' })]);
    bench.nowMs += 5000;
    await eventually(() => expect(titles(incidents)).toEqual(['INC-1 GPU too hot: 40 nodes (3)']));
    // Another cause on one of them is another incident; once the first is closed, so is the same one.
    bench.save(store, [bench.alert({ hostId: 'h99', ruleId: 'xid', title: { en: 'Xid' } })]);
    bench.nowMs += 5000;
    await eventually(() => expect(incidents.list()).toHaveLength(2));
    incidents.close(incidents.list().find(({ number }) => number === 1)?.id ?? '', 'cooling is back');
    bench.save(store, [bench.alert({ hostId: 'h98' })]);
    bench.nowMs += 5000;
    await eventually(() => expect(titles(incidents)[0]).toBe('INC-3 GPU too hot: node-h98 (2)'));
  });

  it('extend one that a person opened for the node, and open none where nobody wants that', async () => {
    const wanted = bench.start();
    wanted.incidents.open({ title: 'Fan rattles', hostId: 'h1' });
    bench.save(wanted.store, [bench.alert()]);
    bench.nowMs += 5000;
    await eventually(() => expect(titles(wanted.incidents)).toEqual(['INC-1 Fan rattles (2)']));
    const unwanted = bench.start({ settings: () => ({ from: 'never', language: 'en' }) }, 'other.db');
    bench.save(unwanted.store, [bench.alert()]);
    bench.nowMs += 5000;
    const news = () => unwanted.store.database.prepare('SELECT * FROM alert_news').all();
    await eventually(() => expect(news()).toEqual([]));
    expect(unwanted.incidents.list()).toEqual([]);
  });
});
