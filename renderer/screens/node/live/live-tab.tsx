import { IconArchive, IconChartLine } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { subjectOf } from '#shared/domain/telemetry/frame';
import { paces } from '#shared/domain/telemetry/pace';
import { useWords } from '../../../app/i18n';
import { useAnnotationWords } from '../../../charts/annotation-words';
import { type ChangeView, follow } from '../../../charts/time-view';
import { useAnnotations } from '../../../charts/use-annotations';
import { ErrorView } from '../../../components/error-view';
import { StatePanel } from '../../../components/state-panel';
import { LoadingLines } from '../../../components/state-view';
import { useHost } from '../../../stores/fleet-store';
import { useResults } from '../probe-section';
import { Charts } from './charts';
import { GpuProcessTable } from './gpu-process-table';
import { GpuTiles } from './gpu-tiles';
import { ServiceTiles } from './service-tiles';
import { useLiveChoices } from './use-live-choices';
import { useLiveRows, useWatchState } from './use-live-rows';
import { useSubjects } from './use-subjects';
import { WatchLine } from './watch-line';

/** What the node does right now and did before: newest values, and charts with one time axis. */
export function LiveTab() {
  const { t } = useWords();
  const { hostId } = useResults();
  const host = useHost(hostId);
  if (host?.spec.kind === 'bundle') {
    return (
      <StatePanel icon={IconArchive} title={t('liveTab.bundle')} detail={t('liveTab.bundleDetail')} tone="unknown" />
    );
  }
  return <Live hostId={hostId} />;
}

function Live({ hostId }: { hostId: string }) {
  const { t } = useWords();
  const watch = useWatchState(hostId);
  const { rows, replayedMs, isReplaying } = useLiveRows(hostId);
  const known = useSubjects(hostId);
  const { spanMs, isSpread } = useLiveChoices();
  const [view, setView] = useState(() => follow(spanMs));
  const onView = useCallback<ChangeView>((change) => setView(change), []);
  useEffect(() => useLiveChoices.setState({ spanMs: view.spanMs }), [view.spanMs]);
  const hostIds = useMemo(() => [hostId], [hostId]);
  const happened = useAnnotations(hostIds, view).data?.annotations ?? nothing;

  const { subjects } = known;
  const gpus = useMemo(() => subjects.filter(({ key }) => subjectOf(key).kind === 'gpu'), [subjects]);
  const services = useMemo(() => subjects.filter(({ key }) => subjectOf(key).kind === 'service'), [subjects]);
  const labels = useMemo(() => new Map(subjects.map(({ id, label }) => [id, label])), [subjects]);
  const wordsOf = useAnnotationWords(labels);
  const gaps = happened.filter((one) => one.kind === 'event' && one.body.kind === 'gap').length;
  const newestAtMs = rows.size > 0 ? Math.max(...[...rows.values()].map(({ atMs }) => atMs)) : null;
  const isWatching = watch?.state === 'watching' && !isReplaying;
  if (watch === null || known.data === undefined) {
    if (known.error) return <ErrorView error={known.error} onRetry={known.refetch} />;
    return <LoadingLines />;
  }
  // A change of pace starts collectors anew; until they run, what the slower ones brought is no older than it should be.
  const isSettled = watch?.collectors.every(({ state }) => state !== 'starting') ?? true;
  const isAllTold = isReplaying || (watch?.collectors.every(({ state }) => state === 'running') ?? false);
  const stepMs = isReplaying
    ? Math.max(paces.shown, ...[...rows.values()].map((row) => Math.min(paces.hidden, row.stepMs ?? 0)))
    : Math.max(paces.looked, watch?.intervalMs ?? 0, isSettled ? 0 : paces.hidden);
  const staleAfterMs = 3 * stepMs;
  return (
    <>
      {isReplaying ? (
        <p className="dim">{t('replay.live')}</p>
      ) : (
        <WatchLine hostId={hostId} watch={watch} gaps={gaps} newestAtMs={newestAtMs} />
      )}
      {subjects.length === 0 ? (
        <StatePanel
          icon={IconChartLine}
          tone={isWatching ? 'info' : 'unknown'}
          title={t(isWatching ? 'liveTab.begun' : 'liveTab.never')}
          detail={t(isWatching ? 'liveTab.begunDetail' : 'liveTab.neverDetail')}
        />
      ) : (
        <>
          {gpus.length > 0 ? (
            <GpuTiles
              gpus={gpus}
              rows={rows}
              staleAfterMs={staleAfterMs}
              replayedMs={replayedMs}
              isAllTold={isAllTold}
            />
          ) : (
            <p className="dim">{t('liveTab.noGpus')}</p>
          )}
          <ServiceTiles
            services={services}
            rows={rows}
            staleAfterMs={staleAfterMs}
            replayedMs={replayedMs}
            endpoints={isReplaying ? nothing : (watch?.endpoints ?? nothing)}
          />
          {isWatching && gpus.length > 0 && <GpuProcessTable hostId={hostId} gpus={gpus} />}
          <Charts
            hostId={hostId}
            subjects={subjects}
            gpus={gpus}
            view={view}
            onView={onView}
            isSpread={isSpread}
            isWatching={isWatching}
            happened={happened}
            wordsOf={wordsOf}
          />
        </>
      )}
    </>
  );
}

const nothing: never[] = [];
