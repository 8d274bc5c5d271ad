import type { MetricsServerStatus } from '#shared/contract/prometheus';
import type { MetricsServing } from '#shared/domain/telemetry/metrics-serving';
import type { SettingsStore } from '../../store/settings';
import type { Telemetry } from '../create-telemetry';
import { followSetting } from './follow-setting';
import type { MetricsServer } from './metrics-server';
import type { ServedDeps } from './serve-metrics';

export interface PrometheusDeps extends ServedDeps {
  readonly telemetry: Pick<Telemetry, 'measured' | 'sample'>;
  readonly settings: Pick<SettingsStore, 'get' | 'onDidUpdate'>;
  /** Serves as the settings say; one process of a data folder does. */
  readonly isKeeper: boolean;
}

export interface PrometheusService {
  status(): Promise<MetricsServerStatus>;
  serve(
    serving: MetricsServing & { hostIds: readonly string[] },
    signal?: AbortSignal,
  ): AsyncGenerator<{ url: string }>;
  close(): Promise<void>;
}

/** Gantry as a target of Prometheus: off until somebody switches it on. */
export function createPrometheus(deps: PrometheusDeps): PrometheusService {
  const { telemetry, settings, isKeeper } = deps;
  const start = async (serving: MetricsServing, hostIds: readonly string[] | null): Promise<MetricsServer> => {
    // Read in when it is first wanted: until then it would cost memory for nothing.
    const { serveMetrics } = await import('./serve-metrics');
    const { url, close } = await serveMetrics(serving, hostIds, deps);
    // Who scrapes has a pace of their own, and can't be seen looking.
    const release = telemetry.sample(hostIds);
    return {
      url,
      close: () => {
        release();
        return close();
      },
    };
  };

  const server = followSetting({
    settings,
    isFollowed: isKeeper,
    wantedOf: () => {
      const { isOn, ...serving } = settings.get().metricsServer;
      return isOn ? JSON.stringify(serving) : null;
    },
    open: () => start(settings.get().metricsServer, null),
  });

  return {
    async status() {
      await server.settled();
      const { running, failure } = server;
      if (failure) return { state: 'failed', message: { key: failure.key, params: failure.params } };
      return running ? { state: 'listening', url: running.url } : { state: 'off' };
    },
    async *serve({ hostIds, ...serving }, signal) {
      const own = await start(serving, hostIds);
      try {
        yield { url: own.url };
        await new Promise<void>((resolve) => {
          if (signal?.aborted) resolve();
          signal?.addEventListener('abort', () => resolve(), { once: true });
        });
      } finally {
        await own.close();
      }
    },
    close: () => server.close(),
  };
}
