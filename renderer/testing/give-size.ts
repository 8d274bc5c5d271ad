import { vi } from 'vitest';

/** Nothing has a size in a test, and a chart without one is not drawn: from now on in this file each has this one. */
export function giveSize(width = 600, height = 200): void {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(private readonly callback: ResizeObserverCallback) {}
      observe(target: Element) {
        const contentRect = { x: 0, y: 0, width, height } as DOMRectReadOnly;
        this.callback([{ target, contentRect } as ResizeObserverEntry], this as unknown as ResizeObserver);
      }
      unobserve() {}
      disconnect() {}
    },
  );
}
