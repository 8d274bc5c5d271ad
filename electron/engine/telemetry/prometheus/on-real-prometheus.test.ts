import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse as parseYaml, stringify } from 'yaml';
import type { HistoryImported } from '#shared/contract/prometheus';
import type { Moment } from '#shared/contract/telemetry';
import { ruleSchema } from '#shared/domain/rules/rule-schema';
import type { Frame } from '#shared/domain/telemetry/frame';
import { subjectKinds } from '#shared/domain/telemetry/metric';
import { type MetricId, metricIds, metricSpec } from '#shared/domain/telemetry/metrics';
import { usualMetricsServing } from '#shared/domain/telemetry/metrics-serving';
import { prometheusName } from '#shared/domain/telemetry/prometheus-name';
import { noPrometheusServer } from '#shared/domain/telemetry/prometheus-server';
import { translatorOf } from '#shared/i18n/translator';
import { dgxH100 } from '../../../sim/index';
import { openStore } from '../../store/open-store';
import { type SimulatedNodes, startSimulatedNodes } from '../../testing/simulated-nodes';
import { createHistory, type History } from '../history';
import { builtInRules, compileRuleFiles } from '../rules/rule-library';
import { drawSeries, readSeries } from '../store/read-series';
import { SampleStore } from '../store/sample-store';
import type { ServerHistory } from '../store/samples-elsewhere';
import { telemetrySchema } from '../store/telemetry-schema';
import { dashboards } from './dashboards';
import { exposition } from './exposition';
import { familiesOf } from './families';
import { importHistory } from './import/import-history';
import { type MetricsServer, startMetricsServer } from './metrics-server';
import { promqlOf } from './rules/promql-of-expression';
import { prometheusRuleFile } from './rules/rule-file';
import { scrapeConfig } from './scrape-config';
import { type ServedNode, seriesLabels } from './served-nodes';
import { RemoteWriter } from './server/remote-writer';
import { openServer } from './server/server-client';
import { collectServerSeries, serverColumns, serverSubjects } from './server/server-history';
import { writeRequest } from './server/write-request';
import { promtool, RealPrometheus } from './testing/real-prometheus';

let folder: string;
let nodes: SimulatedNodes;
let prometheus: RealPrometheus;
let url: string;
let everything: MetricsServer;
const builtIn = compileRuleFiles(builtInRules(), null).rules.map((rule) => ruleSchema.strip().parse(rule));
const looking = new AbortController();

