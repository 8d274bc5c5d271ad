import { Skeleton } from '@mantine/core';
import { memo, type ReactNode } from 'react';
import type { LiveRow } from '#shared/domain/telemetry/live';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { metricWords } from '#shared/i18n/metric-words';
import { useWords } from '../../../app/i18n';
import { formatMetric, shownUnit } from '../../../charts/metric-format';
import { toneOf } from '../../../charts/metric-groups';
import { OpenInMetrics } from '../../../charts/open-in-metrics';
import { shownNowMs } from '../../../charts/shown-clock';
import { useFormat } from '../../../components/format';
import { Meter } from '../../../components/meter';
import { StateBadge } from '../../../components/state-badge';
import { useNow } from '../../../components/use-now';
import classes from './live.module.css';
import { type LiveMetric, type LiveRows, liveValue } from './use-live-rows';
import type { LiveSubject } from './use-subjects';

/** What a tile leads to. */
const comparedMetrics: readonly MetricId[] = [
  'gpu.temperatureC',
  'gpu.powerW',
  'gpu.utilizationPercent',
  'gpu.memoryUsedBytes',
  'gpu.smClockMhz',
];

/** Without these nothing is known of how a GPU is doing. */
const core = [
  'gpu.utilizationPercent',
  'gpu.memoryUsedBytes',
  'gpu.temperatureC',
  'gpu.powerW',
] as const satisfies readonly LiveMetric[];

interface GpuTilesProps {
  gpus: readonly LiveSubject[];
  rows: LiveRows;
  /** Older values are no longer how a GPU is doing. */
  staleAfterMs: number;
  /** Of what time the rows of a replay are; null: live. */
  replayedMs: number | null;
  /** All that tell of GPUs do: one of which nothing is known is gone. */
  isAllTold: boolean;
}

/** The newest values of each GPU. */
export function GpuTiles({ gpus, rows, staleAfterMs, replayedMs, isAllTold }: GpuTilesProps) {
  const now = useNow();
  const nowMs = replayedMs ?? Math.max(now, Date.now());
  return (
    <ul className={classes.tiles}>
      {gpus.map((gpu) => {
        const row = rows.get(gpu.key);
        const isStale = row !== undefined && nowMs - row.atMs > staleAfterMs;
        const isUnknown = row?.values.every((value) => value === null) ?? false;
        return (
          <Tile
            key={gpu.id}
            gpu={gpu}
            row={row}
            isStale={isStale}
            isGone={isAllTold && isUnknown && !isStale}
            isAbsent={replayedMs !== null && !row}
          />
        );
      })}
    </ul>
  );
}

