import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { cellAt, cornerOf, type HeatLayout, type LaidGroup, labelPx, layOut, type Move, moveFrom } from './heat-layout';
import classes from './heat-map.module.css';
import type { CellLook, HeatPalette } from './heat-painter';
import { createPicture, type Picture } from './heat-picture';

interface HeatCanvasProps {
  label: string;
  /** Says the keys. */
  describedBy: string;
  groups: readonly LaidGroup[];
  looks: readonly CellLook[];
  palette: HeatPalette;
  /** The cell that is read, in the order of the looks. */
  active: number | null;
  onActive: (cell: number | null, by: 'pointer' | 'keyboard') => void;
  /** `isCompared`: with Shift, to compare it with others. */
  onOpen: (cell: number, isCompared: boolean) => void;
  /** Beside the active cell. */
  children: ReactNode;
}

const moves: Readonly<Record<string, Move>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

/** The map itself: as large as what is in view, drawn anew where it changed. */
export function HeatCanvas(props: HeatCanvasProps) {
  const { label, describedBy, groups, looks, palette, active, onActive, onOpen, children } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = useRef<Picture | null>(null);
  const size = useSize(scroller);
  const layout = useMemo(() => layOut(groups, size.width, size.height), [groups, size]);
  const latest = useRef({ layout, looks, palette });
  latest.current = { layout, looks, palette };

  useLayoutEffect(() => {
    if (!canvas.current) return;
    picture.current ??= createPicture(canvas.current);
    picture.current.draw({ layout, looks, palette, ...size, top: scroller.current?.scrollTop ?? 0 });
  }, [layout, looks, palette, size]);

  useEffect(() => {
    const element = scroller.current;
    let frame = 0;
    const onScroll = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        const { clientWidth: width, clientHeight: height, scrollTop: top } = element as HTMLDivElement;
        picture.current?.draw({ ...latest.current, width, height, top });
      });
    };
    element?.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      element?.removeEventListener('scroll', onScroll);
    };
  }, []);

  const corner = active === null ? null : cornerOf(layout, active);
  const reveal = (cell: number) => {
    const at = cornerOf(layout, cell);
    const element = scroller.current;
    if (!at || !element) return;
    const top = at.y - labelPx - 8;
    const bottom = at.y + layout.cellPx + 8;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || looks.length === 0) return;
    if (event.key === 'Enter' && active !== null) {
      event.preventDefault();
      onOpen(active, event.shiftKey);
      return;
    }
    if (event.key === 'Escape') onActive(null, 'keyboard');
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const isJump = move === 'first' || move === 'last';
    const next = active === null && !isJump ? 0 : moveFrom(layout, active ?? 0, move);
    onActive(next, 'keyboard');
    reveal(next);
  };
  const cellUnder = (event: { clientX: number; clientY: number }): number | null => {
    const element = scroller.current;
    if (!element) return null;
    const { left, top } = element.getBoundingClientRect();
    return cellAt(layout, event.clientX - left, event.clientY - top + element.scrollTop);
  };

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      role="application"
      aria-label={label}
      aria-describedby={describedBy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard goes along its cells
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (event.target.matches(':focus-visible') && active === null && looks.length > 0) onActive(0, 'keyboard');
      }}
      onBlur={() => onActive(null, 'pointer')}
      onPointerMove={(event) => {
        // Cells that are scrolled under a resting pointer were not pointed at.
        if (event.movementX !== 0 || event.movementY !== 0) onActive(cellUnder(event), 'pointer');
      }}
      onPointerLeave={() => onActive(null, 'pointer')}
      onClick={(event) => {
        const cell = cellUnder(event);
        if (cell !== null) onOpen(cell, event.shiftKey);
      }}
    >
      <div className={classes.sheet} style={{ height: Math.max(layout.heightPx, size.height) }}>
        <canvas ref={canvas} className={classes.canvas} aria-hidden />
        {corner && (
          <div
            className={classes.ring}
            style={{
              width: layout.cellPx + 4,
              height: layout.cellPx + 4,
              transform: `translate(${corner.x - 2}px, ${corner.y - 2}px)`,
            }}
          />
        )}
        {corner && (
          <div className={classes.card} style={cardPlace(corner, layout, size, scroller.current?.scrollTop ?? 0)}>
            {children}
          </div>
        )}
      </div>
    </div>
  );
}

/** Beside the cell, on the side with more room. */
function cardPlace(
  { x, y }: { x: number; y: number },
  { cellPx }: HeatLayout,
  { width, height }: { width: number; height: number },
  top: number,
) {
  return {
    ...(x < width / 2 ? { left: x + cellPx + 8 } : { right: width - x + 8 }),
    ...(y - top < height / 2 ? { top: y + cellPx + 4 } : { top: y - 4, transform: 'translateY(-100%)' }),
  };
}

function useSize(element: { current: HTMLElement | null }): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = () =>
      setSize((before) => {
        const { clientWidth: width, clientHeight: height } = current;
        return before.width === width && before.height === height ? before : { width, height };
      });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
