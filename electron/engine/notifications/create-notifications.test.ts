import { createHmac } from 'node:crypto';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channel, eventually, mail, NotificationBench, START_MS, titles, webhook } from './testing/notification-bench';
import { startWebhookSink, status, type WebhookSink } from './testing/webhook-sink';

let bench: NotificationBench;
let sink: WebhookSink;
beforeEach(async () => {
  bench = new NotificationBench();
  sink = await startWebhookSink();
  bench.onClose(() => sink.close());
});
afterEach(() => bench.close());

const url = () => `http://127.0.0.1:${sink.port}/services/T0/SECRETPART?key=hidden-too`;

describe('what is told', () => {
  it('is one message a rule and severity, when some seconds were waited for more, and again when it is over', async () => {
    const { store, notifications } = bench.start();
    await notifications.save(channel(webhook({ signing: 'hmac' })), { url: url(), secret: 'key of both' });
    const alerts = [bench.alert(), bench.alert({ subject: 'gpu GPU-2' }), bench.alert({ hostId: 'h2' })];
    bench.save(store, alerts);
    bench.nowMs += 4000;
    bench.save(store, [bench.alert({ hostId: 'h2', ruleId: 'fan', severity: 'info', title: { en: 'Fan' } })]);
    bench.nowMs += 1000;
    await eventually(() => expect(sink.posts).toHaveLength(2));
    const [hot, fan] = sink.posts;
    expect(hot?.json).toMatchObject({
      version: 1,
      kind: 'firing',
      severity: 'critical',
      rule: 'gpu-hot',
      title: '[Critical] GPU too hot: node-h1, node-h2',
      alertCount: 3,
      hostCount: 2,
      hosts: [{ hostId: 'h1', name: 'node-h1' }, { hostId: 'h2' }],
      incidents: ['INC-1', 'INC-2'],
    });
    expect(fan?.json).toMatchObject({ rule: 'fan', incidents: [] });
    const signed = createHmac('sha256', 'key of both').update(`${hot?.headers['x-gantry-timestamp']}.${hot?.body}`);
    expect(hot?.headers['x-gantry-signature']).toBe(`sha256=${signed.digest('hex')}`);
    expect(hot?.headers['idempotency-key']).toBe(hot?.json.key);

    bench.nowMs += 1000;
    bench.save(
      store,
      alerts.map((alert) => bench.over(alert)),
    );
    bench.nowMs += 5000;
    await eventually(() => expect(sink.posts).toHaveLength(3));
    expect(sink.posts[2]?.json).toMatchObject({ kind: 'resolved', rule: 'gpu-hot', alertCount: 3 });
    // Nothing of it is remembered but what goes on and the log.
    await eventually(() => expect(store.database.prepare('SELECT * FROM notification_item').all()).toHaveLength(1));
    await eventually(() =>
      expect(notifications.log(undefined, 9).map(({ state, tries }) => `${state} ${tries}`)).toEqual(
        Array(3).fill('sent 1'),
      ),
    );
  });

  it('goes to the channels whose severity, labels and direction it fits; its end only where its begin was told', async () => {
    const { store, notifications } = bench.start();
    const add = (name: string, routing: Parameters<typeof channel>[1]) =>
      notifications.save({ ...channel(webhook(), routing), name }, { url: `${url()}&to=${name}` });
    await add('all', {});
    await add('worst', { minSeverity: 'fatal' });
    await add('team', { labels: { team: 'cooling' }, isOnResolve: false });
    await add('ends', { isOnFiring: false });
    const alert = bench.alert({ labels: { team: 'cooling', row: '3' } });
    bench.save(store, [alert]);
    bench.nowMs += 5000;
    const told = () => sink.posts.map(({ path, json }) => `${path.split('to=')[1]} ${String(json.kind)}`).sort();
    await eventually(() => expect(told()).toEqual(['all firing', 'team firing']));
    bench.save(store, [bench.over(alert)]);
    bench.nowMs += 5000;
    await eventually(() => expect(told()).toEqual(['all firing', 'all resolved', 'team firing']));
  });

  it('is quiet while somebody looks after it, and while it is silenced; and is told when the silence ends', async () => {
    const { store, notifications, alerts, incidents } = bench.start();
    await notifications.save(channel(webhook()), { url: url() });
    const [handled, silenced, blip] = [
      bench.alert(),
      bench.alert({ hostId: 'h2' }),
      bench.alert({ hostId: 'h2', ruleId: 'blip' }),
    ];
    const untilMs = bench.nowMs + 60_000;
    store.transaction(() => {
      alerts.addSilence({
        ruleId: null,
        hostId: 'h2',
        subject: null,
        untilMs,
        atMs: bench.nowMs,
        who: 'ada',
        why: 'service',
      });
    });
    bench.save(store, [handled, silenced, blip]);
    store.transaction(() => alerts.acknowledge(handled.id, { who: 'ada', atMs: bench.nowMs, why: 'mine' }));
    bench.nowMs += 20_000;
    // The incident of what is looked after is there; of what is silenced there is none.
    await eventually(() => expect(titles(incidents)).toEqual(['INC-1 GPU too hot: node-h1 (2)']));
    bench.save(store, [bench.over(blip)]);
    bench.nowMs += 20_000;
    await eventually(() => expect(store.database.prepare('SELECT * FROM alert_news').all()).toHaveLength(1));
    expect(sink.posts).toEqual([]);
    bench.nowMs = untilMs + 15_000;
    await eventually(() => expect(sink.posts).toHaveLength(1));
    expect(sink.posts[0]?.json).toMatchObject({ rule: 'gpu-hot', hosts: [{ hostId: 'h2' }] });
    expect(titles(incidents)).toHaveLength(2);
  });

  it('is at most one message a minute of the same', async () => {
    const { store, notifications } = bench.start();
    await notifications.save(channel(webhook()), { url: url() });
    bench.save(store, [bench.alert()]);
    bench.nowMs += 5000;
    await eventually(() => expect(sink.posts).toHaveLength(1));
    for (let count = 0; count < 5; count += 1) {
      bench.save(store, [bench.alert({ hostId: `more-${count}` })]);
      bench.nowMs += 5000;
    }
    await eventually(() => expect(store.database.prepare('SELECT * FROM alert_news').all()).toEqual([]));
    expect(sink.posts).toHaveLength(1);
    bench.nowMs = START_MS + 70_000;
    await eventually(() => expect(sink.posts).toHaveLength(2));
    expect(sink.posts[1]?.json).toMatchObject({ alertCount: 5, hostCount: 5 });
  });

  it('of ten thousand alerts of forty rules in a minute is a few messages and an incident for each rule that is critical', async () => {
    const { store, notifications, incidents } = bench.start();
    await notifications.save(channel(webhook()), { url: url() });
    await notifications.save(channel(webhook({ format: 'alertmanager' }), { minSeverity: 'critical' }), {
      url: `${url()}&2`,
    });
    const storm = Array.from({ length: 10_000 }, (_, index) =>
      bench.alert({
        hostId: `h${index % 1250}`,
        subject: `gpu GPU-${index}`,
        ruleId: `rule-${index % 40}`,
        severity: index % 40 < 20 ? 'critical' : 'warn',
      }),
    );
    for (let part = 0; part < 10; part += 1) bench.save(store, storm.slice(part * 1000, (part + 1) * 1000));
    bench.nowMs += 5000;
    await eventually(() => expect(sink.posts).toHaveLength(2));
    const [one, other] = sink.posts.sort((a, b) => a.path.length - b.path.length);
    expect(one?.json).toMatchObject({
      rule: null,
      alertCount: 10_000,
      hostCount: 1250,
      ruleCount: 40,
      severity: 'critical',
    });
    expect(one?.json.title).toMatch(/^\[Critical\] 10000 alerts of 40 rules: (node-h\d+, ){4}node-h\d+ and 1245 more$/);
    expect(other?.json).toMatchObject({ version: '4', status: 'firing', truncatedAlerts: 4995 });
    expect(incidents.list()).toHaveLength(20);
    expect(incidents.list().every(({ entryCount }) => entryCount === 2)).toBe(true);
    expect(one?.body.length).toBeLessThan(6000);
    bench.save(
      store,
      storm.map((alert) => bench.over(alert)),
    );
    bench.nowMs += 5000;
    await eventually(() => expect(sink.posts).toHaveLength(4));
    // What stays of the storm: its messages and a timeline entry a rule.
    const count = (table: string) => store.database.prepare(`SELECT count(*) FROM ${table}`).pluck().all()[0];
    await eventually(() => expect(count('notification_item')).toBe(0));
    expect([count('alert_news'), count('alert_incident'), count('notification_message')]).toEqual([0, 0, 4]);
    expect(incidents.list().every(({ entryCount }) => entryCount === 3)).toBe(true);
  });
});

