import { expect, it } from 'vitest';
import { back, follow, pan, shownWindow, viewKeys, windowAt, zoomAround, zoomBy, zoomTo } from './time-view';

const minute = 60_000;
const now = 1_000 * minute;
const live = follow(15 * minute);

it('follows now until a range is chosen, and each step back undoes one', () => {
  expect(windowAt(live, now)).toEqual({ fromMs: now - 15 * minute, toMs: now });
  const once = zoomTo(live, { fromMs: now - 5 * minute, toMs: now - 3 * minute });
  const twice = zoomBy(once, 0.5, now);
  expect(shownWindow(twice)).toEqual({ fromMs: now - 4.5 * minute, toMs: now - 3.5 * minute });
  expect(back(twice)).toEqual(once);
  expect(back(back(twice))).toEqual(live);
});

it('never shows less than can be drawn', () => {
  const point = zoomTo(live, { fromMs: now, toMs: now });
  expect(shownWindow(point)).toEqual({ fromMs: now - 5000, toMs: now + 5000 });
});

it('moves to the past and back to now, where it is live again', () => {
  const past = pan(live, -0.5, now);
  expect(shownWindow(past)).toEqual({ fromMs: now - 22.5 * minute, toMs: now - 7.5 * minute });
  expect(back(past)).toEqual(live);
  expect(back(pan(past, -0.5, now))).toEqual(live);
  expect(pan(past, 0.5, now)).toEqual(live);
  expect(pan(live, 0.5, now)).toEqual(live);
});

it('has a key for each of it', () => {
  const past = pan(live, -0.25, now);
  expect(viewKeys.get('ArrowLeft')?.(live, now)).toEqual(past);
  expect(viewKeys.get('End')?.(past, now)).toEqual(live);
  expect(viewKeys.get('Backspace')?.(past, now)).toEqual(live);
});

it('zooms with the wheel around what is pointed at, and one step back undoes all of it', () => {
  const at = now - 3 * minute;
  const once = zoomAround(live, 0.5, at, now);
  expect(shownWindow(once)).toEqual({ fromMs: now - 9 * minute, toMs: now - 1.5 * minute });
  const twice = zoomAround(once, 2, at, now);
  expect(shownWindow(twice)).toEqual({ fromMs: now - 15 * minute, toMs: now });
  expect(back(twice)).toEqual(live);
});
