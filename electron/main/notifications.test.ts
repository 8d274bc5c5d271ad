import type { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';

const { made, state, showMainWindow } = vi.hoisted(() => ({
  made: [] as Array<EventEmitter & { options: unknown; isShown: boolean }>,
  state: { isSupported: true },
  showMainWindow: vi.fn(),
}));

vi.mock('./window', () => ({ showMainWindow }));
vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  class Notification extends Emitter {
    static isSupported = (): boolean => state.isSupported;
    isShown = false;
    constructor(readonly options: unknown) {
      super();
      made.push(this);
    }
    show(): void {
      this.isShown = true;
    }
  }
  return { Notification };
});

const { notificationClicks, showNotification } = await import('./notifications');

afterEach(() => {
  made.length = 0;
  state.isSupported = true;
  showMainWindow.mockClear();
});

const alert = { title: '[Critical] GPU too hot: dgx01', body: '91 °C' };

describe('a desktop notification', () => {
  it('brings the window to the front when it is clicked, and says what it was about', async () => {
    const stop = new AbortController();
    const clicks = notificationClicks(stop.signal);
    const next = clicks.next();
    expect(showNotification({ ...alert, alertId: 7 } as Parameters<typeof showNotification>[0])).toBe(true);
    expect(made).toMatchObject([{ options: alert, isShown: true }]);
    expect(showMainWindow).not.toHaveBeenCalled();
    made[0]?.emit('click');
    expect(await next).toEqual({ value: { alertId: 7 }, done: false });
    expect(showMainWindow).toHaveBeenCalledOnce();
    stop.abort();
  });

  it('that is closed or let go opens nothing', () => {
    showNotification({ ...alert, alertId: 7 } as Parameters<typeof showNotification>[0]);
    made[0]?.emit('close');
    expect(showMainWindow).not.toHaveBeenCalled();
  });

  it('is said not to be there where the system has none', () => {
    state.isSupported = false;
    expect(showNotification({ ...alert, alertId: 7 } as Parameters<typeof showNotification>[0])).toBe(false);
    expect(made).toEqual([]);
  });
});
