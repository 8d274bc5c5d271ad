import { type KeyboardEvent, useCallback, useMemo, useState } from 'react';
import { subjectOf } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { TelemetryEvent } from '#shared/domain/telemetry/telemetry-event';
import { useWords } from '../../../app/i18n';
import { createChartCursor } from '../../../charts/chart-cursor';
import type { ChartMark } from '../../../charts/chart-overlay';
import type { TimeWindow } from '../../../charts/time-axis';
import { useFormat } from '../../../components/format';
import { groups, limitOf, metricsOfGroup } from './chart-groups';
import { EventList } from './event-list';
import classes from './live.module.css';
import { type LiveView, viewKeys, zoomTo } from './live-view';
import { MetricChart } from './metric-chart';
import { RangeBar } from './range-bar';
import { useLiveChoices } from './use-live-choices';
import { type LiveRows, liveMetrics, liveValue } from './use-live-rows';
import { type LiveSubject, subjectsWith } from './use-subjects';

interface ChartsProps {
  hostId: string;
  subjects: readonly LiveSubject[];
  gpus: readonly LiveSubject[];
  rows: LiveRows;
  view: LiveView;
  onView: (change: (view: LiveView) => LiveView) => void;
  isSpread: boolean;
  isWatching: boolean;
  events: readonly TelemetryEvent[];
  wordsOf: (event: TelemetryEvent) => string;
}

/** Charts with one time axis, and what happened meanwhile. */
export function Charts(props: ChartsProps) {
  const { hostId, subjects, gpus, rows, view, onView, isSpread, isWatching, events, wordsOf } = props;
  const { t } = useWords();
  const metrics = useLiveChoices((state) => state.metrics);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [cursor] = useState(createChartCursor);
  const chosen = useMemo(() => new Set(metrics), [metrics]);
  const shown = useMemo(() => subjects.filter(({ key }) => !hidden.has(key)), [subjects, hidden]);
  const onZoom = useCallback((window: TimeWindow) => onView((known) => zoomTo(known, window)), [onView]);
  const format = useFormat();
  const markList = events.map((event) => ({
    id: event.id,
    atMs: event.atMs,
    untilMs: event.untilMs,
    words: `${format.time(event.atMs)} ${wordsOf(event)}`,
  }));
  const marks = useKept<readonly ChartMark[]>(markList);
  const onKeyDown = (event: KeyboardEvent) => {
    const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : viewKeys.get(event.key);
    if (!move) return;
    event.preventDefault();
    onView((known) => move(known, Date.now()));
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
        onHide={(key) => setHidden(toggled(hidden, key))}
        isSpread={isSpread}
        onSpread={(next) => useLiveChoices.setState({ isSpread: next })}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the time axis of all charts is moved from the keyboard */}
      <section className={classes.charts} tabIndex={0} aria-label={t('liveTab.keys')} onKeyDown={onKeyDown}>
        {groups.map((group) => {
          const drawn = metricsOfGroup(group).filter((id) => chosen.has(id));
          const isTold = group === 'node' || subjects.some(({ key }) => subjectOf(key).kind === group);
          if (drawn.length === 0 || !isTold) return null;
          return (
            <section key={group} aria-label={t(`liveTab.group.${group}`)}>
              <h2 className={classes.groupName}>{t(`liveTab.group.${group}`)}</h2>
              <div className={classes.grid}>
                {drawn.map((metric) => (
                  <OneChart
                    key={metric}
                    metric={metric}
                    hostId={hostId}
                    subjects={shown}
                    rows={rows}
                    view={view}
                    isSpread={isSpread}
                    isGrowing={isWatching}
                    cursor={cursor}
                    marks={marks}
                    onZoom={onZoom}
                  />
                ))}
              </div>
            </section>
          );
        })}
      </section>
      <EventList
        events={events}
        wordsOf={wordsOf}
        onShow={({ atMs, untilMs }) => onZoom({ fromMs: atMs - AROUND_MS, toMs: (untilMs ?? atMs) + AROUND_MS })}
      />
    </>
  );
}

/** Shown before and after an event. */
const AROUND_MS = 150_000;

type OneChartProps = Omit<Parameters<typeof MetricChart>[0], 'limits'> & { rows: LiveRows };

/** Gives a chart only what it shows, so that a new row of values does not draw it again. */
function OneChart({ rows, subjects, ...props }: OneChartProps) {
  const { metric } = props;
  const told = useMemo(() => subjectsWith(subjects, metric), [subjects, metric]);
  const limit = liveMetrics.find((id) => id === limitOf[metric]);
  const values = limit ? told.map(({ key }) => liveValue(rows.get(key), limit)) : [];
  const limits = useKept([...new Set(values)].filter((value) => value !== null));
  return <MetricChart {...props} subjects={told} limits={limits} />;
}

/** The same object as long as it says the same. */
function useKept<T>(value: T): T {
  const identity = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the identity stands for the value
  return useMemo(() => value, [identity]);
}

function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}
