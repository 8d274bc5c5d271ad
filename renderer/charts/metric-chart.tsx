import { Tooltip } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { memo, type ReactNode, useCallback, useEffect, useMemo } from 'react';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { metricWords } from '#shared/i18n/metric-words';
import { useWords } from '../app/i18n';
import { useFormat } from '../components/format';
import { useIsInView } from '../components/use-is-in-view';
import { ChartCanvas, SVG_LINES } from './chart-canvas';
import type { ChartCursorStore } from './chart-cursor';
import { ChartFrame, NoLines, Plot } from './chart-frame';
import { ChartLegend } from './chart-legend';
import { extentOf } from './chart-lines';
import { type ChartMark, ChartOverlay } from './chart-overlay';
import type { ChartSubject } from './chart-subject';
import { ChartTable } from './chart-table';
import classes from './charts.module.css';
import { type DrawnLines, drawnLines } from './drawn-chart';
import { formatMetric, shownUnit } from './metric-format';
import { toneOf } from './metric-groups';
import { Resolution } from './resolution';
import type { TimeChartProps } from './time-chart';
import type { ChangeView, TimeView } from './time-view';
import { useLevels } from './use-levels';
import { type ReadSeries, useSeries } from './use-series';
import { valueAxis } from './value-axis';

const HEIGHT = 168;
/** More lines than this can't be told apart. */
const LINES_TOLD_APART = 16;
/** More lines than this are not drawn, whatever is asked for. */
const MOST_LINES = 256;

/** `auto`: percentiles where lines could not be told apart. */
export const chartForms = ['auto', 'lines', 'percentiles'] as const;
export type ChartForm = (typeof chartForms)[number];

export function isSpreadShown(form: ChartForm, count: number): boolean {
  if (count < 3) return false;
  return count > MOST_LINES || form === 'percentiles' || (form === 'auto' && count > LINES_TOLD_APART);
}

/** A chart as it is drawn now, for a picture of it. */
export interface ShownChart extends DrawnLines, Pick<TimeChartProps, 'axis' | 'levels' | 'formatValue' | 'window'> {
  readonly title: string;
}

export interface MetricChartProps {
  readonly metric: MetricId;
  /** Those that tell it, and are wanted. */
  readonly subjects: readonly ChartSubject[];
  readonly view: TimeView;
  readonly form: ChartForm;
  readonly isGrowing: boolean;
  readonly cursor: ChartCursorStore;
  readonly marks: readonly ChartMark[];
  readonly onView: ChangeView;
  /** Ids of subjects whose lines are not drawn; without a way to hide them the legend is short. */
  readonly hidden?: ReadonlySet<string>;
  readonly onHide?: (id: string) => void;
  readonly onShown?: (metric: MetricId, shown: ShownChart | null) => void;
  /** At the right of its title. */
  readonly actions?: ReactNode;
}

/** One metric over time: a line for each GPU, disk or port, or percentiles of them, with what limits it. */
export const MetricChart = memo(function MetricChart(props: MetricChartProps) {
  const { metric, subjects, view, form, isGrowing, actions } = props;
  const { message } = useWords();
  const { name, help } = metricWords(metric, message);
  const { ref, isInView } = useIsInView();
  const isSpread = isSpreadShown(form, subjects.length);
  const query = useSeries({ metric, subjects, view, isSpread, isActive: isInView, isGrowing });
  return (
    <section ref={ref} className={classes.chart} aria-label={name}>
      <header className={classes.chartHead}>
        <h3>{name}</h3>
        {help && (
          <Tooltip label={help} multiline maw={420} events={{ hover: true, focus: true, touch: true }}>
            <button type="button" className={classes.help} aria-label={help}>
              <IconInfoCircle size={14} aria-hidden />
            </button>
          </Tooltip>
        )}
        {query.data && <Resolution read={query.data} />}
        {actions}
      </header>
      {subjects.length === 0 ? (
        <Untold metric={metric} help={help} />
      ) : (
        <ChartFrame query={query} height={HEIGHT}>
          {(read) => <Drawn {...props} read={read} name={name} help={help} />}
        </ChartFrame>
      )}
    </section>
  );
});

