import type { FrozenTrack } from '#shared/domain/telemetry/frozen-samples';
import { frozenTrackSchema } from '#shared/domain/telemetry/frozen-samples-schema';
import type { History } from '../telemetry/history';

/** How much before an alert fired goes with it. */
export const BEFORE_MS = 60_000;

type Line = { time: string; metric: string; value: number | null };

/** Exactly what was measured of a subject in a range; nothing where samples can't be read. */
export async function freezeSamples(
  history: Pick<History, 'exportSamples'>,
  { hostId, subject }: { hostId: string; subject: string },
  range: { fromMs: number; toMs: number },
): Promise<FrozenTrack[]> {
  const series = new Map<string, { times: number[]; values: Array<number | null> }>();
  let rest = '';
  const pieces = history.exportSamples({ hostIds: [hostId], subjects: [subject], format: 'json', ...range });
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { time, metric, value } = JSON.parse(line) as Line;
      const known = series.get(metric) ?? { times: [], values: [] };
      known.times.push(Date.parse(time));
      known.values.push(value);
      series.set(metric, known);
    }
  }
  return tracksOf(hostId, subject, series);
}

/** What one collector measured has the same times: they are kept once. */
function tracksOf(
  hostId: string,
  subject: string,
  series: ReadonlyMap<string, { times: number[]; values: Array<number | null> }>,
): FrozenTrack[] {
  const tracks = new Map<
    string,
    { times: number[]; series: Array<{ metric: string; values: Array<number | null> }> }
  >();
  for (const [metric, { times, values }] of series) {
    const key = times.join();
    const track = tracks.get(key) ?? { times, series: [] };
    track.series.push({ metric, values });
    tracks.set(key, track);
  }
  return [...tracks.values()].flatMap((track) => {
    const parsed = frozenTrackSchema.safeParse({ hostId, subject, ...track });
    return parsed.success ? [parsed.data] : [];
  });
}
