import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { subjectOf } from '#shared/domain/telemetry/frame';
import type { LiveRow } from '#shared/domain/telemetry/live';
import { metricSpec } from '#shared/domain/telemetry/metrics';
import type { MetricsEndpoint } from '#shared/domain/telemetry/metrics-endpoint';
import { serviceName } from '#shared/domain/telemetry/service-name';
import { metricWords } from '#shared/i18n/metric-words';
import { useWords } from '../../../app/i18n';
import { formatMetric, shownUnit } from '../../../charts/metric-format';
import { toneOf } from '../../../charts/metric-groups';
import { shownNowMs } from '../../../charts/shown-clock';
import { useFormat } from '../../../components/format';
import { Meter } from '../../../components/meter';
import { StateBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { useNow } from '../../../components/use-now';
import classes from './live.module.css';
import { type LiveMetric, type LiveRows, liveValue } from './use-live-rows';
import type { LiveSubject } from './use-subjects';

interface ServiceTilesProps {
  services: readonly LiveSubject[];
  rows: LiveRows;
  /** Of what is sampled at the node's own pace; services are asked more seldom. */
  staleAfterMs: number;
  /** Of what time the rows of a replay are; null: live. */
  replayedMs: number | null;
  endpoints: readonly MetricsEndpoint[];
}

/** They are asked every five seconds at most. */
const STALE_AT_LEAST_MS = 15_000;

/** Models that are served, by their servers' own metrics, and what can not be read of them. */
export function ServiceTiles({ services, rows, staleAfterMs, replayedMs, endpoints }: ServiceTilesProps) {
  const { t } = useWords();
  const now = useNow();
  const nowMs = replayedMs ?? Math.max(now, Date.now());
  const unread = endpoints.flatMap(({ url, state, detail }) =>
    state === 'reading' || state === 'starting' ? [] : { url, state, detail },
  );
  return (
    <>
      {unread.map(({ url, state, detail }) => (
        <StatePanel
          key={url}
          variant="inline"
          tone={state === 'denied' ? 'unknown' : 'warn'}
          title={t('liveTab.endpoint.unread', { endpoint: url })}
          detail={state === 'failed' ? t('liveTab.endpoint.failed', { detail }) : t(`liveTab.endpoint.${state}`)}
        />
      ))}
      {services.length > 0 && (
        <ul className={classes.tiles}>
          {services.map(({ key }) => {
            const row = rows.get(key);
            const limitMs = Math.max(staleAfterMs, STALE_AT_LEAST_MS);
            const isStale = row !== undefined && nowMs - row.atMs > limitMs;
            const isAbsent = replayedMs !== null && !row;
            return <Tile key={key} subject={key} row={row} isStale={isStale} isAbsent={isAbsent} />;
          })}
        </ul>
      )}
    </>
  );
}

interface TileProps {
  subject: string;
  row: LiveRow | undefined;
  isStale: boolean;
  /** Nothing was sampled at the time that is played back. */
  isAbsent: boolean;
}

function Tile({ subject, row, isStale, isAbsent }: TileProps) {
  const { t } = useWords();
  const format = useFormat();
  const { product, place, model } = serviceName(subjectOf(subject).id);
  const head = (
    <strong className={classes.service} title={subjectOf(subject).id}>
      {model}
    </strong>
  );
  if (!row) {
    return (
      <li className={classes.tile} aria-label={`${product} ${model}`}>
        {head}
        {isAbsent ? <p className="dim">{t('heatMap.state.absent')}</p> : <Skeleton height={102} mt={4} />}
      </li>
    );
  }
  const cache = liveValue(row, 'service.kvCachePercent');
  const failures = liveValue(row, 'service.failures');
  const isFull = cache !== null && toneOf('service.kvCachePercent', cache) !== null;
  const isFailing = failures !== null && failures > 0;
  return (
    <li className={classes.tile} aria-label={`${product} ${model}`} data-stale={isStale || undefined}>
      <div className={classes.tileHead}>
        {head}
        {isStale ? (
          <StateBadge tone="unknown" variant="plain" title={format.dateTime(row.atMs)}>
            {t('liveTab.tile.stale', { ago: format.ago(row.atMs, Math.max(shownNowMs(), row.atMs)) })}
          </StateBadge>
        ) : (
          (isFull || isFailing) && (
            <StateBadge tone="warn" variant="plain">
              {t(isFull ? 'liveTab.service.full' : 'liveTab.service.failing')}
            </StateBadge>
          )
        )}
      </div>
      <dl>
        <dt>{product}</dt>
        <dd className="dim">{place}</dd>
        {product === 'vLLM' ? <Engine row={row} isFull={isFull} /> : <Server row={row} isFailing={isFailing} />}
      </dl>
    </li>
  );
}

function Engine({ row, isFull }: { row: LiveRow; isFull: boolean }) {
  const { t } = useWords();
  const waiting = liveValue(row, 'service.requestsWaiting');
  const cache = liveValue(row, 'service.kvCachePercent');
  return (
    <>
      <Reading metric="service.requestsRunning" label={t('liveTab.service.running')} row={row}>
        {waiting !== null && (
          <span className="dim">{t('liveTab.service.waiting', { waiting: Math.round(waiting) })}</span>
        )}
      </Reading>
      <Reading
        metric="service.kvCachePercent"
        label={t('liveTab.service.cache')}
        row={row}
        tone={isFull ? 'warn' : undefined}
        before={cache !== null && <Meter value={cache} max={100} label={t('liveTab.service.cache')} />}
      />
      <Reading metric="service.generatedTokens" label={t('liveTab.service.tokens')} row={row} />
      <Reading metric="service.firstTokenP95Seconds" label={t('liveTab.service.firstToken')} row={row} />
      <Reading metric="service.requestMeanSeconds" label={t('liveTab.service.whole')} row={row} />
    </>
  );
}

function Server({ row, isFailing }: { row: LiveRow; isFailing: boolean }) {
  const { t } = useWords();
  return (
    <>
      <Reading metric="service.requests" label={t('liveTab.service.answered')} row={row} />
      <Reading
        metric="service.failures"
        label={t('liveTab.service.failed')}
        row={row}
        tone={isFailing ? 'warn' : undefined}
      />
      <Reading metric="service.queueMeanSeconds" label={t('liveTab.service.queue')} row={row} />
      <Reading metric="service.requestMeanSeconds" label={t('liveTab.service.whole')} row={row} />
    </>
  );
}

interface ReadingProps {
  metric: LiveMetric;
  label: string;
  row: LiveRow;
  tone?: 'warn' | undefined;
  before?: ReactNode;
  children?: ReactNode;
}

/** A value with what it means, and why it may be unknown, on its tooltip. */
function Reading({ metric, label, row, tone, before, children }: ReadingProps) {
  const { message } = useWords();
  const format = useFormat();
  const value = liveValue(row, metric);
  const { name, help } = metricWords(metric, message);
  return (
    <>
      <dt>{label}</dt>
      <dd title={help ? `${name}: ${help}` : name}>
        {before}
        <span className={classes.reading} data-tone={tone}>
          {value === null ? '—' : formatMetric(value, shownUnit(metricSpec(metric)), format)}
        </span>
        {children}
      </dd>
    </>
  );
}