describe('delivery', () => {
  it('is tried again, later each time, with the same key, until it is taken', async () => {
    const { store, notifications } = bench.start();
    await notifications.save(channel(webhook()), { url: url() });
    sink.answers = [status(500, 'down'), status(503, '', { 'retry-after': '120' }), status(200)];
    bench.save(store, [bench.alert()]);
    bench.nowMs += 5000;
    const last = () => notifications.log(undefined, 1)[0];
    await eventually(() => expect(last()).toMatchObject({ state: 'waiting', tries: 1 }));
    expect(last()).toMatchObject({
      nextMs: bench.nowMs + 5000,
      problem: { key: 'notifications.problem.status', params: { status: 500, answer: 'down' } },
    });
    bench.nowMs += 5000;
    await eventually(() => expect(last()).toMatchObject({ state: 'waiting', tries: 2, nextMs: bench.nowMs + 120_000 }));
    expect(await notifications.channels()).toMatchObject([{ waiting: 1, last: { isDelivered: false } }]);
    bench.nowMs += 120_000;
    await eventually(() => expect(last()).toMatchObject({ state: 'sent', tries: 3, problem: null }));
    expect(new Set(sink.posts.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('is given up at what will never be taken, and after a day', async () => {
    const { store, notifications } = bench.start();
    await notifications.save(channel(webhook()), { url: url() });
    sink.answers = [status(400, 'no such field'), status(500)];
    bench.save(store, [bench.alert()]);
    bench.nowMs += 5000;
    const states = () => notifications.log(undefined, 9).map(({ state, tries }) => `${state} ${tries}`);
    await eventually(() => expect(states()).toEqual(['failed 1']));
    bench.save(store, [bench.alert({ ruleId: 'other' })]);
    bench.nowMs += 5000;
    await eventually(() => expect(states()).toEqual(['waiting 1', 'failed 1']));
    bench.nowMs += 25 * 3_600_000;
    await eventually(() => expect(states()).toEqual(['failed 2', 'failed 1']));
  });

  it('of an engine that was killed when the message was out and not marked happens once more under the same key', async () => {
    const { store, notifications, close } = bench.start();
    const secretFile = join(bench.folder, 'url');
    writeFileSync(secretFile, `${url()}\n`);
    await notifications.save(channel(webhook(), {}, { url: secretFile }), {});
    // What a kill would leave is what the disk has while the other side answers.
    sink.answers = [
      (response) => {
        for (const suffix of ['', '-wal']) {
          const file = join(bench.folder, `gantry.db${suffix}`);
          if (existsSync(file)) cpSync(file, join(bench.folder, `killed.db${suffix}`));
        }
        status(200)(response);
      },
      status(200),
    ];
    bench.save(store, [bench.alert()]);
    bench.nowMs += 5000;
    await eventually(() => expect(notifications.log(undefined, 1)).toMatchObject([{ state: 'sent' }]));
    await close();
    const next = bench.start({}, 'killed.db');
    await eventually(() => expect(next.notifications.log(undefined, 1)).toMatchObject([{ state: 'sent', tries: 2 }]));
    const [first, second] = sink.posts.map(({ headers }) => headers['idempotency-key']);
    expect(sink.posts).toHaveLength(2);
    expect(second).toBe(first);
  });

  it('waits for a channel that was mended, and goes on at once when it is', async () => {
    const { store, notifications } = bench.start();
    const { id } = await notifications.save(channel(webhook({ signing: 'bearer' })), { url: url(), secret: 'old' });
    sink.answers = [(response, { headers }) => status(headers.authorization === 'Bearer new' ? 200 : 401)(response)];
    bench.save(store, [bench.alert()]);
    bench.nowMs += 5000;
    await eventually(async () =>
      expect(await notifications.channels()).toMatchObject([
        { last: { problem: { key: 'notifications.problem.refused' } } },
      ]),
    );
    await notifications.save({ ...channel(webhook({ signing: 'bearer' })), id }, { secret: 'new' });
    await eventually(() => expect(notifications.log(undefined, 1)).toMatchObject([{ state: 'sent' }]));
  });

  it('is tried once however often it is asked for meanwhile, and leaves nothing of a channel that was removed', async () => {
    const { store, notifications } = bench.start();
    const { id } = await notifications.save(channel(webhook()), { url: url() });
    let answer = (): void => {};
    sink.answers = [(response) => (answer = () => status(500)(response)), status(200)];
    const asked = [notifications.test(id), notifications.test(id)];
    await eventually(() => expect(sink.posts).toHaveLength(1));
    notifications.remove(id);
    answer();
    expect(await Promise.all(asked)).toEqual(
      Array(2).fill(expect.objectContaining({ key: 'notifications.problem.status' })),
    );
    expect(sink.posts).toHaveLength(1);
    expect(store.database.prepare('SELECT * FROM notification_message').all()).toEqual([]);
  });
});

describe('secrets', () => {
  it('are in nothing that is shown, written down or told of a failure', async () => {
    const { store, notifications, audit } = bench.start();
    const saved = await notifications.save(channel(webhook({ signing: 'bearer' })), {
      url: url(),
      secret: 'bearer-of-news',
    });
    expect(saved).toMatchObject({
      target: { origin: `http://127.0.0.1:${sink.port}` },
      secretStates: { url: 'session', secret: 'session' },
    });
    // The other side says back what it got.
    sink.answers = [(response, { path, headers }) => status(500, `${path} ${headers.authorization}`)(response)];
    const problem = await notifications.test(saved.id);
    const told = JSON.stringify([
      problem,
      await notifications.channels(),
      notifications.log(undefined, 9),
      audit.list({ limit: 9 }),
      store.database.prepare('SELECT * FROM notification_channel').all(),
      store.database.prepare('SELECT * FROM notification_message').all(),
      store.database.prepare('SELECT * FROM setting').all(),
    ]);
    expect(problem).toMatchObject({ params: { status: 500, answer: expect.stringContaining('[hidden]') } });
    for (const secret of ['SECRETPART', 'hidden-too', 'bearer-of-news']) expect(told).not.toContain(secret);
    notifications.remove(saved.id);
    expect(await notifications.channels()).toEqual([]);
  });

  it('that are not known are asked for, and what makes no sense is refused', async () => {
    const { notifications } = bench.start();
    await expect(notifications.save(channel(webhook()), {})).rejects.toThrow('notifications.problem.missing.url');
    await expect(notifications.save(channel(webhook()), { url: 'file:///etc/passwd' })).rejects.toThrow(
      'notifications.problem.url',
    );
    await expect(notifications.save(channel(webhook(), { hosts: 'gpu.model ~' }), { url: url() })).rejects.toThrow(
      'invalid.filter',
    );
    const open = mail({ host: 'mail.example', user: 'ops', security: 'none' });
    await expect(notifications.save(channel(open), {})).rejects.toThrow('invalid.openPassword');
    const { id } = await notifications.save(channel({ ...open, security: 'tls' }), {});
    expect(await notifications.test(id)).toEqual({ key: 'notifications.problem.missing.password' });
    const file = await notifications.save(channel(webhook(), {}, { url: join(bench.folder, 'none') }), {});
    expect(await notifications.test(file.id)).toMatchObject({ key: 'notifications.problem.file' });
  });
});
