import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostView } from '#shared/contract/hosts';
import type { HostStatus } from '#shared/domain/host';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { WatchState } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { createAuditLog } from '../../audit/audit-log';
import { openStore } from '../../store/open-store';
import type { Store } from '../../store/store';
import { createAlerts } from './create-alerts';
import { createRules } from './create-rules';

const layout: readonly MetricId[] = ['gpu.temperatureC'];
const START_MS = Date.UTC(2026, 0, 1);

let store: Store;
let folder: string;
let rulesOff: string[] = [];
let listed: string[] = ['h1'];

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
  store = openStore(':memory:');
  folder = mkdtempSync(join(tmpdir(), 'gantry-rules-'));
});
afterEach(() => {
  vi.useRealTimers();
  store.close();
  rmSync(folder, { recursive: true, force: true });
  rulesOff = [];
  listed = ['h1'];
});

/** An engine's rules over samples that the test sends. */
function start() {
  let send: (hostId: string, frames: readonly Frame[]) => void = () => {};
  let tell: (status: HostStatus) => void = () => {};
  const hastened = new Set<string>();
  const nowMs = (): number => Date.now();
  const audit = createAuditLog({ store, nowMs, actor: 'ada' });
  const rules = createRules({
    store,
    telemetry: {
      onDidSample: (listener) => {
        send = listener;
        return () => {};
      },
      async *watchStates(): AsyncGenerator<WatchState[]> {
        yield [];
      },
      hasten: (hostId) => hastened.add(hostId),
    },
    hosts: {
      list: () => listed.map((id) => ({ spec: { id } }) as HostView),
      async *watch() {
        for (;;) yield await new Promise<HostStatus>((resolve) => (tell = resolve));
      },
    },
    nowMs,
    isKeeper: true,
    rulesFolder: () => folder,
    rulesOff: () => rulesOff,
    treeIds: () => ['vram-shortage'],
  });
  const alerts = createAlerts({ store, rules, audit, actor: 'ada', nowMs });
  return {
    rules,
    alerts,
    audit,
    hastened,
    tell: (status: HostStatus) => tell(status),
    /** So many samples, a second apart. */
    async hot(seconds: number, temperatureC: number, gpu = 'GPU-1') {
      for (let second = 0; second < seconds; second += 1) {
        await vi.advanceTimersByTimeAsync(1000);
        send('h1', [{ subject: { kind: 'gpu', id: gpu }, layout, atMs: Date.now(), values: [temperatureC] }]);
      }
    },
    sendAll: (frames: readonly Frame[]) => send('h1', frames),
  };
}

const brief = (engine: ReturnType<typeof start>, isResolvedToo = false) =>
  engine.alerts.list({ isResolvedToo }).map(({ ruleId, subject, state }) => `${ruleId} ${subject} ${state}`);

