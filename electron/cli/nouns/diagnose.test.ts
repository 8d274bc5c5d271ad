import { expect, it } from 'vitest';
import { parseValue } from './diagnose';

it.each([
  ['70', 70],
  ['0.5', 0.5],
  ['true', true],
  ['llama-3.1-70b', 'llama-3.1-70b'],
  ['', ''],
  ['  ', '  '],
])('reads the answer %j as %j', (given, expected) => {
  expect(parseValue(given)).toBe(expected);
});
