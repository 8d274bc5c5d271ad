import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { IncidentSummary } from '#shared/domain/incident';
import type { Channel, ChannelTarget, Routing, TargetOf } from '#shared/domain/notifications/channel';
import type { Alert } from '#shared/domain/rules/alert';
import { createAuditLog } from '../../audit/audit-log';
import { SecretKeeper } from '../../hosts/secret-keeper';
import { createIncidents } from '../../incidents/create-incidents';
import { openStore } from '../../store/open-store';
import type { Store } from '../../store/store';
import { AlertRepository } from '../../telemetry/rules/alert-repository';
import { createNotifications, type NotificationsDeps } from '../create-notifications';

export const START_MS = Date.UTC(2026, 0, 1);

const nothing = (): void => {};
const listen = () => nothing;

/** Notifications over alerts that the test writes as the rules do, by a clock of the test. */
export class NotificationBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'gantry-notifications-'));
  nowMs = START_MS;
  #nextId = 1;
  readonly #closers: Array<() => Promise<void> | void> = [];

  start(change: Partial<NotificationsDeps> = {}, file = 'gantry.db') {
    const store = openStore(join(this.folder, file), () => this.nowMs);
    const nowMs = (): number => this.nowMs;
    const audit = createAuditLog({ store, nowMs, actor: 'ada' });
    const never = (): never => {
      throw new Error('not asked for');
    };
    const incidents = createIncidents({
      store,
      audit,
      nowMs,
      actor: 'ada',
      diagnosis: { get: never, results: never },
      profiles: { check: never },
      // Nobody freezes output of probes here.
      inventory: null as never,
      actions: { onWillApply: listen, onDidStart: listen, onDidSettle: listen },
    });
    const notifications = createNotifications({
      store,
      audit,
      incidents,
      nowMs,
      secrets: new SecretKeeper(store, null, nothing),
      desktop: null,
      telemetry: { async *exportSamples() {}, events: () => [] },
      nameOf: (hostId) => `node-${hostId}`,
      nodeOf: () => null,
      settings: () => ({ from: 'critical', language: 'en' }),
      isKeeper: true,
      lookMs: 5,
      ...change,
    });
    let isOpen = true;
    const close = async (): Promise<void> => {
      if (!isOpen) return;
      isOpen = false;
      await notifications.close();
      store.close();
    };
    this.#closers.push(close);
    return { store, audit, incidents, notifications, alerts: new AlertRepository(store), close };
  }

  onClose(closer: () => Promise<void> | void): void {
    this.#closers.push(closer);
  }

  async close(): Promise<void> {
    for (const closer of this.#closers.splice(0).reverse()) await closer();
    rmSync(this.folder, { recursive: true, force: true });
  }

  alert(change: Partial<Alert> = {}): Alert {
    return {
      id: this.#nextId++,
      ruleId: 'gpu-hot',
      hostId: 'h1',
      subject: 'gpu GPU-1',
      state: 'firing',
      severity: 'critical',
      title: { en: 'GPU too hot', 'zh-CN': 'GPU 温度过高' },
      message: { en: 'The GPU has 92 °C.', 'zh-CN': 'GPU 温度 92 °C。' },
      labels: {},
      treeId: null,
      value: 92,
      sinceMs: this.nowMs - 60_000,
      firedMs: this.nowMs,
      resolvedMs: null,
      isAbandoned: false,
      acknowledged: null,
      ...change,
    };
  }

  /** As the rules write: all together. */
  save(store: Store, alerts: readonly Alert[]): void {
    const repository = new AlertRepository(store);
    store.transactionSoon(() => {
      for (const alert of alerts) repository.save(alert);
    });
  }

  over(alert: Alert): Alert {
    return { ...alert, state: 'resolved', resolvedMs: this.nowMs };
  }
}

const everything: Routing = {
  minSeverity: 'info',
  hosts: '',
  labels: {},
  isOnFiring: true,
  isOnResolve: true,
  language: 'en',
};

export function channel(
  target: ChannelTarget,
  routing: Partial<Routing> = {},
  secretFiles: Channel['secretFiles'] = {},
): Omit<Channel, 'id'> {
  return { name: target.kind, isOn: true, target, routing: { ...everything, ...routing }, secretFiles };
}

export const webhook = (change: Partial<TargetOf<'webhook'>> = {}): TargetOf<'webhook'> => ({
  kind: 'webhook',
  origin: null,
  format: 'gantry',
  signing: 'none',
  caFile: null,
  ...change,
});

export const mail = (change: Partial<TargetOf<'email'>> = {}): TargetOf<'email'> => ({
  kind: 'email',
  host: '127.0.0.1',
  port: 25,
  security: 'none',
  user: null,
  from: 'gantry@site.example',
  to: ['ops@site.example'],
  caFile: null,
  ...change,
});

export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 90_000, interval: 10 });
}

export const titles = (incidents: { list(): IncidentSummary[] }): string[] =>
  incidents.list().map(({ number, title, entryCount }) => `INC-${number} ${title} (${entryCount})`);
