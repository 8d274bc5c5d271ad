import { type Settings, settingsSchema } from '#shared/contract/system';
import { usualMetricsServing } from '#shared/domain/telemetry/metrics-serving';
import { noPrometheusServer } from '#shared/domain/telemetry/prometheus-server';
import { usualSamplesKept } from '#shared/domain/telemetry/samples-kept';
import type { Store } from './store';

const defaults: Settings = {
  language: null,
  colorScheme: 'auto',
  sshConfigFile: null,
  knownHostsFile: null,
  connectTimeoutMs: 15_000,
  treesFolder: null,
  rulesFolder: null,
  fixesFolder: null,
  playbooksFolder: null,
  rulesOff: [],
  alertIncidents: 'critical',
  fleetViews: [],
  chartViews: [],
  samplesKept: usualSamplesKept,
  metricsServer: { ...usualMetricsServing, isOn: false },
  prometheusServer: noPrometheusServer,
};

export interface SettingsStore {
  get(): Settings;
  update(change: Partial<Settings>): Settings;
  /** After each update by this process. */
  onDidUpdate(listener: () => void): () => void;
}

/** The user's choices, one row each. A value this version can't read falls back to its default and is left in place. */
export function createSettings(store: Store): SettingsStore {
  const read = (): Settings => {
    const rows = store.database.prepare('SELECT key, value FROM setting').all() as Array<{
      key: string;
      value: string;
    }>;
    const settings: Record<string, unknown> = { ...defaults };
    for (const { key, value } of rows) {
      const field = settingsSchema.shape[key as keyof Settings];
      const parsed = field?.safeParse(parseJson(value));
      if (parsed?.success) settings[key] = parsed.data;
    }
    return settingsSchema.parse(settings);
  };
  let current = read();
  let seen = store.foreignVersion();
  const listeners = new Set<() => void>();
  const get = (): Settings => {
    const version = store.foreignVersion();
    if (version !== seen) current = read();
    seen = version;
    return current;
  };
  return {
    get,
    update: (change) => {
      const next = settingsSchema.parse({ ...get(), ...change });
      store.transaction(() => {
        const insert = store.database.prepare('INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)');
        for (const key of Object.keys(change)) insert.run(key, JSON.stringify(next[key as keyof Settings]));
      });
      current = next;
      for (const listener of listeners) listener();
      return next;
    },
    onDidUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
