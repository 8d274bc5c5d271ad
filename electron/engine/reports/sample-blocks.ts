import { bytesText } from '#shared/domain/bytes-text';
import { type FrozenTrack, seriesSummary } from '#shared/domain/telemetry/frozen-samples';
import type { MetricUnit } from '#shared/domain/telemetry/metric';
import { metricSources } from '#shared/domain/telemetry/metric-source';
import { metricSpec } from '#shared/domain/telemetry/metrics';
import { metricWords } from '#shared/i18n/metric-words';
import { labelledTable, type ReportBlock } from './report-model';
import type { Words } from './report-words';

/** Subjects whose samples are in the report; those of all are in the bundle. */
const SHOWN_SUBJECTS = 6;

/** What was measured before an alert, each subject by itself: what moved is drawn, what stood still is said. */
export function sampleBlocks(samples: readonly FrozenTrack[], words: Words): ReportBlock[] {
  const bySubject = new Map<string, FrozenTrack[]>();
  for (const track of samples) {
    const key = `${track.hostId} ${track.subject}`;
    bySubject.set(key, [...(bySubject.get(key) ?? []), track]);
  }
  return [...bySubject.values()].slice(0, SHOWN_SUBJECTS).flatMap((tracks) => subjectBlocks(tracks, words));
}

/** Where each metric of the report is read from, once for all. */
export function sourceBlocks(samples: readonly FrozenTrack[], { t, message }: Words): ReportBlock[] {
  const metrics = new Set(samples.flatMap(({ series }) => series.map(({ metric }) => metric)));
  return labelledTable(
    t('source'),
    [t('metric'), t('sources')],
    [...metrics].map((metric) => [metricWords(metric, message).name, metricSources(metric)]),
    [1],
  );
}

function subjectBlocks(tracks: readonly FrozenTrack[], { t, host, message, time }: Words): ReportBlock[] {
  const [first] = tracks;
  const moments = tracks.flatMap(({ times }) => [times[0] ?? [], times.at(-1) ?? []].flat());
  if (!first || moments.length === 0) return [];
  const all = tracks.flatMap(({ times, series }) =>
    series.flatMap(({ metric, values }) => {
      const summary = seriesSummary(values);
      if (!summary) return [];
      const { least, greatest } = summary;
      const isStill = least === greatest && !values.includes(null);
      const name = metricWords(metric, message).name;
      const { unit } = metricSpec(metric);
      return [{ name, times, values, isStill, text: (value: number) => valueText(value, unit), ...summary }];
    }),
  );
  const moved = all.filter(({ isStill }) => !isStill);
  const still = all.filter(({ isStill }) => isStill);
  const when = rangeText(time(Math.min(...moments)), time(Math.max(...moments)));
  return [
    { kind: 'label', text: t('samplesBefore', { host: host(first.hostId), subject: first.subject, when }) },
    ...labelledTable(
      '',
      [t('metric'), t('course'), t('least'), t('greatest'), t('last')],
      moved.map(({ name, times, values, text, least, greatest, last }) => [
        name,
        { times, values },
        text(least),
        text(greatest),
        text(last),
      ]),
    ),
    ...(still.length > 0
      ? [
          { kind: 'label' as const, text: t('samplesStill') },
          {
            kind: 'paragraph' as const,
            text: still.map(({ name, text, last }) => `${name} ${text(last)}`).join(' · '),
          },
        ]
      : []),
  ];
}

/** `2026-01-01 00:00:00 – 00:01:00 UTC`. */
function rangeText(from: string, to: string): string {
  if (from === to) return to;
  const [day, clock, zone] = from.split(' ');
  return to.startsWith(`${day} `)
    ? `${day} ${clock} – ${to.slice(`${day} `.length)}`
    : `${day} ${clock} ${zone} – ${to}`;
}

const symbols: Readonly<Partial<Record<MetricUnit, string>>> = {
  percent: ' %',
  watts: ' W',
  joules: ' J',
  celsius: ' °C',
  megahertz: ' MHz',
  seconds: ' s',
};

/** As a person reads it; the exact numbers are in the bundle. */
function valueText(value: number, unit: MetricUnit): string {
  if (unit === 'bytes') return bytesText(value);
  if (unit === 'bytesPerSecond') return `${bytesText(value)}/s`;
  if (unit === 'bits') return `0x${Math.round(value).toString(16)}`;
  const rounded = Math.abs(value) >= 1 ? value.toFixed(2) : value.toPrecision(3);
  return `${Number(rounded)}${symbols[unit] ?? ''}`;
}
