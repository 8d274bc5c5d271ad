import { Switch } from '@mantine/core';
import type { WatchingCost, WatchState } from '#shared/domain/telemetry/live';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { notifyError } from '../../../components/notify-error';
import { StateBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { Ago } from '../../../components/time';
import { engine } from '../../../rpc/client';
import { EndpointList } from './endpoint-list';
import classes from './live.module.css';

interface WatchLineProps {
  hostId: string;
  watch: WatchState | undefined;
  /** Stretches of what is shown in which nothing is known. */
  gaps: number;
  /** When the newest value was measured. */
  newestAtMs: number | null;
}

/** Of all collectors; null until each of them is known. Memory is of those that stay on the node. */
function costOf(watch: WatchState | undefined): WatchingCost | null {
  const costs = watch?.collectors.map(({ cost }) => cost) ?? [];
  const known = costs.filter((cost) => cost !== null);
  if (costs.length === 0 || known.length < costs.length) return null;
  const memories = known.flatMap(({ memoryBytes }) => memoryBytes ?? []);
  return {
    cpuPercent: known.reduce((sum, { cpuPercent }) => sum + cpuPercent, 0),
    memoryBytes: memories.length === 0 ? null : memories.reduce((sum, each) => sum + each, 0),
  };
}

/** How the node is watched, what that costs it, and what is in the way. */
export function WatchLine({ hostId, watch, gaps, newestAtMs }: WatchLineProps) {
  const words = useWords();
  const { t } = words;
  const format = useFormat();
  const state = watch?.state ?? 'waiting';
  const stopped = watch?.collectors.filter((collector) => collector.state === 'stopped') ?? [];
  const isStarting = state === 'watching' && !watch?.collectors.some((collector) => collector.state === 'running');
  const cost = costOf(watch);
  const setWatched = (isWatched: boolean) => {
    engine.telemetry.setWatched({ hostIds: [hostId], isWatched }).catch((error) => notifyError(error, words));
  };
  return (
    <>
      <div className={classes.watch}>
        <div className={classes.watchFacts}>
          <StateBadge
            tone={state !== 'watching' ? 'unknown' : stopped.length > 0 ? 'warn' : isStarting ? 'info' : 'ok'}
          >
            {state === 'watching' && isStarting ? t('liveTab.watch.starting') : t(`liveTab.watch.${state}`)}
          </StateBadge>
          {state === 'watching' && watch?.intervalMs != null && (
            <span>{t('liveTab.watch.every', { interval: format.duration(watch.intervalMs) })}</span>
          )}
          {state === 'watching' && watch && (
            <span title={t('liveTab.watch.costDetail')}>
              {t('liveTab.watch.cost', { rate: `${format.bytes(watch.bytesPerSecond)}/s` })}
            </span>
          )}
          {state === 'watching' && cost && (
            <span title={t('liveTab.watch.costNodeDetail')}>
              {t('liveTab.watch.costNode', {
                cpu: `${format.number(cost.cpuPercent, 1)}%`,
                memory: cost.memoryBytes === null ? '–' : format.bytes(cost.memoryBytes),
              })}
            </span>
          )}
          {state !== 'watching' && newestAtMs !== null && (
            <span>
              {t('liveTab.watch.newest')} <Ago atMs={newestAtMs} />
            </span>
          )}
          {gaps > 0 && <span>{t('liveTab.watch.gaps', { count: gaps })}</span>}
        </div>
        <div className={classes.watchControls}>
          <EndpointList hostId={hostId} told={watch?.endpoints ?? []} />
          <Switch
            label={t('liveTab.watch.switch')}
            checked={state !== 'off'}
            disabled={watch === undefined}
            onChange={(event) => setWatched(event.currentTarget.checked)}
          />
        </div>
      </div>
      {stopped.map(({ id, lastWords }) => (
        <StatePanel
          key={id}
          variant="inline"
          tone="warn"
          title={t('liveTab.watch.stopped', { collector: id })}
          detail={lastWords ? <code>{lastWords}</code> : undefined}
        />
      ))}
    </>
  );
}