describe('rules over samples', () => {
  it('keep an alert from pending to firing to resolved', async () => {
    const engine = start();
    await engine.hot(5, 70);
    expect(brief(engine)).toEqual([]);
    await engine.hot(5, 90);
    expect(brief(engine)).toEqual(['gpu-hot gpu GPU-1 pending']);
    expect([...engine.hastened]).toEqual(['h1']);
    await engine.hot(60, 90);
    expect(engine.alerts.list({})).toMatchObject([
      {
        state: 'firing',
        severity: 'critical',
        value: 90,
        sinceMs: START_MS + 6000,
        firedMs: START_MS + 66_000,
        message: {
          en: "The GPU has 90 °C; 85 °C is the site's limit. The limits of the board win where it reports them.",
        },
      },
    ]);
    await engine.hot(601, 70);
    expect(brief(engine, true)).toEqual(['gpu-hot gpu GPU-1 resolved']);
  });

  it('do not take the silence of a workstation that slept for that of the nodes', async () => {
    const engine = start();
    const told = (): void =>
      engine.sendAll([{ subject: { kind: 'node', id: '' }, layout: ['node.load'], atMs: Date.now(), values: [1] }]);
    told();
    await vi.advanceTimersByTimeAsync(5000);
    // Timers stand still meanwhile, and the clock on the wall does not.
    vi.setSystemTime(Date.now() + 2 * 3_600_000);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(brief(engine)).toEqual([]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(brief(engine)).toEqual(['telemetry-lost node firing']);
  });

  it('leave nothing of what never fired', async () => {
    const engine = start();
    await engine.hot(30, 90);
    await engine.hot(30, 70);
    expect(brief(engine, true)).toEqual([]);
  });

  it('go on with what fired before the engine was killed, and end it when it is over', async () => {
    const killed = start();
    await killed.hot(65, 90);
    expect(brief(killed)).toEqual(['gpu-hot gpu GPU-1 firing']);
    vi.clearAllTimers();
    const engine = start();
    await engine.hot(5, 90);
    expect(brief(engine)).toEqual(['gpu-hot gpu GPU-1 firing']);
    await engine.hot(605, 70);
    expect(brief(engine, true)).toEqual(['gpu-hot gpu GPU-1 resolved']);
  });

  it('end what fired on a node that was removed while no engine ran', async () => {
    const killed = start();
    await killed.hot(65, 90);
    vi.clearAllTimers();
    listed = [];
    const engine = start();
    expect(engine.alerts.list({ isResolvedToo: true })).toMatchObject([{ state: 'resolved', isAbandoned: true }]);
  });

  it('take a file of the user in while samples come, in place of a built-in rule of its id', async () => {
    const engine = start();
    await engine.hot(60, 70);
    expect(brief(engine)).toEqual([]);
    writeFileSync(
      join(folder, 'own.yaml'),
      'rules:\n  - { id: gpu-hot, of: gpu, when: gpu.temperatureC >= 65, severity: warn, title: { en: Warm }, message: { en: "{{ value }}" } }\n',
    );
    await engine.hot(12, 70);
    expect(engine.alerts.list({})).toMatchObject([{ ruleId: 'gpu-hot', severity: 'warn', state: 'firing' }]);
    rmSync(join(folder, 'own.yaml'));
    writeFileSync(join(folder, 'own.yaml'), 'rules:\n  - id: broken\n    of: gpu\n    when: gpu.heat > 1\n');
    expect(engine.rules.library.load().problems.map(({ line }) => line)).toEqual([2, 2, 2]);
    expect(engine.rules.library.load().rules.find(({ id }) => id === 'gpu-hot')?.isBuiltIn).toBe(true);
  });

  it('end an alert whose rule is there no more as one that nobody saw the end of', async () => {
    const engine = start();
    const file = join(folder, 'own.yaml');
    writeFileSync(
      file,
      'rules:\n  - { id: warm, of: gpu, when: gpu.temperatureC >= 65, severity: warn, title: { en: Warm }, message: { en: Warm } }\n',
    );
    await engine.hot(3, 70);
    expect(brief(engine)).toEqual(['warm gpu GPU-1 firing']);
    rmSync(file);
    await engine.hot(12, 70);
    expect(engine.alerts.list({ isResolvedToo: true })).toMatchObject([{ state: 'resolved', isAbandoned: true }]);
  });

  it('end an alert whose rule is switched off, and judge by it again when it is switched on', async () => {
    const engine = start();
    await engine.hot(65, 90);
    rulesOff = ['gpu-hot'];
    await engine.hot(12, 90);
    expect(brief(engine)).toEqual([]);
    expect(engine.rules.library.load().off.map(({ id }) => id)).toEqual(['gpu-hot']);
    expect(engine.alerts.resolved()).toMatchObject([{ ruleId: 'gpu-hot', isAbandoned: true }]);
    const [{ sinceMs = 0, resolvedMs = 0 } = {}] = engine.alerts.resolved();
    const during = (fromMs: number, toMs: number) => engine.alerts.during({ fromMs, toMs }).alerts.length;
    expect(during(sinceMs, sinceMs)).toBe(1);
    expect([during(0, sinceMs - 1), during(resolvedMs ?? 0, Date.now())]).toEqual([0, 0]);
    rulesOff = [];
    await engine.hot(75, 90);
    expect(brief(engine)).toEqual(['gpu-hot gpu GPU-1 firing']);
  });

  it('write ten thousand alerts of one minute together', async () => {
    const engine = start();
    const frames = (atMs: number): Frame[] =>
      Array.from({ length: 10_000 }, (_, index) => ({
        subject: { kind: 'gpu', id: `GPU-${index}` },
        layout,
        atMs,
        values: [90],
      }));
    for (let second = 0; second <= 60; second += 30) engine.sendAll(frames(START_MS + second * 1000));
    const transactions = vi.spyOn(store, 'transactionSoon');
    expect(engine.alerts.list({}).filter(({ state }) => state === 'firing')).toHaveLength(10_000);
    expect(transactions).toHaveBeenCalledTimes(1);
  });
});

describe('whoever watches alerts', () => {
  it('is told all that is open, then what changes, also by another process', async () => {
    store.close();
    store = openStore(join(folder, 'gantry.db'));
    const engine = start();
    await engine.hot(5, 90);
    const watch = engine.alerts.watch();
    const next = async () => (await watch.next()).value ?? { open: [], endedIds: [], silences: null };
    expect(await next()).toMatchObject({ isWhole: true, open: [{ state: 'pending' }], endedIds: [], silences: [] });
    await engine.hot(60, 90);
    const { open } = await next();
    expect(open).toMatchObject([{ state: 'firing', acknowledged: null }]);

    const otherStore = openStore(join(folder, 'gantry.db'));
    const audit = createAuditLog({ store: otherStore, nowMs: () => Date.now(), actor: 'bob' });
    const rules = { flush: () => {}, revision: () => 0, valueNow: () => null };
    const other = createAlerts({ store: otherStore, rules, audit, actor: 'bob', nowMs: () => Date.now() });
    other.acknowledge(open[0]?.id ?? 0, 'fan ordered');
    expect(await next()).toMatchObject({
      isWhole: false,
      open: [{ acknowledged: { who: 'bob', why: 'fan ordered' } }],
    });
    const untilMs = Date.now() + 5000;
    const silence = { ruleId: 'gpu-hot', hostId: null, subject: null, untilMs, why: 'service' };
    const { id } = other.silence(silence);
    expect(await next()).toMatchObject({ open: [], silences: [{ ruleId: 'gpu-hot', untilMs }] });
    other.extendSilence(id, untilMs + 5000, 'it takes longer');
    expect(await next()).toMatchObject({ silences: [{ untilMs: untilMs + 5000 }] });
    otherStore.close();

    vi.setSystemTime(untilMs + 5001);
    expect(await next()).toMatchObject({ open: [], endedIds: [], silences: [] });
    await engine.hot(605, 60);
    expect(await next()).toMatchObject({ endedIds: [open[0]?.id], open: [] });
    expect(engine.alerts.resolved()).toMatchObject([{ id: open[0]?.id, acknowledged: { who: 'bob' } }]);
  });
});

describe('the value of an alert', () => {
  it('is that of the newest sample while the alert keeps its last change; a process without samples tells none', async () => {
    const engine = start();
    await engine.hot(65, 90);
    await engine.hot(5, 97);
    const [alert] = engine.alerts.list({});
    const alertId = alert?.id ?? 0;
    expect(alert).toMatchObject({ state: 'firing', value: 90 });
    expect(engine.alerts.values([alertId, 4711])).toEqual([{ alertId, value: 97, atMs: expect.any(Number) }]);
    expect(start().alerts.values([alertId])).toEqual([]);
  });
});

describe('what people say to alerts', () => {
  it('an acknowledgement has a name, a time and a reason, stays over restarts, and is in the audit log', async () => {
    const engine = start();
    await engine.hot(65, 90);
    const [alert] = engine.alerts.list({});
    engine.alerts.acknowledge(alert?.id ?? 0, 'fan ordered');
    await engine.hot(5, 91);
    expect(start().alerts.list({})).toMatchObject([
      { acknowledged: { who: 'ada', why: 'fan ordered', atMs: START_MS + 65_000 } },
    ]);
    expect(engine.audit.list({ limit: 9 }).entries).toMatchObject([
      { event: 'alert.acknowledge', hostId: 'h1', detail: { ruleId: 'gpu-hot', why: 'fan ordered' } },
    ]);
    await engine.hot(605, 60);
    expect(() => engine.alerts.acknowledge(alert?.id ?? 0, 'late')).toThrow('rules.alertIsOver');
  });

  it('a silence covers what it names until its time, or until somebody ends it', async () => {
    const engine = start();
    await engine.hot(65, 90);
    const silence = (hostId: string, untilMs = Date.now() + 10_000) =>
      engine.alerts.silence({ ruleId: null, hostId, subject: null, untilMs, why: 'service' });
    silence('h2');
    expect(engine.alerts.list({})).toMatchObject([{ silence: null }]);
    const { id } = silence('h1');
    expect(engine.alerts.list({})).toMatchObject([{ silence: { who: 'ada', why: 'service' } }]);
    engine.alerts.endSilence(id, 'done');
    expect(engine.alerts.list({})).toMatchObject([{ silence: null }]);
    silence('h1');
    await engine.hot(11, 90);
    expect(engine.alerts.list({})).toMatchObject([{ silence: null, state: 'firing' }]);
    expect(() => silence('h1', Date.now())).toThrow('rules.silenceIsOver');
    expect(engine.audit.list({ limit: 9 }).entries.map(({ event }) => event)).toEqual([
      'alert.silence',
      'alert.endSilence',
      'alert.silence',
      'alert.silence',
    ]);
  });
});
