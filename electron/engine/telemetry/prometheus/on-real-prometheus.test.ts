import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { usualMetricsServing } from '#shared/domain/telemetry/metrics-serving';
import { translatorOf } from '#shared/i18n/translator';
import { dgxH100 } from '../../../sim/index';
import { type SimulatedNodes, startSimulatedNodes } from '../../testing/simulated-nodes';
import { dashboards } from './dashboards';
import { scrapeConfig } from './scrape-config';
import { promtool, RealPrometheus } from './testing/real-prometheus';

let folder: string;
let nodes: SimulatedNodes;
let prometheus: RealPrometheus;
let url: string;
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
  prometheus = await RealPrometheus.start(folder, scrapeConfig({ ...target, target: new URL(url).host }));
});
afterAll(async () => {
  await prometheus?.close();
  looking.abort();
  await nodes?.close();
  rmSync(folder, { recursive: true, force: true });
});

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
    const gpus = await seriesOf('DCGM_FI_DEV_GPU_TEMP', 8);
    expect(gpus.map(({ metric }) => metric.gpu).sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    const name = nodes.at(0).node.name;
    expect(gpus[0]?.metric).toMatchObject({
      instance: name,
      job: 'gantry',
      modelName: expect.stringContaining('H100'),
    });
    expect(gpus.every(({ value }) => value !== null && value > 20)).toBe(true);
    expect(await prometheus.query('gantry_node_up')).toMatchObject([{ metric: { instance: name }, value: 1 }]);
    const [memory] = await seriesOf('node_memory_MemTotal_bytes');
    expect(memory?.value).toBeGreaterThan(1e11);
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
    const asked = (expr: string) => expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m');
    const written = dashboards(translatorOf('en')).flatMap(({ dashboard }) => dashboard.panels);
    expect(written.length).toBeGreaterThan(40);
    const empty: string[] = [];
    await vi.waitFor(
      async () => {
        empty.length = 0;
        for (const { title, targets } of written) {
          for (const { expr } of targets) {
            const found = await prometheus.query(asked(expr));
            if (found.length === 0 || found.some(({ value }) => value === null)) empty.push(`${title}: ${asked(expr)}`);
          }
        }
        expect(empty).toEqual([]);
      },
      { timeout: 40_000, interval: 1000 },
    );
  });

  it('loses a node’s series as soon as the node is gone, and sees that it is', async () => {
    const { node } = nodes.at(0);
    node.inject('connection-refused');
    node.inject('connection-cut');
    await vi.waitFor(async () => expect(await prometheus.query('gantry_node_up')).toMatchObject([{ value: 0 }]), {
      timeout: 60_000,
      interval: 300,
    });
    await vi.waitFor(async () => expect(await prometheus.query('DCGM_FI_DEV_GPU_TEMP')).toEqual([]), {
      timeout: 30_000,
      interval: 300,
    });
    node.clear();
    await seriesOf('DCGM_FI_DEV_GPU_TEMP', 8);
  });
});
