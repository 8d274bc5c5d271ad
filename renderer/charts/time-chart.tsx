import { memo } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, XAxis, YAxis } from 'recharts';
import { type ChartLine, hasBand, lineLook } from './chart-lines';
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
  readonly window: TimeWindow;
  readonly axis: ValueAxis;
  readonly levels: readonly ChartLevel[];
  readonly formatValue: (value: number) => string;
  readonly width: number;
  readonly height: number;
}

const strokes = { warn: 'var(--state-warn)', bad: 'var(--state-bad)', limit: 'var(--text-dim)' };

interface Row {
  t: number;
  v: number | null;
  band: [number, number] | null;
}

function rowsOf({ series }: ChartLine): Row[] {
  return series.times.map((t, index) => {
    const least = series.least[index] ?? null;
    const greatest = series.greatest[index] ?? null;
    return { t, v: series.mean[index] ?? null, band: least === null || greatest === null ? null : [least, greatest] };
  });
}

/** Lines over time, as they were measured: broken where nothing is known, with a band where a point stands for several samples. */
function TimeChart({ lines, window, axis, levels, formatValue, width, height }: TimeChartProps) {
  const atMost = Math.max(2, Math.floor((width - plotMargin.left) / 80));
  const drawn = lines.map((line) => ({ ...line, rows: rowsOf(line) }));
  return (
    <ComposedChart
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
      {drawn
        .filter(({ series }) => hasBand(series))
        .map(({ key, rows }) => (
          <Area
            key={`band ${key}`}
            data={rows}
            dataKey="band"
            type="linear"
            stroke="none"
            fill="var(--text-dim)"
            fillOpacity={lines.length > 2 ? 0.12 : 0.25}
            isAnimationActive={false}
            activeDot={false}
            connectNulls={false}
          />
        ))}
      {drawn.map(({ key, look, rows }) => (
        <Line
          key={key}
          data={rows}
          dataKey="v"
          type="linear"
          stroke={lineLook(look).stroke}
          strokeDasharray={lineLook(look).dash}
          strokeWidth={1.25}
          // A value between two unknown ones is a line of no length; its dot keeps it visible.
          dot={rows.length < 3 ? { r: 2, fill: 'var(--text)', stroke: 'none' } : false}
          activeDot={false}
          connectNulls={false}
          isAnimationActive={false}
        />
      ))}
      {levels.map(({ value, label, tone }) => (
        <ReferenceLine
          key={`${tone} ${value}`}
          y={value}
          stroke={strokes[tone]}
          strokeDasharray={tone === 'limit' ? '1 3' : '4 3'}
          label={{ value: label, position: 'insideTopRight', fontSize: 10, fill: strokes[tone] }}
        />
      ))}
    </ComposedChart>
  );
}

const tickStyle = { fontSize: 11, fill: 'var(--text-dim)' };

export default memo(TimeChart);