const Tile = memo(function Tile({
  gpu: { hostId, key, label },
  row,
  isStale,
  isGone,
  isAbsent,
}: {
  gpu: LiveSubject;
  row: LiveRow | undefined;
  isStale: boolean;
  isGone: boolean;
  /** Nothing was sampled at the time that is played back. */
  isAbsent: boolean;
}) {
  const { t } = useWords();
  const format = useFormat();
  if (!row) {
    return (
      <li className={classes.tile} aria-label={label}>
        <strong>{label}</strong>
        {isAbsent ? <p className="dim">{t('heatMap.state.absent')}</p> : <Skeleton height={84} mt={4} />}
      </li>
    );
  }
  const value = (metric: LiveMetric) => liveValue(row, metric);
  const temperature = value('gpu.temperatureC');
  const margin = value('gpu.temperatureMarginC');
  const tones = [
    temperature === null ? null : toneOf('gpu.temperatureC', temperature),
    margin === null ? null : toneOf('gpu.temperatureMarginC', margin),
  ];
  const tone = tones.includes('bad') ? 'bad' : tones.includes('warn') ? 'warn' : null;
  return (
    <li className={classes.tile} aria-label={label} data-stale={isStale || undefined}>
      <div className={classes.tileHead}>
        <strong>{label}</strong>
        {isGone ? (
          <StateBadge tone="bad" variant="plain" title={t('heatMap.state.gone')}>
            {t('liveTab.tile.gone')}
          </StateBadge>
        ) : isStale ? (
          <StateBadge tone="unknown" variant="plain" title={format.dateTime(row.atMs)}>
            {t('liveTab.tile.stale', { ago: format.ago(row.atMs, Math.max(shownNowMs(), row.atMs)) })}
          </StateBadge>
        ) : core.every((metric) => value(metric) === null) ? (
          <StateBadge tone="unknown" variant="plain" title={t('liveTab.tile.untoldDetail')}>
            {t('liveTab.tile.untold')}
          </StateBadge>
        ) : (
          tone && (
            <StateBadge tone={tone} variant="plain">
              {t(tone === 'bad' ? 'liveTab.tile.tooHot' : 'liveTab.tile.hot')}
            </StateBadge>
          )
        )}
        <OpenInMetrics hostId={hostId} subjects={[key]} metrics={comparedMetrics} />
      </div>
      <dl>
        <Share metric="gpu.utilizationPercent" label="busy" row={row} of={100} />
        <Share metric="gpu.memoryUsedBytes" label="memory" row={row} of={value('gpu.memoryTotalBytes')} isOfShown />
        <Reading metric="gpu.temperatureC" label="temperature" row={row}>
          <span data-tone={tone ?? undefined} className={classes.reading}>
            {shown('gpu.temperatureC', temperature, format)}
          </span>
          {margin !== null && (
            <span className="dim">
              {t('liveTab.tile.margin', { margin: shown('gpu.temperatureMarginC', margin, format) })}
            </span>
          )}
        </Reading>
        <Share metric="gpu.powerW" label="power" row={row} of={value('gpu.powerLimitW')} isOfShown />
        <dt>PCIe</dt>
        <dd>
          <Pcie metric="gpu.pcieReceivedBytesPerSecond" sign="↓" row={row} />
          <Pcie metric="gpu.pcieSentBytesPerSecond" sign="↑" row={row} />
        </dd>
      </dl>
    </li>
  );
});

function shown(metric: LiveMetric, value: number | null, format: ReturnType<typeof useFormat>): string {
  return value === null ? '—' : formatMetric(value, shownUnit(metricSpec(metric)), format);
}

/** Why a value may be unknown, where it is. */
function useReason(metric: LiveMetric, value: number | null): string | undefined {
  const { message } = useWords();
  const { name, help } = metricWords(metric, message);
  return value === null ? (help ?? name) : undefined;
}

interface ReadingProps {
  metric: LiveMetric;
  label: 'busy' | 'memory' | 'temperature' | 'power';
  row: LiveRow;
  children: ReactNode;
}

function Reading({ metric, label, row, children }: ReadingProps) {
  const { t } = useWords();
  const value = liveValue(row, metric);
  return (
    <>
      <dt>{t(`liveTab.tile.${label}`)}</dt>
      <dd title={useReason(metric, value)}>{children}</dd>
    </>
  );
}

interface ShareProps extends Omit<ReadingProps, 'children'> {
  of: number | null;
  isOfShown?: boolean;
}

/** A value with a bar of how much that is of what there is. */
function Share({ metric, label, row, of, isOfShown }: ShareProps) {
  const { message } = useWords();
  const format = useFormat();
  const value = liveValue(row, metric);
  return (
    <Reading metric={metric} label={label} row={row}>
      {value !== null && of !== null && <Meter value={value} max={of} label={metricWords(metric, message).name} />}
      <span>
        {shown(metric, value, format)}
        {isOfShown && value !== null && of !== null && <span className="dim"> / {shown(metric, of, format)}</span>}
      </span>
    </Reading>
  );
}

function Pcie({ metric, sign, row }: { metric: LiveMetric; sign: string; row: LiveRow }) {
  const { message } = useWords();
  const format = useFormat();
  const value = liveValue(row, metric);
  const { name } = metricWords(metric, message);
  const reason = useReason(metric, value);
  return (
    <span title={reason ?? name}>
      <span className="dim" aria-hidden>
        {sign}{' '}
      </span>
      <span className="visually-hidden">{name} </span>
      {shown(metric, value, format)}
    </span>
  );
}
