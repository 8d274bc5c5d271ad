import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useNow } from './use-now';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('stands still while the window is hidden, and is right at once when it is shown', () => {
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('visible');
  let renders = 0;
  const { result, unmount } = renderHook(() => {
    renders += 1;
    return useNow();
  });
  act(() => vi.advanceTimersByTime(5000));
  const firstMs = result.current;
  act(() => vi.advanceTimersByTime(5000));
  expect(result.current - firstMs).toBe(5000);

  visibility.mockReturnValue('hidden');
  const before = renders;
  act(() => vi.advanceTimersByTime(60_000));
  expect(renders).toBe(before);

  visibility.mockReturnValue('visible');
  act(() => document.dispatchEvent(new Event('visibilitychange')));
  expect(result.current - firstMs).toBe(65_000);
  unmount();
});
