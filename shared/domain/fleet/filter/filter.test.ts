import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { translatorOf } from '../../../i18n/translator';
import { type FleetFieldId, fieldOf, fleetFieldIds } from '../fields';
import { fleetNode } from '../testing/fleet-node';
import type { Filter, Literal } from './ast';
import { compileFilter, matchContext } from './match-filter';
import { parseFilter } from './parse-filter';
import { printFilter } from './print-filter';
import { operatorsOf } from './read-literal';
import { ageUnits, unitsOf } from './units';

const say = translatorOf('en');
const nowMs = Date.parse('2026-11-22T12:00:00Z');

const fleet = [
  fleetNode('dgx01', {
    tags: ['lab', 'train'],
    summary: {
      osName: 'Ubuntu 22.04.5 LTS',
      driverVersion: '570.26',
      gpuModels: [{ name: 'NVIDIA H100 80GB HBM3', count: 8 }],
      gpuMemorySizesBytes: [85_520_809_984],
      gpuVbiosVersions: ['96.00.74.00.01', '96.00.A5.00.03'],
      observedAtMs: nowMs - 30 * 60_000,
    },
  }),
  fleetNode('dgx02', {
    summary: {
      driverVersion: '570.9',
      gpuModels: [{ name: 'NVIDIA H100 80GB HBM3', count: 8 }],
      gpuMemorySizesBytes: [85_520_809_984],
      observedAtMs: nowMs - 2 * 3_600_000,
    },
  }),
  fleetNode('l4-03', {
    tags: ['infer'],
    summary: { driverVersion: '550.90.07', gpuModels: [{ name: 'NVIDIA L4', count: 1 }], gpuMemorySizesBytes: [24e9] },
  }),
  fleetNode('cpu04', { summary: { driverVersion: null, gpuModels: [], gpuMemorySizesBytes: [] } }),
  fleetNode('new05', { summary: null }),
];

function found(text: string): string[] {
  const { filter, error } = parseFilter(text);
  if (error) throw new Error(`${error.from}: ${say(error.message)}`);
  return fleet.filter(compileFilter(filter, matchContext(say, nowMs))).map(({ id }) => id);
}

