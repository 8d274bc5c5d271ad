import { setImmediate as rest } from 'node:timers/promises';
import type { Moment, MomentWanted, SamplesWanted, SeriesRef } from '#shared/contract/telemetry';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import { isMetricId, type MetricId } from '#shared/domain/telemetry/metrics';
import { InvalidError } from '../errors';
import type { ConnectedHostDirectory } from '../hosts/host-directory';
import type { Telemetry } from './create-telemetry';
import type { ReplayedSamples } from './rules/replay-rules';
import { exportSamples } from './store/export-samples';
import { beside, framesOf } from './store/foreign-samples';
import { MomentReader } from './store/moment-reader';
import { readFrames } from './store/read-frames';
import { collectSeries, drawSeries, joinSeries, type SeriesRange } from './store/read-series';
import type { SampleStore } from './store/sample-store';
import type { ServerHistory, Stretch, SubjectMetrics } from './store/samples-elsewhere';

/** Where series are read from, ready to draw. */
export interface SeriesReader {
  readSeries(series: readonly SeriesRef[], range: SeriesRange, signal?: AbortSignal): Promise<DrawnSeries[]>;
}

/** What was measured, wherever it is kept. */
export interface History extends SeriesReader {
  subjects(wanted: {
    hostIds: readonly string[];
    metrics?: readonly MetricId[] | undefined;
  }): Promise<SubjectMetrics[]>;
  /** What `live` would have told then. */
  at(wanted: MomentWanted, signal?: AbortSignal): Promise<Moment>;
  /** What was kept, as it came, and what happened beside it. */
  replayed(signal?: AbortSignal): ReplayedSamples;
  /** Every sample of a range as it was measured, as text in pieces. */
  exportSamples(wanted: SamplesWanted, signal?: AbortSignal): AsyncGenerator<string>;
}

export interface HistoryDeps {
  readonly telemetry: Pick<Telemetry, 'inSamples' | 'events'>;
  readonly hosts: Pick<ConnectedHostDirectory, 'list'>;
  readonly server: ServerHistory;
}

/** Everything else waits so long at most while hundreds of series are read. */
const WORK_MS = 8;

/** Reads what is kept here, and from the server what is kept there only, as one. */
export function createHistory({ telemetry, hosts, server }: HistoryDeps): History {
  const { inSamples } = telemetry;
  const moments = new MomentReader(inSamples, server);
  const onServer = ({ fromMs, toMs }: Stretch): Stretch | null => {
    const kept = server.kept();
    const part = { fromMs: Math.max(fromMs, kept?.fromMs ?? 0), toMs: Math.min(toMs, kept?.toMs ?? 0) };
    return part.fromMs < part.toMs ? part : null;
  };

  return {
    async readSeries(series, range, signal) {
      const part = onServer(range);
      const there = part ? await server.collect(series, part, range, signal) : [];
      const drawn: DrawnSeries[] = [];
      let sinceMs = performance.now();
      for (const [index, each] of series.entries()) {
        const here = inSamples((samples) => collectSeries(samples, each, range));
        const other = there[index];
        drawn.push(drawSeries(each.metric, other ? joinSeries(here, other) : here, range));
        if (performance.now() - sinceMs < WORK_MS) continue;
        await rest();
        sinceMs = performance.now();
      }
      return drawn;
    },

    async subjects({ hostIds, metrics = null }) {
      const here = inSamples((samples) => hostIds.flatMap((hostId) => subjectsHere(samples, hostId, metrics)));
      const kept = server.kept();
      if (!kept) return here;
      try {
        return together(here, await server.subjects(hostIds, metrics, kept));
      } catch (error) {
        // What is seen live does not wait for a server; a chart of what is there says that it can't be read.
        if (!(error instanceof InvalidError)) throw error;
        return here;
      }
    },

    at: (wanted, signal) => moments.at(wanted, wanted.hostIds ?? hosts.list().map(({ spec }) => spec.id), signal),

    replayed: (signal) => ({
      async frames(hostId, fromMs, toMs) {
        const here = inSamples((samples) => readFrames(samples, hostId, fromMs, toMs));
        const part = onServer({ fromMs, toMs });
        if (!part) return here;
        const wanted = { hostIds: [hostId], subject: null, metrics: null, tierMs: 0, ...part } as const;
        const there = await server.columns(wanted, signal);
        const more = inSamples((samples) => framesOf(beside(samples, there)));
        return [...here, ...more].sort((one, other) => one.atMs - other.atMs);
      },
      events: (hostId, fromMs, toMs) => telemetry.events({ hostIds: [hostId], fromMs, toMs }),
    }),

    exportSamples: (wanted, signal) =>
      exportSamples(
        inSamples((samples) => samples),
        wanted,
        {
          nameOf: (hostId) => hosts.list().find(({ spec }) => spec.id === hostId)?.spec.name ?? hostId,
          signal,
          elsewhere: {
            part: () => onServer(wanted),
            async subjects(hostId) {
              const part = onServer(wanted);
              const found = part ? await server.subjects([hostId], wanted.metrics ?? null, part, signal) : [];
              return found.map(({ subject }) => subject);
            },
            columns: (hostId, subject, stretch) =>
              server.columns(
                { hostIds: [hostId], subject, metrics: wanted.metrics ?? null, tierMs: 0, ...stretch },
                signal,
              ),
          },
        },
      ),
  };
}

function subjectsHere(samples: SampleStore, hostId: string, metrics: readonly MetricId[] | null): SubjectMetrics[] {
  const wanted = metrics && new Set<string>(metrics);
  const isWanted = (metric: string): metric is MetricId => isMetricId(metric) && (!wanted || wanted.has(metric));
  return [...samples.subjectsOf(hostId)].flatMap(([subject, tracks]) => {
    const told = [...new Set(tracks.flatMap(({ layout }) => layout.filter(isWanted)))];
    return told.length > 0 ? [{ hostId, subject, metrics: told }] : [];
  });
}

function together(here: readonly SubjectMetrics[], there: readonly SubjectMetrics[]): SubjectMetrics[] {
  const subjects = new Map<string, SubjectMetrics>();
  for (const { hostId, subject, metrics } of [...here, ...there]) {
    const key = `${hostId} ${subject}`;
    const known = subjects.get(key)?.metrics ?? [];
    subjects.set(key, { hostId, subject, metrics: [...new Set([...known, ...metrics])] });
  }
  return [...subjects.values()];
}
