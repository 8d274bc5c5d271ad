import { memo, useDeferredValue, useMemo } from 'react';
import { useStore } from 'zustand';
import { useWords } from '../app/i18n';
import type { ChartCursorStore } from './chart-cursor';
import { type ChartLine, fellSilentAt, lineLook, pointAt } from './chart-lines';
import classes from './charts.module.css';
import { MEDIAN } from './drawn-chart';
import { OldReading } from './old-reading';
import { type SeriesStats, statsOf } from './series-stats';
import { extremesAt } from './spread-extremes';
import type { ReadSeries } from './use-series';

interface ChartTableProps {
  readonly cursor: ChartCursorStore;
  /** Those that are drawn. */
  readonly lines: readonly ChartLine[];
  readonly read: ReadSeries;
  readonly hidden: ReadonlySet<string>;
  readonly onHide: (id: string) => void;
  readonly formatValue: (value: number) => string;
  readonly toneOf: (value: number) => 'warn' | 'bad' | null;
}

interface Row {
  readonly key: string;
  readonly label: string;
  readonly line: ChartLine | null;
  readonly stats: SeriesStats | null;
}

const columns = ['least', 'mean', 'greatest'] as const;

/** Every line with its value at the time that is pointed at, else its newest, and what it comes to; a click hides it. */
export const ChartTable = memo(function ChartTable(props: ChartTableProps) {
  const { cursor, lines, read, hidden, onHide, formatValue, toneOf } = props;
  const { t } = useWords();
  // Rows of every chart follow the pointer; they must not hold it up.
  const atMs = useDeferredValue(useStore(cursor, (state) => state.atMs));
  const pointed = useDeferredValue(useStore(cursor, (state) => state.line));
  const rows = useMemo(() => rowsOf(lines, read, hidden), [lines, read, hidden]);
  return (
    <div className={classes.tableFrame}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('charts.table.line')}</th>
            <th scope="col">{t(atMs === null ? 'charts.table.newest' : 'charts.table.pointed')}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {t(`charts.table.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const { key, line, stats } = row;
            const value = line && atMs !== null ? (pointAt(line.series, atMs)?.mean ?? null) : (stats?.now ?? null);
            return (
              <TableRow
                key={key}
                row={row}
                value={value}
                silentMs={line && atMs === null && value !== null ? fellSilentAt(line.series, read.window) : null}
                isPointed={line !== null && pointed === key}
                cursor={cursor}
                onHide={onHide}
                formatValue={formatValue}
                toneOf={toneOf}
              />
            );
          })}
        </tbody>
      </table>
      {read.spread && <Extremes read={read} atMs={atMs} formatValue={formatValue} />}
    </div>
  );
});

interface TableRowProps extends Pick<ChartTableProps, 'cursor' | 'onHide' | 'formatValue' | 'toneOf'> {
  readonly row: Row;
  readonly value: number | null;
  /** The value is the last before silence. */
  readonly silentMs: number | null;
  readonly isPointed: boolean;
}

/** Only what changed is drawn again: of dozens of lines a pointer touches two. */
const TableRow = memo(function TableRow(props: TableRowProps) {
  const { row, value, silentMs, isPointed, cursor, onHide, formatValue, toneOf } = props;
  const { key, label, line, stats } = row;
  const tone = value === null || silentMs !== null ? null : toneOf(value);
  const { stroke, dash } = lineLook(line?.look ?? 0);
  const shown = (each: number | null | undefined) => (typeof each === 'number' ? formatValue(each) : '—');
  return (
    <tr
      data-pointed={isPointed || undefined}
      data-hidden={line === null || undefined}
      onPointerEnter={() => cursor.setState({ line: key })}
      onPointerLeave={() => cursor.setState({ line: null })}
    >
      <th scope="row">
        <button
          type="button"
          className={classes.lineName}
          aria-pressed={line !== null}
          title={label}
          disabled={key === MEDIAN}
          onClick={() => onHide(key)}
          onFocus={() => cursor.setState({ line: key })}
          onBlur={() => cursor.setState({ line: null })}
        >
          <svg width="18" height="8" aria-hidden="true">
            {line && <line x1="0" x2="18" y1="4" y2="4" stroke={stroke} strokeWidth="1.5" strokeDasharray={dash} />}
          </svg>
          <span className="ellipsis">{label}</span>
        </button>
      </th>
      <td className={classes.reading} data-tone={tone ?? undefined}>
        {silentMs === null ? shown(value) : <OldReading atMs={silentMs}>{shown(value)}</OldReading>}
      </td>
      {columns.map((column) => (
        <td key={column}>{shown(stats?.[column])}</td>
      ))}
    </tr>
  );
});

/** What was hidden stays in its place, to be shown again. */
function rowsOf(lines: readonly ChartLine[], { subjects, spread }: ReadSeries, hidden: ReadonlySet<string>): Row[] {
  const drawn = new Map(lines.map((line) => [line.key, line]));
  const rowOf = (key: string, label: string): Row => {
    const line = drawn.get(key) ?? null;
    return { key, label, line, stats: line && statsOf(line.series) };
  };
  if (!spread) return subjects.map(({ id, label }) => rowOf(id, label));
  const away = spread.outliers.flatMap(({ index }) => subjects[index] ?? []);
  const median = drawn.get(MEDIAN);
  return [
    ...(median ? [rowOf(MEDIAN, median.label)] : []),
    ...away.filter(({ id }) => drawn.has(id) || hidden.has(id)).map(({ id, label }) => rowOf(id, label)),
  ];
}

interface ExtremesProps extends Pick<ChartTableProps, 'read' | 'formatValue'> {
  readonly atMs: number | null;
}

/** Whose the ends of the spread are. */
function Extremes({ read: { subjects, spread }, atMs, formatValue }: ExtremesProps) {
  const { t } = useWords();
  const found = spread && extremesAt(spread.spread, atMs);
  if (!found) return null;
  const nameOf = (index: number) => subjects[index]?.label ?? '—';
  return (
    <p className={classes.extremes}>
      {t('charts.spread.most', { name: nameOf(found.greatestOf), value: formatValue(found.greatest) })}
      {' · '}
      {t('charts.spread.least', { name: nameOf(found.leastOf), value: formatValue(found.least) })}
      {' · '}
      {t('charts.spread.of', { known: found.count, total: subjects.length })}
    </p>
  );
}
