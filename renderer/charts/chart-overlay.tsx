import { memo, type PointerEvent, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { type ChartCursorStore, noCursor } from './chart-cursor';
import { type ChartLine, lineLook, type PlotBox, pathOf, pointAt, xOf, yOf } from './chart-lines';
import classes from './charts.module.css';
import { plotMargin } from './plot-area';
import type { TimeWindow } from './time-axis';
import { type ChangeView, pan, zoomAround, zoomTo } from './time-view';

/** A moment that something happened at, or a span of time. */
export interface ChartMark {
  readonly id: string;
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
  readonly onView: ChangeView;
}

/** Shorter drags are clicks. */
const DRAG_PIXELS = 6;

/** What is pointed at, above a chart that itself is not drawn again for it. Dragging zooms, with Shift it moves. */
export function ChartOverlay({ cursor, lines, window, domain, marks, width, height, onView }: ChartOverlayProps) {
  const { atMs, line: pointed, dragFromMs } = useStore(cursor);
  const area = useRef<HTMLDivElement>(null);
  const box = {
    width: width - plotMargin.left - plotMargin.right,
    height: height - plotMargin.top - plotMargin.bottom,
  };
  const line = lines.find(({ key }) => key === pointed);
  const point = line && atMs !== null ? pointAt(line.series, atMs) : null;
  const x = atMs === null ? null : xOf(atMs, window, box);
  useWheel(area, window, box.width, onView);

  const timeAt = ({ clientX }: PointerEvent): number => timeUnder(area.current, clientX, window, box.width);
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
    if (event.shiftKey) onView((view) => pan(view, (from - to) / (window.toMs - window.fromMs)));
    else onView((view) => zoomTo(view, { fromMs: Math.min(from, to), toMs: Math.max(from, to) }));
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
        <Marks marks={marks} window={window} width={box.width} height={box.height} />
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

function timeUnder(element: HTMLElement | null, clientX: number, { fromMs, toMs }: TimeWindow, width: number): number {
  const left = element?.getBoundingClientRect().left ?? 0;
  return fromMs + Math.min(1, Math.max(0, (clientX - left) / width)) * (toMs - fromMs);
}

/** A turn of the wheel comes as many small ones; each that is carried out reads the charts anew. */
const WHEEL_MS = 60;

/** With Ctrl or the command key the wheel zooms, with Shift or sideways it moves; alone it scrolls the page. */
function useWheel(area: { current: HTMLElement | null }, window: TimeWindow, width: number, onView: ChangeView): void {
  const latest = useRef({ window, width, onView });
  latest.current = { window, width, onView };
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    let [zoomed, moved, atMs] = [0, 0, 0];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const carryOut = () => {
      timer = null;
      const [factor, share] = [2 ** (zoomed / 300), moved / latest.current.width];
      [zoomed, moved] = [0, 0];
      latest.current.onView((view) => {
        const next = factor === 1 ? view : zoomAround(view, factor, atMs);
        return share === 0 ? next : pan(next, share);
      });
    };
    const onWheel = (event: WheelEvent) => {
      const isZoom = event.ctrlKey || event.metaKey;
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (!isZoom && sideways === 0) return;
      event.preventDefault();
      atMs = timeUnder(element, event.clientX, latest.current.window, latest.current.width);
      if (isZoom) zoomed += event.deltaY;
      else moved += sideways;
      timer ??= setTimeout(carryOut, WHEEL_MS);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element.removeEventListener('wheel', onWheel);
      if (timer) clearTimeout(timer);
    };
  }, [area]);
}

interface MarksProps extends PlotBox {
  readonly marks: readonly ChartMark[];
  readonly window: TimeWindow;
}

/** Drawn again when they change, not for what is pointed at. Of those that stand in one place one is drawn. */
const Marks = memo(function Marks({ marks, window, width, height }: MarksProps) {
  const taken = new Set<number>();
  return marks.map(({ id, atMs, untilMs, words }) => {
    const from = Math.max(0, xOf(atMs, window, { width, height }));
    const to = Math.min(width, xOf(untilMs ?? atMs, window, { width, height }));
    const isSpan = to - from >= 1;
    if (to < 0 || from > width || (!isSpan && taken.has(Math.round(from / 2)))) return null;
    taken.add(Math.round(from / 2));
    return (
      <g key={id} className={classes.mark}>
        <title>{words}</title>
        {isSpan && <rect x={from} width={to - from} height={height} />}
        {atMs >= window.fromMs && (
          <>
            <line x1={from} x2={from} y2={height} />
            <path d={`M${from - 4} 0h8l-4 6z`} />
          </>
        )}
      </g>
    );
  });
});