const target = { isTls: false, tokenFile: null, authorityFile: null, intervalSeconds: 1 };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-prometheus-'));
  nodes = await startSimulatedNodes([dgxH100]);
  const { client } = nodes;
  const { hostId } = nodes.at(0);
  const { signal } = looking;
  const served = await client.prometheus.serve({ ...usualMetricsServing, port: 0, hostIds: [hostId] }, { signal });
  const first = await served.next();
  if (first.done) throw new Error('nothing is served');
  url = first.value.url;
  await client.hosts.connect({ hostId });
  // Each second rather than every ten: the test is to end soon.
  const rows = await client.telemetry.live({ hostIds: [hostId], metrics: ['node.load'] }, { signal });
  (async () => {
    for await (const _ of rows);
  })().catch(() => {});
  everything = await startMetricsServer({
    address: '127.0.0.1',
    port: 0,
    token: null,
    tls: null,
    text: () => exposition(everyFamily()),
  });
  const config = parseYaml(scrapeConfig({ ...target, target: new URL(url).host })) as { scrape_configs: object[] };
  const other = { ...config.scrape_configs[0], job_name: 'everything' };
  config.scrape_configs.push({ ...other, static_configs: [{ targets: [new URL(everything.url).host] }] });
  const rules = join(folder, 'rules.yml');
  writeFileSync(rules, prometheusRuleFile(builtIn).text);
  const text = stringify({ ...config, rule_files: [rules], global: { evaluation_interval: '1s' } });
  prometheus = await RealPrometheus.start(folder, text);
});
afterAll(async () => {
  await prometheus?.close();
  await everything?.close();
  looking.abort();
  await nodes?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A node that has something of every metric, counters that grow; as no one machine has. */
function everyFamily() {
  const node: ServedNode = { hostId: 'all', instance: 'all', hostname: 'all', isConnected: true, gpus: new Map() };
  const nowMs = Date.now();
  const measured = subjectKinds.map((kind) => ({
    hostId: 'all',
    subject: kind === 'node' ? 'node' : `${kind} ${kind}-1`,
    values: metricIds
      .filter((id) => metricSpec(id).subject === kind)
      .map((metric) => ({
        metric,
        atMs: nowMs,
        stepMs: 1000,
        value: metricSpec(metric).kind === 'counter' ? nowMs / 1000 : 60,
      })),
  }));
  return familiesOf([node], measured, nowMs);
}

/** What is compared in an expression, or looked for. */
function partsOf(promql: string): string[] {
  const parts: string[] = [];
  const text = ({ from, to }: { from: number; to: number }): string => promql.slice(from, to);
  parser.parse(promql).iterate({
    enter(node) {
      const { firstChild, lastChild } = node.node;
      const isComparison =
        firstChild && lastChild && /^(Gtr|Gte|Lss|Lte|Eql|Neq)$/.test(firstChild.nextSibling?.name ?? '');
      if (node.name === 'BinaryExpr' && isComparison) parts.push(text(firstChild), text(lastChild));
      else if (node.name === 'FunctionCall' && text(node).startsWith('present_over_time')) parts.push(text(node));
    },
  });
  return parts.filter((part) => /[a-zA-Z_]{4}/.test(part));
}

/** What a query gives once it gives so many series. */
function seriesOf(promql: string, count = 1) {
  return vi.waitFor(
    async () => {
      const found = await prometheus.query(promql);
      expect(found.length, promql).toBeGreaterThanOrEqual(count);
      return found;
    },
    { timeout: 60_000, interval: 300 },
  );
}

describe('a real Prometheus', () => {
  it('scrapes a node that Gantry watches, under the names and labels of the usual exporters', async () => {
    const gpus = await seriesOf('DCGM_FI_DEV_GPU_TEMP{job="gantry"}', 8);
    expect(gpus.map(({ metric }) => metric.gpu).sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    const name = nodes.at(0).node.name;
    expect(gpus[0]?.metric).toMatchObject({
      instance: name,
      job: 'gantry',
      modelName: expect.stringContaining('H100'),
    });
    expect(gpus.every(({ value }) => value !== null && value > 20)).toBe(true);
    expect(await prometheus.query('gantry_node_up{job="gantry"}')).toMatchObject([
      { metric: { instance: name }, value: 1 },
    ]);
    const [memory] = await seriesOf('node_memory_MemTotal_bytes{job="gantry"}');
    expect(memory?.value).toBeGreaterThan(1e11);
    const [served] = await seriesOf('vllm:num_requests_running{job="gantry"}');
    expect(served?.metric).toMatchObject({ instance: name, service: expect.stringMatching(/^vllm :8000 .*Llama/) });
  });

  it('sees counters as counters', async () => {
    await seriesOf('node_network_receive_bytes_total');
    const grown = await seriesOf('increase(DCGM_FI_DEV_POWER_VIOLATION[1m])', 8);
    expect(grown.every(({ value }) => value !== null && value >= 0)).toBe(true);
    expect(await seriesOf('rate(node_disk_read_bytes_total[1m])')).not.toEqual([]);
  });

  it('takes the configuration that is written for it', async () => {
    for (const name of ['token', 'ca.pem']) writeFileSync(join(folder, name), 'x'.repeat(24));
    const check = async (config: string) => {
      const file = join(folder, 'checked.yml');
      writeFileSync(file, config);
      return promtool(['check', 'config', file]);
    };
    expect(await check(scrapeConfig({ ...target, target: '127.0.0.1:9977' }))).toMatchObject({ code: 0 });
    const secured = { isTls: true, tokenFile: join(folder, 'token'), authorityFile: join(folder, 'ca.pem') };
    expect(await check(scrapeConfig({ ...target, ...secured, target: '[fd00::1]:9977' }))).toMatchObject({ code: 0 });
    expect(await check('scrape_configs: [{}]')).toMatchObject({ code: 1 });
  });

  it('understands every line; promtool only dislikes names that the exporters chose', async () => {
    const text = await (await fetch(url)).text();
    const { code, output } = await promtool(['check', 'metrics'], text);
    // 3: read, with remarks about style; 1: not understood.
    expect([0, 3], output).toContain(code);
    const remarks = output.split('\n').filter((line) => !line.includes('label names should be'));
    expect(remarks.filter((line) => line.startsWith('gantry_') || line.includes('help text'))).toEqual([]);
    expect((await promtool(['check', 'metrics'], 'no{metric')).code).toBe(1);
  });

  it('has data for each panel of each dashboard', async () => {
    // No one node serves with vLLM and with Triton.
    const instanceOf = (fileName: string) => (fileName.includes('serving') ? 'all' : nodes.at(0).node.name);
    const queries = dashboards(translatorOf('en')).flatMap(({ fileName, dashboard }) =>
      dashboard.panels.flatMap(({ title, targets }) =>
        targets.map(({ expr }) => ({
          title,
          promql: expr.replaceAll('$instance', instanceOf(fileName)).replaceAll('$__rate_interval', '1m'),
        })),
      ),
    );
    expect(queries.length).toBeGreaterThan(55);
    const empty: string[] = [];
    await vi.waitFor(
      async () => {
        empty.length = 0;
        for (const { title, promql } of queries) {
          const found = await prometheus.query(promql);
          if (found.length === 0 || found.some(({ value }) => value === null)) empty.push(`${title}: ${promql}`);
        }
        expect(empty).toEqual([]);
      },
      { timeout: 60_000, interval: 1000 },
    );
  });

  it('takes each rule of ours, and has data for all that the rules compare', async () => {
    const file = join(folder, 'rules.yml');
    expect(await promtool(['check', 'rules', file])).toMatchObject({ code: 0 });
    expect(prometheusRuleFile(builtIn).problems).toEqual([]);
    expect((await prometheus.rules()).filter(({ lastError }) => lastError)).toEqual([]);
    expect(await prometheus.rules()).toHaveLength(builtIn.length);
    for (const { id, when } of builtIn) {
      const promql = promqlOf(when);
      expect({ id, parts: partsOf(promql).length }).not.toEqual({ id, parts: 0 });
      for (const part of partsOf(promql)) await seriesOf(part);
      // Whole, it is there only where something is wrong; here it must be understood.
      await prometheus.query(promql);
    }
    writeFileSync(join(folder, 'wrong.yml'), 'groups: [{ name: a, rules: [{ alert: A, expr: "rate(b) > 1" }] }]');
    expect(await promtool(['check', 'rules', join(folder, 'wrong.yml')])).toMatchObject({ code: 1 });
  });

  it('loses a node’s series as soon as the node is gone, and sees that it is', async () => {
    const { node } = nodes.at(0);
    node.inject('connection-refused');
    node.inject('connection-cut');
    await vi.waitFor(
      async () => expect(await prometheus.query('gantry_node_up{instance!="all"}')).toMatchObject([{ value: 0 }]),
      {
        timeout: 60_000,
        interval: 300,
      },
    );
    await vi.waitFor(async () => expect(await prometheus.query('DCGM_FI_DEV_GPU_TEMP{job="gantry"}')).toEqual([]), {
      timeout: 30_000,
      interval: 300,
    });
    node.clear();
    await seriesOf('DCGM_FI_DEV_GPU_TEMP{job="gantry"}', 8);
  });

  it('gives back history as other exporters wrote it: mapped, without doubling, and the same the second time', async () => {
    const minute = 60_000;
    const toMs = Math.floor(Date.now() / minute) * minute;
    const fromMs = toMs - 6 * minute;
    const client = await openServer({ ...noPrometheusServer, url: prometheus.url }, async () => null);
    const gpu = { job: 'dcgm', instance: '10.9.0.7:9400', Hostname: 'trainer07.lab', UUID: 'GPU-77', gpu: '0' };
    const times = Array.from({ length: 24 }, (_, at) => fromMs + at * 15_000 + 7);
    const of = (name: string, labels: Record<string, string>, value: (at: number) => number) => ({
      labels: { __name__: name, ...labels },
      samples: times.map((atMs, at) => [atMs, value(at)] as const),
    });
    const written = await client.write(
      writeRequest([
        of('DCGM_FI_DEV_GPU_TEMP', gpu, (at) => 50 + at),
        of('DCGM_FI_DEV_FB_USED', gpu, (at) => 1000 + at),
        of('DCGM_FI_DEV_GPU_TEMP', { ...gpu, GPU_I_ID: '3' }, () => 99),
        of('DCGM_FI_DEV_GPU_TEMP', { job: 'dcgm', instance: '10.9.0.8:9400', UUID: 'GPU-99' }, () => 98),
        of('node_load1', { job: 'node', instance: 'trainer07:9100' }, (at) => at / 8),
        of('elsewhere_only', { job: 'node', instance: 'trainer07:9100' }, () => 1),
      ]),
    );
    expect(written.status, written.text).toBe(204);
    let now = fromMs;
    const database = openStore(':memory:', () => now, telemetrySchema);
    try {
      const samples = new SampleStore({ store: database, nowMs: () => now });
      const measure = (atMs: number): void => {
        now = atMs;
        const layout = ['gpu.temperatureC', 'gpu.powerW'] as const;
        samples.append('h7', [{ subject: { kind: 'gpu', id: 'GPU-77' }, layout, atMs, values: [7, 300] }]);
        samples.flush(true);
      };
      // Of the third minute something is known here; of its memory nothing is.
      measure(fromMs + 2 * minute + 1000);
      measure(fromMs + 2 * minute + 2000);
      now = toMs;
      const named = [
        { hostId: 'h7', names: ['trainer07', '10.9.0.7'], gpus: new Set<string>() },
        { hostId: 'h8', names: ['other'], gpus: new Set<string>() },
      ];
      const take = async (metrics: readonly MetricId[] | null, hostIds: readonly string[] | null) => {
        const steps: HistoryImported[] = [];
        const deps = { kept: () => ({ store: database, samples }), nodes: named };
        for await (const step of importHistory(client, { fromMs, toMs, metrics, hostIds }, deps)) steps.push(step);
        return steps;
      };
      expect(await take(['gpu.temperatureC'], ['h8'])).toMatchObject([{ series: 0 }, { taken: 0 }]);
      const [found, done] = await take(null, ['h7']);
      expect(found).toMatchObject({ step: 'found', series: 3, hostIds: ['h7'] });
      expect(found?.step === 'found' && found.unmapped).toEqual(
        expect.arrayContaining([
          { reason: 'mig-instance', job: 'dcgm', instance: gpu.instance, metrics: ['DCGM_FI_DEV_GPU_TEMP'], series: 1 },
          { reason: 'unknown-node', job: 'dcgm', instance: '10.9.0.8:9400', metrics: expect.any(Array), series: 1 },
        ]),
      );
      expect(found?.step === 'found' && found.otherNames).toContain('elsewhere_only');
      expect(done).toMatchObject({ step: 'imported', share: 1, taken: 20 + 24 + 24, passedOver: 4, unknown: 0 });
      expect((await take(null, ['h7']))[1]).toMatchObject({ taken: 0, passedOver: 72 });

      const drawn = (subject: string, metric: MetricId, points: number) =>
        readSeries(samples, { hostId: 'h7', subject, metric }, { fromMs, toMs, points });
      const temperature = drawn('gpu GPU-77', 'gpu.temperatureC', 360);
      expect(temperature.mean.filter((value) => value === 7)).toHaveLength(2);
      expect(temperature.times.filter((_, at) => temperature.mean[at] === 50)).toEqual([times[0]]);
      expect(drawn('gpu GPU-77', 'gpu.memoryUsedBytes', 360).mean[3]).toBe(1003 * 1_048_576);
      expect(drawn('node', 'node.load', 6)).toMatchObject({
        tierMs: 60_000,
        greatest: [0.375, 0.875, 1.375, 1.875, 2.375, 2.875],
      });
      // What is measured from now on is put to no track that was imported.
      measure(toMs + 1000);
      const imported = [...samples.tracks()].filter(({ isImported }) => isImported);
      expect(imported.length).toBeGreaterThan(0);
      expect(imported.every(({ newestMs }) => newestMs < toMs)).toBe(true);
    } finally {
      database.close();
    }
  });

  it('stores what is sent, to the value and the millisecond; down for a while it misses nothing, too old it is told', async () => {
    const hour = 3_600_000;
    const base = Date.now() - 120_000;
    let now = base - 4 * hour;
    const database = openStore(':memory:', () => now, telemetrySchema);
    const samples = new SampleStore({ store: database, nowMs: () => now });
    const served: ServedNode = { hostId: 'h9', instance: 'sent09', hostname: null, isConnected: true, gpus: new Map() };
    const measured: Array<readonly [number, number]> = [];
    const measure = (atMs: number, bytes: number): void => {
      const layout = ['gpu.memoryUsedBytes', 'gpu.smActivePercent'] as const;
      samples.append('h9', [{ subject: { kind: 'gpu', id: 'GPU-9' }, layout, atMs, values: [bytes, 12.3] }]);
      samples.flush();
      now = Math.max(now, atMs + 5000);
    };
    const client = await openServer({ ...noPrometheusServer, url: prometheus.url }, async () => null);
    const target = { url: prometheus.url, externalLabels: { site: 'lab' } };
    const kept = { store: database, samples };
    const deps = { kept: () => kept, nodes: () => [served], nowMs: () => now, roundMs: 20, firstWaitMs: 20 };
    const writer = new RemoteWriter(client, target, deps);
    const wait = (check: () => void | Promise<void>): Promise<void> =>
      vi.waitFor(check, { timeout: 60_000, interval: 100 });
    try {
      // What is hours older than the newest that it has is too old.
      await seriesOf('up');
      await wait(() => expect(writer.state.sentToMs).not.toBeNull());
      measure(base - 3 * hour, 1024);
      await wait(() => expect(writer.state.lastRefusal).toMatch(/bound|order|old/i));
      await wait(() => expect(writer.state.dropped).toBeGreaterThanOrEqual(2));
      const more = (from: number, count: number): void => {
        for (let at = from; at < from + count; at += 1) {
          const sample = [base + at * 997, 1_048_576 * (at % 50) + at] as const;
          measured.push([sample[0], sample[1] / 1_048_576]);
          measure(...sample);
        }
      };
      const selector = 'DCGM_FI_DEV_FB_USED{gantry_host="h9",UUID="GPU-9",instance="sent09",site="lab",job="gantry"}';
      more(0, 40);
      await wait(async () => expect(await prometheus.samples(selector)).toEqual(measured));
      await prometheus.close();
      more(40, 40);
      await wait(() => expect(writer.state).toMatchObject({ state: 'waiting' }));
      await prometheus.resume();
      await wait(async () => expect(await prometheus.samples(selector)).toEqual(measured));
      const metric = 'gpu.memoryUsedBytes' as const;
      const ref = { hostId: 'h9', subject: 'gpu GPU-9', metric };
      const range = { fromMs: base, toMs: base + 80_000, points: 80 };
      const raw = await collectServerSeries(client, ref, range, range);
      expect(drawSeries(metric, raw, range)).toEqual(readSeries(samples, ref, range));
      // Coarser than samples, the extremes of each step are asked for.
      const wide = { fromMs: base - 120_000, toMs: base + 120_000, points: 4 };
      const coarse = await collectServerSeries(client, ref, wide, wide);
      const [least, greatest] = [Math.min(...coarse.least), Math.max(...coarse.greatest)];
      const bytes = measured.map(([, megabytes]) => megabytes * 1_048_576);
      expect([least, greatest, coarse.tierMs]).toEqual([Math.min(...bytes), Math.max(...bytes), 60_000]);
      expect(coarse.times.every((atMs) => atMs >= base - 60_000)).toBe(true);
      const share = await prometheus.samples('DCGM_FI_PROF_SM_ACTIVE{gantry_host="h9"}');
      expect(new Set(share.map(([, value]) => value))).toEqual(new Set([0.123]));
      await wait(() => expect(writer.state).toMatchObject({ state: 'sending', problem: null }));
    } finally {
      await writer.close();
      database.close();
    }
  });

  it('keeps history instead of the store here, and what it refused or of a node that is gone stays here: nothing is lost', async () => {
    const minute = 60_000;
    const base = Math.floor(Date.now() / minute) * minute - 30 * minute;
    let now = base;
    const clock = () => now;
    const open = () => {
      const store = openStore(':memory:', clock, telemetrySchema);
      return { store, samples: new SampleStore({ store, nowMs: clock }) };
    };
    // One is kept on the server, the other whole.
    const [here, whole] = [open(), open()];
    const gpu = ['gpu.temperatureC', 'gpu.throttleReasons', 'gpu.pcieReplays'] as const;
    const node = ['node.load', 'node.memoryTotalBytes'] as const;
    const measure = (hostId: string, seconds: number): void => {
      const atMs = base + seconds * 1000;
      now = atMs;
      const value = (seconds * 7919) % 97;
      const frames: Frame[] = [
        {
          subject: { kind: 'gpu', id: 'GPU-1' },
          layout: gpu,
          atMs,
          values: [value, seconds % 9 ? 0 : 64, seconds * 3],
        },
        { subject: { kind: 'node', id: '' }, layout: node, atMs: atMs + 3, values: [value / 8, 1e12] },
      ];
      for (const { samples } of [here, whole]) {
        samples.append(hostId, frames);
        samples.flush();
      }
    };
    const named = (hostId: string): ServedNode => ({
      hostId,
      instance: `only-there-${hostId}`,
      hostname: null,
      isConnected: true,
      gpus: new Map(),
    });
    let served = [named('kept'), named('late'), named('gone')];
    const client = await openServer({ ...noPrometheusServer, url: prometheus.url }, async () => null);
    const deps = { kept: () => here, nodes: () => served, nowMs: clock, roundMs: 20, firstWaitMs: 20 };
    const writer = new RemoteWriter(client, { url: prometheus.url, externalLabels: {} }, deps);
    const sentTo = (seconds: number) =>
      vi.waitFor(
        () => {
          const [row] = here.store.database.prepare('SELECT min(to_ms) AS sentMs FROM sent').all() as Array<{
            sentMs: number;
          }>;
          expect(row?.sentMs).toBeGreaterThanOrEqual(base + seconds * 1000);
        },
        { timeout: 60_000, interval: 50 },
      );
    try {
      await vi.waitFor(() => expect(writer.state.sentToMs).not.toBeNull(), { timeout: 60_000, interval: 20 });
      // Somebody else told of later times of this series: what comes now is out of order.
      const { name } = prometheusName('gpu.temperatureC');
      const ahead = { job: 'gantry', gantry_host: 'late', ...seriesLabels(named('late'), 'gpu GPU-1') };
      const aheadOf = { labels: { __name__: name, ...ahead }, samples: [[base + 12 * minute, 5] as const] };
      expect((await client.write(writeRequest([aheadOf]))).status).toBe(204);
      const stream = (from: number, to: number): void => {
        for (let seconds = from; seconds < to; seconds += 10)
          for (const { hostId } of nodesNow) measure(hostId, seconds);
      };
      const nodesNow = [...served];
      stream(10, 600);
      now = base + 610_000;
      await sentTo(590);
      served = [named('kept'), named('late')];
      stream(600, 1200);
      now = base + 1_300_000;
      await sentTo(1190);
      expect(writer.state).toMatchObject({
        dropped: expect.any(Number),
        lastRefusal: expect.stringMatching(/order|duplicate/),
      });
      for (const { samples } of [here, whole]) samples.flush(true);

      const { repository } = here.samples;
      const kept = { fromMs: base, toMs: base + 20 * minute };
      const rawBlocks = () => here.samples.repository.totals().samples;
      const before = rawBlocks();
      while (repository.deleteSent(0, kept.fromMs, kept.toMs, 40) > 0);
      const after = rawBlocks();
      expect(after).toBeLessThan(before * 0.75);
      const left = (hostId: string) =>
        [...here.samples.subjectsOf(hostId)].map(([subject, [track]]) => ({
          subject,
          blocks: repository.blocks(track?.id ?? 0, 0, 0, now).length,
        }));
      expect(left('kept').every(({ blocks }) => blocks === 0)).toBe(true);
      expect(left('late').find(({ subject }) => subject !== 'node')?.blocks).toBeGreaterThan(0);
      expect(left('gone').every(({ blocks }) => blocks > 0)).toBe(true);

      const telemetryOf = ({ samples }: typeof here) => ({
        inSamples: <Result>(work: (of: SampleStore) => Result) => work(samples),
        events: () => [],
      });
      const hosts = { list: () => [] };
      const server: ServerHistory = {
        kept: () => kept,
        collect: (refs, part, range) => Promise.all(refs.map((ref) => collectServerSeries(client, ref, part, range))),
        columns: (wanted) => serverColumns(client, wanted),
        subjects: (hostIds, metrics, part) => serverSubjects(client, hostIds, metrics, part),
      };
      const nowhere: ServerHistory = { ...server, kept: () => null };
      const split = createHistory({ telemetry: telemetryOf(here), hosts, server });
      const one = createHistory({ telemetry: telemetryOf(whole), hosts, server: nowhere });
      const hostIds = ['kept', 'late', 'gone'];
      const range = { fromMs: base, toMs: base + 21 * minute };
      const lines = async (history: History) => {
        let text = '';
        for await (const piece of history.exportSamples({ hostIds, ...range, format: 'csv' })) text += piece;
        return text.split('\r\n').sort();
      };
      expect(await lines(split)).toEqual(await lines(one));
      const refs = hostIds.flatMap((hostId) => [
        ...gpu.map((metric) => ({ hostId, subject: 'gpu GPU-1', metric })),
        ...node.map((metric) => ({ hostId, subject: 'node', metric })),
      ]);
      const fine = { fromMs: base + 60_000, toMs: base + 10 * minute, points: 300 };
      expect(await split.readSeries(refs, fine)).toEqual(await one.readSeries(refs, fine));
      for (const seconds of [300, 601, 1195]) {
        const moment = { atMs: base + seconds * 1000, stepMs: 0, hostIds, metrics: [...gpu, ...node] };
        const byName = ({ rows }: Moment) =>
          rows.sort((a, b) => `${a.hostId} ${a.subject}`.localeCompare(`${b.hostId} ${b.subject}`));
        expect(byName(await split.at(moment))).toEqual(byName(await one.at(moment)));
      }
      for (const hostId of hostIds) {
        const valuesOf = async (history: History) =>
          (await history.replayed().frames(hostId, range.fromMs, range.toMs))
            .flatMap(({ atMs, layout, values }) => layout.map((metric, at) => `${atMs} ${metric} ${values[at]}`))
            .sort();
        expect(await valuesOf(split)).toEqual(await valuesOf(one));
      }
      // Coarser than 10 s the server sums up: no value beyond what there was, and the spikes are there.
      const coarse = { fromMs: base, toMs: base + 20 * minute, points: 20 };
      const [hot] = await split.readSeries(refs.slice(0, 1), coarse);
      const known = (values: readonly (number | null)[] = []) => values.filter((value) => value !== null);
      expect([Math.min(...known(hot?.least)), Math.max(...known(hot?.greatest))]).toEqual([0, 96]);
      const [, , replays] = await split.readSeries(refs.slice(0, 3), coarse);
      expect(known(replays?.mean).length).toBeGreaterThan(15);
      // The last step is not over.
      for (const rate of known(replays?.mean).slice(0, -1)) expect(rate).toBeCloseTo(3, 5);
      // What is known here is no longer all; the lists have it.
      const dropped = here.samples;
      here.samples = new SampleStore({ store: here.store, nowMs: clock });
      here.samples.forgetEmpty();
      expect(dropped).not.toBe(here.samples);
      const listed = async (history: History) =>
        (await history.subjects({ hostIds })).map(({ hostId, subject, metrics }) => [
          hostId,
          subject,
          ...metrics.sort(),
        ]);
      expect((await listed(split)).sort()).toEqual((await listed(one)).sort());
    } finally {
      await writer.close();
      here.store.close();
      whole.store.close();
    }
  });
});