describe('a filter', () => {
  it.each([
    ['gpu.model ~ H100 and driver < 570.26', ['dgx02']],
    ['gpu.model ~ H100 and driver < 570', []],
    ['gpu.model ~ h100 driver >= 570', ['dgx01', 'dgx02']],
    ['GPU.Model ~ H100 AND Driver >= 570', ['dgx01', 'dgx02']],
    ['driver < 570 or gpu.count >= 8', ['dgx01', 'dgx02', 'l4-03']],
    ['driver = 570.026', ['dgx01']],
    ['driver in (570.9, "550.90.07")', ['dgx02', 'l4-03']],
    ['name not in (dgx01, dgx02)', ['l4-03', 'cpu04', 'new05']],
    ['gpu.model !~ H100', ['l4-03', 'cpu04']],
    ['gpu.model ~ h100*hbm3', ['dgx01', 'dgx02']],
    ['gpu.model ~ hbm3*h100', []],
    ['gpu.model = "NVIDIA L4"', ['l4-03']],
    ['gpu.vbios > 96.00.99', ['dgx01']],
    ['gpu.memory >= 80 GB', ['dgx01', 'dgx02']],
    ['gpu.memory >= 80GiB', []],
    ['gpu.memory < 40 g', ['l4-03']],
    ['tag has lab', ['dgx01']],
    ['tag has la', []],
    ['tag ~ la', ['dgx01']],
    ['tag != lab', ['dgx02', 'l4-03', 'cpu04', 'new05']],
    ['driver is unknown', ['cpu04', 'new05']],
    ['driver is not unknown', ['dgx01', 'dgx02', 'l4-03']],
    ['gpu.count is known and not gpu.count > 0', ['cpu04']],
    ['connection = failed', []],
    ['kind != bundle', ['dgx01', 'dgx02', 'l4-03', 'cpu04', 'new05']],
    ['name ~ dgx and observed < 1 h ago', ['dgx02']],
    ['name ~ dgx and observed > 90min ago', ['dgx01']],
    ['name ~ dgx and observed >= 2026-11-01', ['dgx01', 'dgx02']],
    ['h100 dgx02', ['dgx02']],
    ['"hbm3" and not dgx01', ['dgx02']],
    ['not (h100 or l4)', ['cpu04', 'new05']],
    ['（gpu.model ～ L4）', ['l4-03']],
    ['gpu.count ≥ 8', ['dgx01', 'dgx02']],
    ['', ['dgx01', 'dgx02', 'l4-03', 'cpu04', 'new05']],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each(['<', '<=', '>', '>=', '=', '!=', '~', '!~'])(
    'never matches by %s what is not known, nor by its opposite',
    (operator) => {
      expect(found(`driver ${operator} 570 and name = new05`)).toEqual([]);
      expect(found(`not driver ${operator} 570 and name = new05`)).toEqual([]);
    },
  );

  it('knows one side of an “or” to be true though the other is not known', () => {
    expect(found('name = new05 and (driver < 570 or name ~ new)')).toEqual(['new05']);
    expect(found('name = new05 and not (driver < 570 and name ~ old)')).toEqual(['new05']);
  });

  it('finds no word across two values', () => {
    expect(found('"lab train"')).toEqual([]);
  });
});

describe('what is wrong with a filter', () => {
  it.each([
    ['gpu.modle ~ H100', 0, 9, 'There is no field gpu.modle. Did you mean gpu.model?'],
    ['name = a and temperature > 5', 13, 24, 'There is no field temperature. Did you mean gpu.temperature?'],
    ['wheels > 4', 0, 6, 'There is no field wheels. Put a word in quotes to search for it.'],
    ['driver <', 8, 8, 'Expected a version such as 570.26. What is not known is asked for with “driver is unknown”.'],
    [
      'driver < new',
      9,
      12,
      'Expected a version such as 570.26. What is not known is asked for with “driver is unknown”.',
    ],
    ['os < 22', 3, 4, 'os can not be compared with “<”. Expected one of: =  !=  ~  !~'],
    ['gpu.count => 8', 10, 12, '“=>” is no comparison. Expected one of: =  !=  <  <=  >  >='],
    ['gpu.memory >= 80', 16, 16, 'Expected a unit after the number: GiB, TiB, MiB …'],
    ['gpu.memory >= 80 W', 17, 18, 'Expected a unit after the number: GiB, TiB, MiB …'],
    ['gpu.count >= many', 13, 17, 'Expected a number to compare gpu.count with.'],
    ['(name = a', 9, 9, 'Expected “)”: a bracket is still open.'],
    ['name = a)', 8, 9, 'This bracket closes none that was opened.'],
    ['name = "a', 7, 9, 'Expected a closing quote: the text in quotes does not end.'],
    ['name = a or', 11, 11, 'Expected something to look for: a word, or a field such as driver < 570.'],
    ['name in a', 8, 9, 'Expected a list in brackets: (one, two).'],
    ['name in (a', 10, 10, 'Expected “,” or “)”.'],
    ['name has a', 5, 8, '“has” asks for an entry of a list, and name is none. Use ~ to look for a part of it.'],
    ['driver is new', 10, 13, 'Expected “known” or “unknown”.'],
    ['observed < yesterday', 11, 20, 'Expected an age such as 1 h ago, or a date such as 2026-11-22.'],
    ['observed < 2026-02-30', 11, 21, 'Expected an age such as 1 h ago, or a date such as 2026-11-22.'],
    ['observed < 1 h', 14, 14, 'Expected “ago” after the age.'],
    ['observed < 1 year ago', 13, 17, 'Expected a unit of time: s, min, h, d, w.'],
    ['a, b', 1, 2, '“,” is not expected here. Expected “and”, “or” or the end.'],
  ])('%s', (text, from, to, words) => {
    const { filter, error } = parseFilter(text);
    expect(filter).toBeNull();
    expect(error && [error.from, error.to, say(error.message)]).toEqual([from, to, words]);
  });

  it('says so of one that is too long, and of brackets too deep to walk', () => {
    expect(parseFilter('a '.repeat(1001)).error?.message.key).toBe('fleet.filterError.tooLong');
    expect(parseFilter('('.repeat(1900)).error?.message.key).toBe('fleet.filterError.tooDeep');
    expect(parseFilter('not '.repeat(490)).error?.message.key).toBe('fleet.filterError.tooDeep');
  });
});

describe('parseFilter', () => {
  it('gives a filter or an error with its place, whatever is written', () => {
    const words = fc.constantFrom(
      ...'driver gpu.model tag observed and or not in has is ( ) , = != ~ < >= 8 GiB ago "x" \' \\ “'.split(' '),
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(words, { maxLength: 12 }).map((some) => some.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { filter, error, marks } = parseFilter(text);
        if (error) {
          expect(filter).toBeNull();
          expect(0 <= error.from && error.from <= error.to && error.to <= text.length).toBe(true);
          // Every message has its words and all it speaks of.
          expect(say(error.message)).not.toMatch(/^fleet\.|\{\{/);
        } else if (filter) for (const node of fleet) compileFilter(filter, matchContext(say, nowMs))(node);
        for (const [index, { from, to }] of marks.entries())
          expect(from < to && (marks[index + 1]?.from ?? to) >= to).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('reads back what printFilter writes', () => {
    fc.assert(
      fc.property(filters(), (filter) => {
        const { filter: again, error } = parseFilter(printFilter(filter));
        expect(error).toBeNull();
        expect(again).toEqual(filter);
      }),
      { numRuns: 300 },
    );
  });
});

function filters(): fc.Arbitrary<Filter> {
  const amounts = fc.integer({ min: 0, max: 99_999 }).map((amount) => amount / 10);
  const texts = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.constantFrom('and', 'H100 80GB', '“x”', 'a"b\\', '570.26', "it's", ''),
  );
  const literalsOf = (id: FleetFieldId): fc.Arbitrary<Literal> => {
    const field = fieldOf(id);
    switch (field.kind) {
      case 'text':
        return texts.map((text) => ({ kind: 'text', text }));
      case 'version':
        return texts.map((text) => ({ kind: 'text', text: `5${text}` }));
      case 'flag':
        return fc.boolean().map((isTrue) => ({ kind: 'flag', isTrue }));
      case 'time':
        return fc.oneof(
          fc.record({ kind: fc.constant('ago' as const), amount: amounts, unit: fc.constantFrom(...ageUnits) }),
          fc.constantFrom('2026-11-22', '2026-11-22T08:30').map((text): Literal => ({ kind: 'date', text })),
        );
      default: {
        const units = unitsOf(field);
        const kind = fc.constant('number' as const);
        return fc.record({ kind, amount: amounts, unit: fc.constantFrom(...(units.length > 0 ? units : [null])) });
      }
    }
  };
  const ids = fc.constantFrom(...fleetFieldIds);
  const compares = ids.chain((field) =>
    fc.record({
      kind: fc.constant('compare' as const),
      field: fc.constant(field),
      operator: fc.constantFrom(...operatorsOf(fieldOf(field))),
      literal: literalsOf(field),
    }),
  );
  const anyOfs = fc.constantFrom(...fleetFieldIds.filter((id) => fieldOf(id).kind !== 'time')).chain((field) =>
    fc.record({
      kind: fc.constant('in' as const),
      field: fc.constant(field),
      literals: fc.array(literalsOf(field), { minLength: 1, maxLength: 3 }),
    }),
  );
  const leaves: fc.Arbitrary<Filter> = fc.oneof(
    compares,
    anyOfs,
    texts.map((text): Filter => ({ kind: 'search', text })),
    fc.record({ kind: fc.constant('known' as const), field: ids, isKnown: fc.boolean() }),
    texts.map((text): Filter => ({ kind: 'has', field: 'tag', literals: [{ kind: 'text', text }] })),
  );
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaves,
      tie('filter').map((filter): Filter => ({ kind: 'not', filter })),
      ...(['and', 'or'] as const).map((kind) =>
        fc
          .array(tie('filter'), { minLength: 2, maxLength: 3 })
          .map((some): Filter => ({ kind, filters: some.flatMap((one) => (one.kind === kind ? one.filters : [one])) })),
      ),
    ),
  })).filter;
}
