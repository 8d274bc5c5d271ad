import { useCallback } from 'react';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import { subjectOf } from '#shared/domain/telemetry/frame';
import type { TelemetryEvent } from '#shared/domain/telemetry/telemetry-event';
import { useWords, type Words } from '../app/i18n';
import { type Formatters, useFormat } from '../components/format';
import { stepWords } from '../components/protection-words';
import { subjectId } from './chart-subject';

/** Unique among annotations, and the same as long as they mean the same. */
export function annotationId(annotation: Annotation): string {
  switch (annotation.kind) {
    case 'event':
      return `event ${annotation.id}`;
    case 'alert':
      return `alert ${annotation.alertId}`;
    case 'action':
      return `action ${annotation.runId}`;
    case 'protection':
      return `protection ${annotation.seq}`;
    case 'incident':
      return `incident ${annotation.incidentId}`;
  }
}

/** What an annotation says. Names of subjects by their id in the fleet. */
export function useAnnotationWords(names: ReadonlyMap<string, string>): (annotation: Annotation) => string {
  const { t, localized } = useWords();
  const format = useFormat();
  return useCallback(
    (annotation: Annotation) => annotationWords(annotation, names, { t, localized, format }),
    [names, t, localized, format],
  );
}

interface AnnotationWords extends Pick<Words, 't' | 'localized'> {
  readonly format: Formatters;
}

function annotationWords(
  annotation: Annotation,
  names: ReadonlyMap<string, string>,
  { t, localized, format }: AnnotationWords,
): string {
  const nameOf = (hostId: string, subject: string) =>
    names.get(subjectId(hostId, subject)) ?? (subjectOf(subject).id || names.get(hostId) || '');
  switch (annotation.kind) {
    case 'event':
      return eventWords(annotation, nameOf(annotation.hostId, annotation.subject), t, format);
    case 'alert': {
      const of = nameOf(annotation.hostId, annotation.subject);
      return t('charts.annotation.alert', { of, title: localized(annotation.title) });
    }
    case 'action':
      return t('charts.annotation.action', {
        title: localized(annotation.title),
        state: t(`actionDialog.runState.${annotation.state}`),
      });
    case 'protection': {
      const gpu = annotation.gpuUuid === null ? '' : nameOf(annotation.hostId, `gpu ${annotation.gpuUuid}`);
      return [gpu, stepWords(annotation, { t, format })].filter(Boolean).join(' · ');
    }
    case 'incident':
      return t('charts.annotation.incident', { number: annotation.number, title: annotation.title });
  }
}

function eventWords({ body, atMs, untilMs }: TelemetryEvent, subject: string, t: Words['t'], format: Formatters) {
  switch (body.kind) {
    case 'stream-stopped':
      return body.stop.reason === 'ended'
        ? t('charts.event.ended', { collector: body.collectorId, words: body.stop.lastWords || '—' })
        : t(`charts.event.${body.stop.reason}`, { collector: body.collectorId });
    case 'connection-lost':
      return t('charts.event.connectionLost');
    case 'gap':
      return t('charts.event.gap', {
        collector: body.collectorId,
        time: format.duration((untilMs ?? atMs) - atMs),
      });
    case 'gpu-gone':
      return t('charts.event.gpuGone', { gpu: subject });
    case 'gpu-back':
      return t('charts.event.gpuBack', { gpu: subject });
    case 'node-restarted':
      return t('charts.event.restarted');
    case 'clock-set-back':
      return t('charts.event.clockSetBack', { time: format.duration(body.byMs) });
    case 'counter-full':
      return t('charts.event.counterFull', { subject, metric: t(`metrics.name.${body.metric}`) });
    case 'samples-given-up': {
      const time = format.dateTime(body.keptFromMs);
      return body.tierMs === 0
        ? t('charts.event.givenUp', { time })
        : t('charts.event.givenUpSums', { time, tier: format.duration(body.tierMs) });
    }
    case 'xid':
      return t('charts.event.xid', { code: `${body.isSwitch ? 'SXid' : 'Xid'} ${body.code}`, message: body.message });
    case 'kernel-log':
      return body.message;
    case 'log-lines-left-out': {
      const time = format.duration(Math.max(1000, (untilMs ?? atMs) - atMs));
      return t('charts.event.logLinesLeftOut', { count: body.lines, time });
    }
    case 'samples-lost':
      return t('charts.event.samplesLost', { count: body.samples });
  }
}
