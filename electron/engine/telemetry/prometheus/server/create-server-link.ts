import type { HistoryImported, HistoryWanted, PrometheusServerStatus } from '#shared/contract/prometheus';
import { noPrometheusServer, type PrometheusServer } from '#shared/domain/telemetry/prometheus-server';
import type { SecretKeeper } from '../../../hosts/secret-keeper';
import type { SettingsStore } from '../../../store/settings';
import type { Telemetry } from '../../create-telemetry';
import type { RawSeries } from '../../store/read-series';
import type { ServerHistory, Stretch } from '../../store/samples-elsewhere';
import { followSetting } from '../follow-setting';
import type { ServedDeps } from '../serve-metrics';
import { servedNodes } from '../served-nodes';
import type { RemoteWriter } from './remote-writer';
import type { ServerClient } from './server-client';
import { sentStretch } from './unsent';

export interface ServerLinkDeps extends Pick<ServedDeps, 'hosts' | 'inventory' | 'nowMs'> {
  readonly telemetry: Pick<Telemetry, 'kept'>;
  readonly settings: Pick<SettingsStore, 'get' | 'onDidUpdate'>;
  readonly secrets: Pick<SecretKeeper, 'get' | 'set' | 'forget'>;
  /** Sends as the settings say; one process of a data folder does. */
  readonly isKeeper: boolean;
  readonly roundMs?: number;
}

/** The server that samples are stored on, as the settings name it. */
export interface ServerLink {
  status(): Promise<PrometheusServerStatus>;
  /** Null forgets it. Never told again. */
  setSecret(secret: string | null): Promise<void>;
  hasSecret(): Promise<boolean>;
  /** What the server has, and is kept here no longer. */
  readonly history: ServerHistory;
  importHistory(wanted: HistoryWanted, signal?: AbortSignal): AsyncGenerator<HistoryImported>;
  close(): Promise<void>;
}

/** Series that a server is asked for at once. */
const AT_ONCE = 8;
const HOUR_MS = 3_600_000;
const SECRET = 'prometheus-server';

export function createServerLink(deps: ServerLinkDeps): ServerLink {
  const { settings, secrets, telemetry, hosts, inventory, nowMs, isKeeper } = deps;
  let secretChanges = 0;

  const open = async (server: PrometheusServer): Promise<ServerClient> =>
    (await import('./server-client')).openServer(server, () => secrets.get(SECRET));

  const link = followSetting({
    settings,
    isFollowed: isKeeper,
    wantedOf: () => {
      const { isOn, url, isHistory: _, bufferHours: __, ...rest } = settings.get().prometheusServer;
      return isOn && url !== null ? JSON.stringify([url, rest, secretChanges]) : null;
    },
    async open() {
      const server = settings.get().prometheusServer;
      const { RemoteWriter } = await import('./remote-writer');
      return new RemoteWriter(
        await open(server),
        { url: server.writeUrl ?? server.url ?? '', externalLabels: server.externalLabels },
        {
          kept: () => {
            const kept = telemetry.kept();
            return kept.isKeeping ? kept : null;
          },
          nodes: () =>
            servedNodes(
              hosts.list().filter(({ spec }) => spec.kind !== 'bundle'),
              inventory,
            ),
          nowMs,
          ...(deps.roundMs === undefined ? {} : { roundMs: deps.roundMs }),
        },
      );
    },
  });

  const opened = (): Promise<ServerClient> => open(settings.get().prometheusServer);

  const kept = (): Stretch | null => {
    const { isOn, isHistory, bufferHours, url, writeUrl } = settings.get().prometheusServer;
    if (!isOn || !isHistory || url === null) return null;
    const sent = isKeeper ? sentOf(link.running) : sentStretch(telemetry.kept(), writeUrl ?? url);
    if (!sent) return null;
    const toMs = Math.min(nowMs() - bufferHours * HOUR_MS, sent.toMs);
    return toMs > sent.fromMs ? { fromMs: sent.fromMs, toMs } : null;
  };

  return {
    async status() {
      await link.settled();
      const { running: writer, failure } = link;
      if (failure) return { state: 'failed', message: { key: failure.key, params: failure.params } };
      if (!writer) return { state: 'off' };
      const { state, problem, lastSentAtMs, sentToMs, sinceMs, dropped, lastRefusal } = writer.state;
      return { state, problem, lastSentAtMs, sentToMs, sinceMs, dropped, lastRefusal, nowMs: nowMs() };
    },
    async setSecret(secret) {
      if (secret === null) secrets.forget(SECRET);
      else await secrets.set(SECRET, secret, true);
      secretChanges += 1;
      link.look();
      await link.settled();
    },
    hasSecret: async () => (await secrets.get(SECRET)) !== null,
    history: {
      kept,
      async collect(series, part, range, signal) {
        const { collectServerSeries } = await import('./server-history');
        const client = await opened();
        const collected: RawSeries[] = [];
        for (let at = 0; at < series.length; at += AT_ONCE) {
          const some = series.slice(at, at + AT_ONCE);
          collected.push(
            ...(await Promise.all(some.map((each) => collectServerSeries(client, each, part, range, signal)))),
          );
        }
        return collected;
      },
      async columns(wanted, signal) {
        const { serverColumns } = await import('./server-history');
        return serverColumns(await opened(), wanted, signal);
      },
      async subjects(hostIds, metrics, part, signal) {
        const { serverSubjects } = await import('./server-history');
        return serverSubjects(await opened(), hostIds, metrics, part, signal);
      },
    },
    async *importHistory({ server, metrics = null, hostIds = null, ...range }, signal) {
      // The secret is of the server that the settings name, and nobody else's.
      const client = server
        ? await (await import('./server-client')).openServer({ ...noPrometheusServer, ...server }, async () => null)
        : await opened();
      const { importHistory } = await import('../import/import-history');
      const views = hosts.list().filter(({ spec }) => spec.kind !== 'bundle');
      const addresses = new Map(
        views.map(({ spec }) => [spec.id, spec.kind === 'ssh' ? [spec.target.address] : []] as const),
      );
      const nodes = servedNodes(views, inventory).map(({ hostId, instance, hostname, gpus }) => ({
        hostId,
        names: [instance, ...(hostname === null ? [] : [hostname]), ...(addresses.get(hostId) ?? [])],
        gpus: new Set(gpus.keys()),
      }));
      yield* importHistory(client, { ...range, metrics, hostIds }, { kept: () => telemetry.kept(), nodes, signal });
    },
    close: () => link.close(),
  };
}

function sentOf(writer: RemoteWriter | null): Stretch | null {
  const { sinceMs = null, sentToMs = null } = writer?.state ?? {};
  return sinceMs === null || sentToMs === null ? null : { fromMs: sinceMs, toMs: sentToMs };
}
