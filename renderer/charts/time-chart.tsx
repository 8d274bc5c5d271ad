import { memo } from 'react';
import { CartesianGrid, LineChart, ReferenceLine, XAxis, YAxis } from 'recharts';
import { bandOpacity, bandPathOf, type ChartBand, type ChartLine, lineLook, pathOf } from './chart-lines';
import classes from './charts.module.css';
import { plotMargin } from './plot-area';
import { type TimeWindow, timeTicks, timeTickWords } from './time-axis';
import type { ValueAxis } from './value-axis';

/** A line across the chart, in words. */
export interface ChartLevel {
  readonly value: number;
  readonly label: string;
  readonly tone: 'warn' | 'bad' | 'limit';
}

export interface TimeChartProps {
  readonly lines: readonly ChartLine[];
  readonly bands: readonly ChartBand[];
  readonly window: TimeWindow;
  readonly axis: ValueAxis;
  readonly levels: readonly ChartLevel[];
  readonly formatValue: (value: number) => string;
  readonly width: number;
  readonly height: number;
}

const strokes = { warn: 'var(--state-warn)', bad: 'var(--state-bad)', limit: 'var(--text-dim)' };

/** Lines over time, as they were measured: broken where nothing is known, with a band where a point stands for several samples. */
function TimeChart({ lines, bands, window, axis, levels, formatValue, width, height }: TimeChartProps) {
  const atMost = Math.max(2, Math.floor((width - plotMargin.left) / 80));
  return (
    <LineChart
      width={width}
      height={height}
      margin={{ top: plotMargin.top, right: plotMargin.right, bottom: 0, left: 0 }}
      accessibilityLayer={false}
      tabIndex={-1}
    >
      <CartesianGrid stroke="var(--line)" vertical={false} />
      <XAxis
        dataKey="t"
        type="number"
        domain={[window.fromMs, window.toMs]}
        allowDataOverflow
        height={plotMargin.bottom}
        ticks={timeTicks(window, atMost)}
        tickFormatter={(atMs: number) => timeTickWords(atMs, window, atMost)}
        tick={tickStyle}
        tickLine={false}
        stroke="var(--line-strong)"
        interval={0}
      />
      <YAxis
        type="number"
        domain={[...axis.domain]}
        allowDataOverflow
        width={plotMargin.left}
        ticks={[...axis.ticks]}
        tickFormatter={formatValue}
        tick={tickStyle}
        tickLine={false}
        axisLine={false}
        interval={0}
      />
      <Lines lines={lines} bands={bands} window={window} domain={axis.domain} width={width} height={height} />
      {levels.map(({ value, label, tone }) => (
        <ReferenceLine
          key={`${tone} ${value}`}
          y={value}
          stroke={strokes[tone]}
          strokeDasharray={tone === 'limit' ? '1 3' : '4 3'}
          label={{
            value: label,
            position: wordsPlace({ tone, value }, levels, axis.domain, height),
            fontSize: 10,
            fill: strokes[tone],
            // Lines of others cross it.
            stroke: 'var(--page)',
            strokeWidth: 3,
            paintOrder: 'stroke',
          }}
        />
      ))}
    </LineChart>
  );
}

interface LinesProps extends Pick<TimeChartProps, 'lines' | 'bands' | 'window' | 'width' | 'height'> {
  readonly domain: readonly [number, number];
}

/** As paths of their own: hundreds of points of many lines every few seconds are too much work as elements of a chart. */
function Lines({ lines, bands, window, domain, width, height }: LinesProps) {
  const box = {
    width: width - plotMargin.left - plotMargin.right,
    height: height - plotMargin.top - plotMargin.bottom,
  };
  return (
    <g transform={`translate(${plotMargin.left} ${plotMargin.top})`}>
      {/* What was read for another time axis reaches beyond this one until the new is there. */}
      <svg width={box.width} height={box.height} role="presentation">
        {bands.map(({ key, kind, series }) => (
          <path
            key={key}
            className={classes.band}
            fillOpacity={bandOpacity[kind]}
            d={bandPathOf(series, window, domain, box)}
          />
        ))}
        {lines.map(({ key, look, series }) => (
          <path
            key={key}
            className={classes.line}
            data-line={key}
            stroke={lineLook(look).stroke}
            strokeDasharray={lineLook(look).dash}
            d={pathOf(series, window, domain, box)}
          />
        ))}
      </svg>
    </g>
  );
}

/** Words that stand closer lie over each other. */
const WORDS_PX = 13;

/** Words of limits at the right, of thresholds at the left, above their line, or below it where above there is no room. */
function wordsPlace(
  { tone, value }: Pick<ChartLevel, 'tone' | 'value'>,
  levels: readonly ChartLevel[],
  [low, high]: readonly [number, number],
  height: number,
) {
  const perPx = (high - low) / (height - plotMargin.top - plotMargin.bottom);
  const isTop = value > high - (WORDS_PX - plotMargin.top) * perPx;
  if (tone !== 'limit') return tone === 'bad' && !isTop ? 'insideBottomLeft' : 'insideTopLeft';
  const isBelowOther = levels.some(
    (other) => other.tone === tone && other.value > value && other.value - value < WORDS_PX * perPx,
  );
  return isTop || isBelowOther ? 'insideTopRight' : 'insideBottomRight';
}

const tickStyle = { fontSize: 11, fill: 'var(--text-dim)' };

export default memo(TimeChart);
