import { type RefObject, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

/** Every line of the table is as high, so that where one stands is known without measuring any. */
export const lineHeightPx = 30;

/** Lines that are kept beyond the edges, and how many come and go at a time. */
const beyond = 6;
const step = 4;
/** How long no scrolling is the end of a scroll. */
const restMs = 120;

export interface LineRange {
  readonly from: number;
  /** The first that is not in it any more. */
  readonly to: number;
}

/** The lines that a view of this height shows when it is scrolled to `topPx`, or as far down as there is anything. */
export function linesInView(topPx: number, heightPx: number, count: number): LineRange {
  const top = Math.max(0, Math.min(topPx, count * lineHeightPx - heightPx));
  return {
    from: Math.floor(top / lineHeightPx),
    to: Math.min(count, Math.ceil((top + heightPx) / lineHeightPx)),
  };
}

/** Those and some beyond, in whole steps: most frames of a scroll then bring no line. */
export function linesAround({ from, to }: LineRange, count: number): LineRange {
  return {
    from: Math.max(0, Math.floor((from - beyond) / step) * step),
    to: Math.min(count, Math.ceil((to + beyond) / step) * step),
  };
}

interface LineWindowOptions {
  scroller: RefObject<HTMLElement | null>;
  count: number;
  heightPx: number;
  /** Nothing but what is in view, as the first frame needs no more. */
  isFirst: boolean;
}

export interface LineWindow extends LineRange {
  /** The first line in view since the last scroll ended. */
  first: number;
}

/** Which lines have to be in the document. It changes only when a scroll brings others, so that most cost nothing. */
export function useLineWindow({ scroller, count, heightPx, isFirst }: LineWindowOptions): LineWindow {
  const [topPx, setTopPx] = useState(0);
  const [first, setFirst] = useState(0);
  const inView = linesInView(topPx, heightPx, count);
  const shown = isFirst ? inView : linesAround(inView, count);
  const latest = useRef({ shown, count, heightPx });
  latest.current = { shown, count, heightPx };

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let resting: ReturnType<typeof setTimeout> | null = null;
    const rest = () => {
      resting = null;
      delete element.dataset.scrolling;
      setFirst(Math.ceil(element.scrollTop / lineHeightPx));
    };
    const onScroll = () => {
      // Lines that pass under a resting mouse would each be told of it and painted again.
      if (resting === null) element.dataset.scrolling = '';
      else clearTimeout(resting);
      resting = setTimeout(rest, restMs);
      const top = element.scrollTop;
      const { shown: before, ...size } = latest.current;
      const now = linesInView(top, size.heightPx, size.count);
      const next = linesAround(now, size.count);
      if (next.from === before.from && next.to === before.to) return;
      // A frame with a hole in it is worse than a late one.
      if (now.from < before.from || now.to > before.to) flushSync(() => setTopPx(top));
      else setTopPx(top);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      element.removeEventListener('scroll', onScroll);
      if (resting !== null) clearTimeout(resting);
    };
  }, [scroller]);
  return { ...shown, first: Math.min(first, Math.max(0, count - 1)) };
}
