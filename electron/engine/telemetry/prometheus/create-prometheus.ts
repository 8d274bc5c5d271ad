import type { MetricsServerStatus } from '#shared/contract/prometheus';
import type { MetricsServing } from '#shared/domain/telemetry/metrics-serving';
import { InvalidError } from '../../errors';
import type { SettingsStore } from '../../store/settings';
import type { Telemetry } from '../create-telemetry';
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
  let asked: string | null = null;
  let server: MetricsServer | null = null;
  let status: MetricsServerStatus = { state: 'off' };
  /** One change after the other: the port of the one before must be free. */
  let work = Promise.resolve();

  // Read in when it is first wanted: until then it would cost memory for nothing.
  const start = async (serving: MetricsServing, hostIds: readonly string[] | null): Promise<MetricsServer> =>
    (await import('./serve-metrics')).serveMetrics(serving, hostIds, deps);

  async function follow(isClosing: boolean): Promise<void> {
    const { isOn, ...serving } = settings.get().metricsServer;
    const wanted = isOn && !isClosing ? JSON.stringify(serving) : null;
    if (wanted === asked) return;
    asked = wanted;
    await server?.close();
    server = null;
    status = { state: 'off' };
    if (wanted === null) return;
    try {
      server = await start(serving, null);
      status = { state: 'listening', url: server.url };
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      status = { state: 'failed', message: { key: error.key, params: error.params } };
    }
  }
  const followLater = (isClosing = false): void => {
    work = work.then(() => follow(isClosing)).catch((error) => console.error(error));
  };
  const stopFollowing = isKeeper ? settings.onDidUpdate(() => followLater()) : () => {};
  if (isKeeper) followLater();

  return {
    async status() {
      await work;
      return status;
    },
    async *serve({ hostIds, ...serving }, signal) {
      const own = await start(serving, hostIds);
      const release = telemetry.sample(hostIds);
      try {
        yield { url: own.url };
        await new Promise<void>((resolve) => {
          if (signal?.aborted) resolve();
          signal?.addEventListener('abort', () => resolve(), { once: true });
        });
      } finally {
        release();
        await own.close();
      }
    },
    async close() {
      stopFollowing();
      if (isKeeper) followLater(true);
      await work;
    },
  };
}
