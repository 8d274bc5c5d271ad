import type { NodeSummary } from '#shared/contract/inventory';
import { useWords } from '../../app/i18n';
import { useFormat } from '../../components/format';
import { useIsReplaying } from '../../stores/replay-store';
import type { HeatCell, JudgedCell } from './heat-cells';
import classes from './heat-map.module.css';
import type { HeatMetric } from './heat-metrics';
import { useHeatWords } from './heat-words';

interface ReadoutProps {
  cell: HeatCell;
  judged: JudgedCell;
  metric: HeatMetric;
  intervalMs: number | null;
}

/** Everything that one cell says, in words. */
export function HeatReadout({ cell, judged, metric, intervalMs }: ReadoutProps) {
  const { t } = useWords();
  const words = useHeatWords();
  const format = useFormat();
  const isReplayed = useIsReplaying();
  // What was collected since says nothing of the time that is played back.
  const collected = judged.atMs === null && !isReplayed ? collectedOf(cell.node.summary, metric) : null;
  return (
    <>
      <div>
        <strong>{cell.node.host.spec.name}</strong> · {words.gpu(cell)}
      </div>
      {cell.model && <div className="dim">{cell.model}</div>}
      <div>
        {words.name(metric)}{' '}
        <span className={classes.cardValue}>
          {judged.value === null ? t('heatMap.noValue') : words.value(metric, judged.value)}
        </span>
      </div>
      <div>{words.state(judged)}</div>
      {judged.kind === 'unknown' && words.help(metric) && <div className="dim">{words.help(metric)}</div>}
      <div className="dim">
        {judged.atMs === null
          ? t(isReplayed ? 'heatMap.state.absent' : 'heatMap.neverSampled')
          : isReplayed
            ? t('replay.measured', { time: format.dateTime(judged.atMs) })
            : t('heatMap.measured', { ago: format.ago(judged.atMs, Math.max(Date.now(), judged.atMs)) })}
        {judged.kind === 'stale' && intervalMs !== null && (
          <> {t('heatMap.expectedEvery', { interval: format.duration(intervalMs) })}</>
        )}
      </div>
      {collected && (
        <div className="dim">
          {t('heatMap.collected', {
            value: words.value(metric, collected.value),
            ago: format.ago(collected.atMs),
          })}
        </div>
      )}
      {cell.subject !== null && <div className="dim">{t('heatMap.click')}</div>}
    </>
  );
}

/** What the last collection said of the node's GPUs together, where nothing was sampled. */
function collectedOf(summary: NodeSummary | undefined, { id }: HeatMetric): { value: number; atMs: number } | null {
  if (!summary?.observedAtMs) return null;
  const value =
    id === 'gpu.temperatureC'
      ? summary.maxGpuTemperatureC
      : id === 'gpu.utilizationPercent'
        ? summary.maxGpuUtilizationPercent
        : null;
  return value === null ? null : { value, atMs: summary.observedAtMs };
}
