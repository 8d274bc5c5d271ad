import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeepAlive } from './keep-alive';

const ask = vi.fn();
const onDead = vi.fn();
let alive: KeepAlive;
beforeEach(() => {
  vi.useFakeTimers();
  ask.mockReset();
  onDead.mockReset();
  alive = new KeepAlive({ ask, onDead });
});
afterEach(() => {
  alive.stop();
  vi.useRealTimers();
});

it('asks nothing of a peer from which something comes', () => {
  for (let second = 0; second < 120; second += 1) {
    vi.advanceTimersByTime(1000);
    alive.heard();
  }
  expect(ask).not.toHaveBeenCalled();
});

it('asks one that is silent, and goes on as long as it answers', () => {
  ask.mockImplementation(() => alive.heard());
  vi.advanceTimersByTime(60_000);
  expect(ask).toHaveBeenCalledTimes(7);
  expect(onDead).not.toHaveBeenCalled();
});

it('takes one that answers nothing for dead within 15 s, once', () => {
  vi.advanceTimersByTime(11_500);
  expect(ask).toHaveBeenCalledTimes(2);
  expect(onDead).not.toHaveBeenCalled();
  vi.advanceTimersByTime(3500);
  expect(onDead).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(60_000);
  expect([ask.mock.calls.length, onDead.mock.calls.length]).toEqual([2, 1]);
});

it('forgives an answer that was late', () => {
  vi.advanceTimersByTime(13_000);
  alive.heard();
  vi.advanceTimersByTime(7000);
  expect(onDead).not.toHaveBeenCalled();
  expect(ask).toHaveBeenCalledTimes(2);
});
