import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBlock, encodeBlock } from './block';

const value = fc.oneof(
  fc.constant(Number.NaN),
  fc.integer({ min: 0, max: 100 }),
  fc.double({ min: -1e6, max: 1e6 }).map((number) => Math.round(number * 100) / 100),
  fc.maxSafeInteger(),
  fc.double(),
);
const block = fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 6 })).chain(([count, columns]) =>
  fc.record({
    times: fc.array(fc.integer({ min: 0, max: 2 ** 50 }), { minLength: count, maxLength: count }),
    columns: fc.array(fc.array(value, { minLength: count, maxLength: count }), {
      minLength: columns,
      maxLength: columns,
    }),
  }),
);

describe('a block', () => {
  it('gives back exactly what it was given, to the last bit', () => {
    fc.assert(
      fc.property(block, ({ times, columns }) => {
        const read = decodeBlock(encodeBlock({ times, columns }));
        expect([...read.times]).toEqual(times);
        expect(read.columns.map((column) => [...column])).toEqual(columns);
      }),
    );
  });

  it('gives back single columns, the others left out', () => {
    fc.assert(
      fc.property(block, fc.nat(6), ({ times, columns }, only) => {
        const read = decodeBlock(encodeBlock({ times, columns }), new Set([only]));
        expect([...read.times]).toEqual(times);
        expect(read.columns.map((column) => [...column])).toEqual(
          columns.map((column, index) => (index === only ? column : [])),
        );
      }),
    );
  });

  it('keeps negative zero, infinities and numbers with no short decimal form', () => {
    const column = [-0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.1 + 0.2, Number.MIN_VALUE];
    const read = decodeBlock(encodeBlock({ times: [1, 2, 3, 4, 5], columns: [column] }));
    expect([...(read.columns[0] ?? [])]).toEqual(column);
  });

  it('of a quiet minute is a few bytes', () => {
    const times = Array.from({ length: 60 }, (_, index) => 1_700_000_000_000 + index * 1000);
    const columns = Array.from({ length: 40 }, () => times.map(() => 42));
    expect(encodeBlock({ times, columns }).length).toBeLessThan(60);
  });

  it('that is damaged is an error, never other values or endless memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decodeBlock(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});
