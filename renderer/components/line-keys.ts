import { lineHeightPx } from './use-line-window';

/** The head of a table of lines, which stays above them. */
export const headHeightPx = 28;

/** The line that a key leads to from another; null for keys that lead nowhere. */
export function lineAfterKey(key: string, index: number, count: number, scroller: Element | null): number | null {
  const page = Math.max(1, Math.floor((scroller?.clientHeight ?? 0) / lineHeightPx) - 2);
  const steps: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + page,
    PageUp: index - page,
    Home: 0,
    End: count - 1,
  };
  const wanted = steps[key];
  return wanted === undefined ? null : Math.min(count - 1, Math.max(0, wanted));
}

/** As in a tree: Left closes, Right opens, Enter and the space bar turn it round. */
export function isToggling(key: string, isClosed: boolean): boolean {
  return key === 'Enter' || key === ' ' || key === (isClosed ? 'ArrowRight' : 'ArrowLeft');
}

/** The element of a line, where it is in the document: `aria-rowindex` counts from one, and the head is the first. */
export function lineAt(table: Element, index: number): HTMLElement | null {
  return table.querySelector<HTMLElement>(`tr[aria-rowindex="${index + 2}"]`);
}

/** Scrolls as far as needed and gives a line the focus. */
export function focusLine(scroller: HTMLElement | null, index: number): void {
  if (!scroller) return;
  const top = index * lineHeightPx;
  const bottom = top + lineHeightPx - (scroller.clientHeight - headHeightPx);
  scroller.scrollTop = Math.min(top, Math.max(bottom, scroller.scrollTop));
  const focus = () => lineAt(scroller, index)?.focus({ preventScroll: true });
  // One that was far away comes into the document with the next frame.
  if (lineAt(scroller, index)) focus();
  else requestAnimationFrame(focus);
}
