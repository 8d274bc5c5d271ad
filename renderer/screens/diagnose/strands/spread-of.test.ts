import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readableValue } from './spread-of';

it.each([
  ['[9.32,9.32,9.32,9.4]', '3 × 9.32, 9.4'],
  ['["GPU-1","GPU-1","GPU-2"]', '2 × GPU-1, GPU-2'],
  ['[]', '[]'],
  ['[1,2,3,4,5,6,7,8,9,10]', '1, 2, 3, 4, 5, 6, 7, 8, …'],
  ['[9.32,9.32,9.3…', '2 × 9.32, …'],
  ['[true,null]', 'true, null'],
  ['[{"name":"mlx5_0"}]', '[{"name":"mlx5_0"}]'],
  ['0.30000000000000004', '0.3'],
  ['"up"', '"up"'],
])('shows the value %s as %s', (value, shown) => {
  expect(readableValue(value)).toBe(shown);
});

it('shows any value, cut off anywhere', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(60), (json, at) => {
      expect(typeof readableValue(`${json.slice(0, at)}…`)).toBe('string');
      expect(typeof readableValue(json)).toBe('string');
    }),
  );
});