const noneHidden: ReadonlySet<string> = new Set();

function Drawn(props: MetricChartProps & { read: ReadSeries; name: string; help: string | null }) {
  const { metric, subjects, hidden = noneHidden, cursor, marks, onView, onHide, onShown, read, name, help } = props;
  const { t } = useWords();
  const format = useFormat();
  const unit = shownUnit(metricSpec(metric));
  const formatValue = useCallback((value: number) => formatMetric(value, unit, format), [unit, format]);
  const tone = useCallback((value: number) => toneOf(metric, value), [metric]);
  const levels = useLevels({ metric, subjects, view: props.view, formatValue });
  const drawn = useMemo((): DrawnLines => {
    const looks = new Map(subjects.map(({ id }, index) => [id, index]));
    return drawnLines(read, {
      hidden,
      lookOf: ({ id }) => looks.get(id) ?? 0,
      medianLabel: (count) => t('charts.median', { count }),
    });
  }, [subjects, read, hidden, t]);
  const extent = extentOf(drawn.lines);
  const axis = useMemo(() => {
    if (!extent) return null;
    const all = [...extent, ...levels.map(({ value }) => value)];
    return valueAxis(Math.min(...all), Math.max(...all), unit);
  }, [extent?.[0], extent?.[1], levels, unit]);
  const { window } = read;
  useEffect(() => {
    onShown?.(metric, axis && { title: name, window, axis, levels, formatValue, ...drawn });
    return () => onShown?.(metric, null);
  }, [onShown, metric, name, window, axis, levels, formatValue, drawn]);
  const isCanvas = drawn.lines.length > SVG_LINES;
  const isHiddenAll = read.lines !== null && read.subjects.every(({ id }) => hidden.has(id));
  return (
    <>
      {axis ? (
        <Plot
          lines={isCanvas ? nothing : drawn.lines}
          bands={isCanvas ? nothing : drawn.bands}
          window={window}
          axis={axis}
          levels={levels}
          formatValue={formatValue}
          height={HEIGHT}
        >
          {(width) => (
            <>
              {isCanvas && (
                <ChartCanvas {...drawn} window={window} domain={axis.domain} width={width} height={HEIGHT} />
              )}
              <ChartOverlay
                cursor={cursor}
                lines={drawn.lines}
                window={window}
                domain={axis.domain}
                marks={marks}
                width={width}
                height={HEIGHT}
                onView={onView}
              />
            </>
          )}
        </Plot>
      ) : (
        !isHiddenAll && <Empty isSampled={drawn.lines.some(({ series }) => series.times.length > 0)} help={help} />
      )}
      {onHide ? (
        <ChartTable
          cursor={cursor}
          lines={drawn.lines}
          read={read}
          hidden={hidden}
          onHide={onHide}
          formatValue={formatValue}
          toneOf={tone}
        />
      ) : (
        axis && (
          <ChartLegend cursor={cursor} lines={drawn.lines} window={window} formatValue={formatValue} toneOf={tone} />
        )
      )}
    </>
  );
}

const nothing: never[] = [];

/** Nothing that is shown tells it: why, and what would. */
function Untold({ metric, help }: { metric: MetricId; help: string | null }) {
  const { t } = useWords();
  const { sources } = metricSpec(metric);
  return (
    <NoLines title={t('charts.nothing.untold')}>
      {help && <p>{help}</p>}
      {sources.length > 0 && <p className="dim">{t('charts.nothing.sources', { sources: sources.join(', ') })}</p>}
    </NoLines>
  );
}

function Empty({ isSampled, help }: { isSampled: boolean; help: string | null }) {
  const { t } = useWords();
  return (
    <NoLines title={t(isSampled ? 'charts.nothing.unknown' : 'charts.nothing.notSampled')}>
      {isSampled && help && <p>{help}</p>}
    </NoLines>
  );
}
