import { type KeyboardEvent, memo, useMemo, useState } from 'react';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import { subjectOf } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { useWords } from '../../../app/i18n';
import { endOf } from '../../../charts/annotation-lanes';
import { createChartCursor } from '../../../charts/chart-cursor';
import { MetricChart } from '../../../charts/metric-chart';
import { groups, metricsOfGroup } from '../../../charts/metric-groups';
import { OpenInMetrics } from '../../../charts/open-in-metrics';
import { type ChangeView, type TimeView, viewKeys, zoomTo } from '../../../charts/time-view';
import { useMarks } from '../../../charts/use-marks';
import { EventList } from './event-list';
import classes from './live.module.css';
import { RangeBar } from './range-bar';
import { useLiveChoices } from './use-live-choices';
import { type LiveSubject, subjectsWith } from './use-subjects';

interface ChartsProps {
  hostId: string;
  subjects: readonly LiveSubject[];
  gpus: readonly LiveSubject[];
  view: TimeView;
  onView: ChangeView;
  isSpread: boolean;
  isWatching: boolean;
  happened: readonly Annotation[];
  wordsOf: (annotation: Annotation) => string;
}

/** Charts with one time axis, and what happened meanwhile; not drawn again for each second's values. */
export const Charts = memo(function Charts(props: ChartsProps) {
  const { hostId, subjects, gpus, view, onView, isSpread, isWatching, happened, wordsOf } = props;
  const { t } = useWords();
  const metrics = useLiveChoices((state) => state.metrics);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [cursor] = useState(createChartCursor);
  const chosen = useMemo(() => new Set(metrics), [metrics]);
  const shown = useMemo(() => subjects.filter(({ id }) => !hidden.has(id)), [subjects, hidden]);
  const marks = useMarks(happened, wordsOf);
  const onKeyDown = (event: KeyboardEvent) => {
    const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : viewKeys.get(event.key);
    if (!move) return;
    event.preventDefault();
    onView((known) => move(known));
  };
  return (
    <>
      <RangeBar
        view={view}
        onView={onView}
        chosen={chosen}
        onChoose={(id) => useLiveChoices.setState({ metrics: toggled(chosen, id) as ReadonlySet<MetricId> })}
        gpus={gpus}
        hidden={hidden}
        onHide={(id) => setHidden(toggled(hidden, id))}
        isSpread={isSpread}
        onSpread={(next) => useLiveChoices.setState({ isSpread: next })}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the time axis of all charts is moved from the keyboard */}
      <section className={classes.charts} tabIndex={0} aria-label={t('charts.keys')} onKeyDown={onKeyDown}>
        {groups.map((group) => {
          const drawn = metricsOfGroup(group).filter((id) => chosen.has(id));
          const isTold = group === 'node' || subjects.some(({ key }) => subjectOf(key).kind === group);
          if (drawn.length === 0 || !isTold) return null;
          return (
            <section key={group} aria-label={t(`charts.group.${group}`)}>
              <h2 className={classes.groupName}>{t(`charts.group.${group}`)}</h2>
              <div className={classes.grid}>
                {drawn.map((metric) => (
                  <OneChart
                    key={metric}
                    metric={metric}
                    subjects={shown}
                    view={view}
                    form={isSpread ? 'percentiles' : 'lines'}
                    isGrowing={isWatching}
                    cursor={cursor}
                    marks={marks}
                    onView={onView}
                    actions={<OpenInMetrics hostId={hostId} metrics={[metric]} view={view} />}
                  />
                ))}
              </div>
            </section>
          );
        })}
      </section>
      <EventList
        happened={happened}
        wordsOf={wordsOf}
        onShow={(one) =>
          onView((known) => zoomTo(known, { fromMs: one.atMs - AROUND_MS, toMs: (endOf(one) ?? one.atMs) + AROUND_MS }))
        }
      />
    </>
  );
});

/** Shown before and after an event. */
const AROUND_MS = 150_000;

/** Gives a chart only what it shows. */
function OneChart({ subjects, ...props }: Parameters<typeof MetricChart>[0]) {
  const { metric } = props;
  const told = useMemo(() => subjectsWith(subjects as readonly LiveSubject[], metric), [subjects, metric]);
  return <MetricChart {...props} subjects={told} />;
}

function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}
