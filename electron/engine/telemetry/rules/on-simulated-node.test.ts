import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { dgxH100, type SimFleet, startSimFleet } from '../../../sim/index';
import { createEngine, type Engine } from '../../index';
import { channel, webhook } from '../../notifications/testing/notification-bench';
import { startWebhookSink } from '../../notifications/testing/webhook-sink';

let folder: string;
let fleet: SimFleet;
let engine: Engine;
let client: EngineClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-rules-'));
  fleet = await startSimFleet({ nodes: [dgxH100] });
  fleet.writeKnownHosts(join(folder, 'known_hosts'));
  engine = await createEngine({
    dataDir: join(folder, 'data'),
    secrets: null,
    homeDir: folder,
    isTelemetryKeeper: true,
  });
  client = createRouterClient(engine.router);
});
afterAll(async () => {
  await engine?.close();
  await fleet?.close();
  await rm(folder, { recursive: true, force: true });
});

it('judges what a node tells by a rule of the user, and keeps what somebody says to it', async () => {
  const rulesFolder = join(folder, 'rules');
  await mkdir(rulesFolder);
  await writeFile(
    join(rulesFolder, 'own.yaml'),
    'rules:\n  - { id: lukewarm, of: gpu, when: gpu.temperatureC > 5, severity: info, title: { en: Lukewarm }, message: { en: "{{ value }} °C" } }\n',
  );
  await client.system.updateSettings({ rulesFolder, alertIncidents: 'info' });
  const sink = await startWebhookSink();
  onTestFinished(sink.close);
  const url = `http://127.0.0.1:${sink.port}/`;
  await client.notifications.save({ channel: channel(webhook(), { hosts: 'name ~ dgx' }), secrets: { url } });
  const [node] = fleet.nodes;
  if (!node) throw new Error('no node');
  const { name, address, port, user } = node;
  const knownHostsFile = join(folder, 'known_hosts');
  const target = { address, port, user, identityFiles: [fleet.privateKeyPath], useAgent: false, knownHostsFile };
  const [spec] = await client.hosts.add({ hosts: [{ kind: 'ssh', name, target }] });
  await client.hosts.connect({ hostId: spec?.id ?? '' });
  const lukewarm = async () => (await client.alerts.list({})).filter(({ ruleId }) => ruleId === 'lukewarm');
  await vi.waitFor(async () => expect(await lukewarm()).toHaveLength(8), { timeout: 60_000, interval: 500 });
  const [alert] = await lukewarm();
  expect(alert).toMatchObject({ state: 'firing', message: { en: expect.stringMatching(/^\d+ °C$/) } });
  await client.alerts.acknowledge({ alertId: alert?.id ?? 0, why: 'as it should be' });
  expect((await client.audit.list({ limit: 1 })).entries[0]).toMatchObject({ event: 'alert.acknowledge' });
  // Whoever is to be told hears of it in one message, and the incident has what was measured before.
  const told = () => sink.posts.find(({ json }) => json.rule === 'lukewarm');
  await vi.waitFor(() => expect(told()).toBeDefined(), { timeout: 60_000, interval: 500 });
  expect(told()?.json).toMatchObject({
    kind: 'firing',
    hosts: [{ name }],
    incidents: [expect.stringMatching(/^INC-\d+$/)],
  });
  const [incident] = await client.incidents.list();
  const { entries } = await client.incidents.get({ incidentId: incident?.id ?? '' });
  const frozen = entries.flatMap((entry) =>
    entry.kind === 'alert' && entry.ruleId === 'lukewarm' ? entry.samples : [],
  );
  expect(frozen.flatMap(({ series }) => series.map(({ metric }) => metric))).toContain('gpu.temperatureC');
}, 200_000);
