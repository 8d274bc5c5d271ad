import { type PointerEvent, useRef } from 'react';
import { useStore } from 'zustand';
import { type ChartCursorStore, noCursor } from './chart-cursor';
import { type ChartLine, lineLook, pathOf, pointAt, xOf, yOf } from './chart-lines';
import classes from './charts.module.css';
import { plotMargin } from './plot-area';
import type { TimeWindow } from './time-axis';

/** A moment that something happened at, or a span of time. */
export interface ChartMark {
  readonly id: string | number;
  readonly atMs: number;
  readonly untilMs: number | null;
  readonly words: string;
}

interface ChartOverlayProps {
  readonly cursor: ChartCursorStore;
  readonly lines: readonly ChartLine[];
  readonly window: TimeWindow;
  readonly domain: readonly [number, number];
  readonly marks: readonly ChartMark[];
  readonly width: number;
  readonly height: number;
  readonly onZoom: (window: TimeWindow) => void;
}

/** Shorter drags are clicks. */
const DRAG_PIXELS = 6;

/** What is pointed at, above a chart that itself is not drawn again for it. */
export function ChartOverlay({ cursor, lines, window, domain, marks, width, height, onZoom }: ChartOverlayProps) {
  const { atMs, line: pointed, dragFromMs } = useStore(cursor);
  const area = useRef<HTMLDivElement>(null);
  const box = {
    width: width - plotMargin.left - plotMargin.right,
    height: height - plotMargin.top - plotMargin.bottom,
  };
  const line = lines.find(({ key }) => key === pointed);
  const point = line && atMs !== null ? pointAt(line.series, atMs) : null;
  const x = atMs === null ? null : xOf(atMs, window, box);

  const timeAt = ({ clientX }: PointerEvent): number => {
    const left = area.current?.getBoundingClientRect().left ?? 0;
    const share = Math.min(1, Math.max(0, (clientX - left) / box.width));
    return window.fromMs + share * (window.toMs - window.fromMs);
  };
  const nearestAt = (at: number, { clientY }: PointerEvent): string | null => {
    const y = clientY - (area.current?.getBoundingClientRect().top ?? 0);
    let nearest: string | null = null;
    let distance = Infinity;
    for (const candidate of lines) {
      const value = pointAt(candidate.series, at);
      const away = value ? Math.abs(yOf(value.mean, domain, box) - y) : Infinity;
      if (away < distance) [nearest, distance] = [candidate.key, away];
    }
    return nearest;
  };
  const onMove = (event: PointerEvent) => {
    const at = timeAt(event);
    cursor.setState({ atMs: at, line: nearestAt(at, event) });
  };
  const onUp = (event: PointerEvent) => {
    const from = cursor.getState().dragFromMs;
    cursor.setState({ dragFromMs: null });
    if (from === null) return;
    const to = timeAt(event);
    if (Math.abs(xOf(to, window, box) - xOf(from, window, box)) < DRAG_PIXELS) return;
    cursor.setState(noCursor);
    onZoom({ fromMs: Math.round(Math.min(from, to)), toMs: Math.round(Math.max(from, to)) });
  };

  return (
    <div
      ref={area}
      className={classes.overlay}
      style={{ left: plotMargin.left, top: plotMargin.top, width: box.width, height: box.height }}
      onPointerMove={onMove}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture?.(event.pointerId);
        cursor.setState({ dragFromMs: timeAt(event) });
      }}
      onPointerUp={onUp}
      onPointerCancel={() => cursor.setState(noCursor)}
      onPointerLeave={() => cursor.getState().dragFromMs === null && cursor.setState(noCursor)}
    >
      <svg width={box.width} height={box.height} aria-hidden="true">
        {marks.map((mark) => (
          <Mark key={mark.id} mark={mark} window={window} box={box} />
        ))}
        {line && (
          <>
            <path className={classes.halo} d={pathOf(line.series, window, domain, box)} />
            <path
              className={classes.pointed}
              strokeDasharray={lineLook(line.look).dash}
              d={pathOf(line.series, window, domain, box)}
            />
          </>
        )}
        {x !== null && dragFromMs !== null && (
          <rect
            className={classes.drag}
            x={Math.min(x, xOf(dragFromMs, window, box))}
            width={Math.abs(x - xOf(dragFromMs, window, box))}
            height={box.height}
          />
        )}
        {x !== null && x >= 0 && x <= box.width && <line className={classes.cursor} x1={x} x2={x} y2={box.height} />}
        {point && (
          <circle className={classes.dot} cx={xOf(point.atMs, window, box)} cy={yOf(point.mean, domain, box)} r={3.5} />
        )}
      </svg>
    </div>
  );
}

interface MarkProps {
  mark: ChartMark;
  window: TimeWindow;
  box: { width: number; height: number };
}

function Mark({ mark, window, box }: MarkProps) {
  const from = Math.max(0, xOf(mark.atMs, window, box));
  const to = Math.min(box.width, xOf(mark.untilMs ?? mark.atMs, window, box));
  if (to < 0 || from > box.width) return null;
  return (
    <g className={classes.mark}>
      <title>{mark.words}</title>
      {to > from && <rect x={from} width={to - from} height={box.height} />}
      <line x1={from} x2={from} y2={box.height} />
      <path d={`M${from - 4} 0h8l-4 6z`} />
    </g>
  );
}
