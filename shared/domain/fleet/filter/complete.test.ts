import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeFilter } from './complete';

const valuesOf = (field: string) => (field === 'gpu.model' ? ['NVIDIA H100 80GB HBM3', 'NVIDIA L4'] : []);
const texts = (text: string, caret = text.length) =>
  completeFilter(text, caret, valuesOf).items.map((item) => item.text);

/** The text after the first completion was chosen. */
function completed(text: string, caret = text.length): string {
  const { from, to, items } = completeFilter(text, caret, valuesOf);
  return text.slice(0, from) + (items[0]?.text ?? '') + text.slice(to);
}

describe('completeFilter', () => {
  it.each([
    ['', 'name'],
    ['gpu.mo', 'gpu.model'],
    ['name ~ a and dri', 'name ~ a and driver'],
    ['not rdma', 'not rdma.active'],
    ['(attention.', '(attention.count'],
    ['driver ', 'driver ='],
    ['tag h', 'tag has'],
    ['gpu.model ~ h1', 'gpu.model ~ "NVIDIA H100 80GB HBM3"'],
    ['gpu.model in ("NVIDIA L4", h', 'gpu.model in ("NVIDIA L4", "NVIDIA H100 80GB HBM3"'],
    ['connection = fa', 'connection = failed'],
    ['driver is un', 'driver is unknown'],
    ['gpu.memory >= 80 ', 'gpu.memory >= 80 GiB'],
    ['observed < 2 h', 'observed < 2 h ago'],
    ['driver < 570 ', 'driver < 570 and'],
    ['gpu.model ~ "H100" o', 'gpu.model ~ "H100" or'],
  ])('goes on with %s as %s', (text, expected) => {
    expect(completed(text)).toBe(expected);
  });

  it('replaces the whole word that the caret is in', () => {
    expect(completed('gpu.mo and driver < 570', 4)).toBe('gpu.model and driver < 570');
  });

  it('offers only the comparisons that a field can be asked', () => {
    expect(texts('os ')).toEqual(['=', '!=', '~', '!~', 'in (', 'is known', 'is unknown']);
    expect(texts('observed ')).toEqual(['<', '<=', '>', '>=', 'is known', 'is unknown']);
  });

  it('has nothing more to say of a word that is whole', () => {
    expect(texts('connection = failed')).toEqual([]);
  });

  it('offers something or nothing, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(30), (text, at) => {
        const caret = Math.min(at, text.length);
        const { from, to } = completeFilter(text, caret, valuesOf);
        expect(0 <= from && from <= caret && caret <= to && to <= text.length).toBe(true);
      }),
    );
  });
});
