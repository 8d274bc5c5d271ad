import { describe, expect, it } from 'vitest';
import { age, bytes, clipped, clockTime, commandWords } from './format';

describe('numbers and times', () => {
  it.each([
    [null, '—'],
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [22.5 * 2 ** 30, '23 GiB'],
    [3 * 2 ** 50, '3072 TiB'],
  ])('writes %s bytes as %s', (count, text) => expect(bytes(count)).toBe(text));

  it.each([
    [-5000, '0s'],
    [59_000, '59s'],
    [90_000, '2m'],
    [47 * 3_600_000, '47h'],
    [72 * 3_600_000, '3d'],
  ])('writes %s ms ago as %s', (ms, text) => expect(age(1e12 - ms, 1e12)).toBe(text));

  it('writes local time to the second', () => {
    expect(clockTime(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe('2026-01-02 03:04:05');
  });
});

it('keeps the line ends of a program visible on one line', () => {
  expect(commandWords(['sh', '-c', 'a  b\n  c\n'])).toBe('sh -c a b ⏎ c');
  expect(clipped('abcdef', 4)).toBe('abc…');
});
