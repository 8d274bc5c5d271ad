/** What jsdom lacks and Mantine asks for. */
const noop = () => undefined;

window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addListener: noop,
    removeListener: noop,
    addEventListener: noop,
    removeEventListener: noop,
    dispatchEvent: () => false,
  }) as MediaQueryList;

window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

// Nothing is ever brought ahead of its need.
window.requestIdleCallback ??= () => 0;
window.cancelIdleCallback ??= noop;

window.HTMLElement.prototype.scrollIntoView ??= noop;

// An editor measures its text.
window.Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;

// A text area that grows listens to fonts being loaded.
if (!document.fonts) Object.defineProperty(document, 'fonts', { configurable: true, value: new EventTarget() });

// jsdom lays nothing out, so everything has this size; virtual lists need one to render rows.
Object.defineProperties(window.HTMLElement.prototype, {
  clientHeight: { configurable: true, get: () => 600 },
  clientWidth: { configurable: true, get: () => 1200 },
  offsetHeight: { configurable: true, get: () => 600 },
  offsetWidth: { configurable: true, get: () => 1200 },
});

export {};
