import { useEffect } from 'react';
import type { TelemetryEvent } from '#shared/domain/telemetry/telemetry-event';
import { useWords, type Words } from '../../../app/i18n';
import { type Formatters, useFormat } from '../../../components/format';
import { engine } from '../../../rpc/client';
import { type Query, useQuery } from '../../../rpc/use-query';
import { type LiveView, viewKey, windowAt } from './live-view';

const AGAIN_MS = 5000;

/** What happened while it was watched, in what is shown. */
export function useEvents(hostId: string, view: LiveView): Query<TelemetryEvent[]> {
  const key = `live-events/${hostId}/${viewKey(view)}`;
  const query = useQuery(key, (signal) =>
    engine.telemetry.events({ hostIds: [hostId], ...windowAt(view, Date.now()) }, { signal }),
  );
  const isLive = view.windows.length === 0;
  const { loadedAtMs, refetch } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer is a reason to ask again later
  useEffect(() => {
    if (!isLive) return;
    const timer = setTimeout(refetch, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isLive, key, loadedAtMs, refetch]);
  return query;
}

export function useEventWords(labels: ReadonlyMap<string, string>): (event: TelemetryEvent) => string {
  const { t } = useWords();
  const format = useFormat();
  return (event) => eventWords(event, labels.get(event.subject) ?? event.subject, t, format);
}

function eventWords({ body, atMs, untilMs }: TelemetryEvent, subject: string, t: Words['t'], format: Formatters) {
  switch (body.kind) {
    case 'stream-stopped':
      return body.stop.reason === 'ended'
        ? t('liveTab.event.ended', { collector: body.collectorId, words: body.stop.lastWords || '—' })
        : t(`liveTab.event.${body.stop.reason}`, { collector: body.collectorId });
    case 'connection-lost':
      return t('liveTab.event.connectionLost');
    case 'gap':
      return t('liveTab.event.gap', {
        collector: body.collectorId,
        time: format.duration((untilMs ?? atMs) - atMs),
      });
    case 'gpu-gone':
      return t('liveTab.event.gpuGone', { gpu: subject });
    case 'gpu-back':
      return t('liveTab.event.gpuBack', { gpu: subject });
    case 'node-restarted':
      return t('liveTab.event.restarted');
    case 'clock-set-back':
      return t('liveTab.event.clockSetBack', { time: format.duration(body.byMs) });
    case 'samples-given-up': {
      const time = format.dateTime(body.keptFromMs);
      return body.tierMs === 0
        ? t('liveTab.event.givenUp', { time })
        : t('liveTab.event.givenUpSums', { time, tier: format.duration(body.tierMs) });
    }
    case 'xid':
      return t('liveTab.event.xid', { code: `${body.isSwitch ? 'SXid' : 'Xid'} ${body.code}`, message: body.message });
    case 'samples-lost':
      return t('liveTab.event.samplesLost', { count: body.samples });
  }
}
