import { useStore } from 'zustand';
import type { ChartCursorStore } from './chart-cursor';
import { type ChartLine, fellSilentAt, lastPoint, lineLook, pointAt } from './chart-lines';
import classes from './charts.module.css';
import { OldReading } from './old-reading';
import type { TimeWindow } from './time-axis';

interface ChartLegendProps {
  readonly cursor: ChartCursorStore;
  readonly lines: readonly ChartLine[];
  readonly window: TimeWindow;
  readonly formatValue: (value: number) => string;
  /** A value that passes a limit has its state. */
  readonly toneOf: (value: number) => 'warn' | 'bad' | null;
}

/** Every line with its value at the time that is pointed at, else its newest. */
export function ChartLegend({ cursor, lines, window, formatValue, toneOf }: ChartLegendProps) {
  const atMs = useStore(cursor, (state) => state.atMs);
  const pointed = useStore(cursor, (state) => state.line);
  return (
    <ul className={classes.legend}>
      {lines.map(({ key, label, look, series }) => {
        const point = atMs === null ? lastPoint(series) : pointAt(series, atMs);
        const silentMs = atMs === null ? fellSilentAt(series, window) : null;
        const tone = point && silentMs === null ? toneOf(point.mean) : null;
        const { stroke, dash } = lineLook(look);
        const isSummed = point !== null && point.least !== point.greatest;
        return (
          <li
            key={key}
            data-pointed={pointed === key || undefined}
            title={isSummed ? `${formatValue(point.least)} – ${formatValue(point.greatest)}` : undefined}
            onPointerEnter={() => cursor.setState({ line: key })}
            onPointerLeave={() => cursor.setState({ line: null })}
          >
            <svg width="18" height="8" aria-hidden="true">
              <line x1="0" x2="18" y1="4" y2="4" stroke={stroke} strokeWidth="1.5" strokeDasharray={dash} />
            </svg>
            <span className="dim">{label}</span>
            <span className={classes.reading} data-tone={tone ?? undefined}>
              {!point ? (
                '—'
              ) : silentMs === null ? (
                formatValue(point.mean)
              ) : (
                <OldReading atMs={silentMs}>{formatValue(point.mean)}</OldReading>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
