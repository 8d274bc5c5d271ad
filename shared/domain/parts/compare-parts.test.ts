import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareParts, countUncompared, type PartPair, type PartsComparison } from './compare-parts';
import type { NodeParts } from './index';
import type { Part } from './part';
import { look, part } from './testing/parts';

/** What differs, one line a pair: relation, slots and values. */
function told({ pairs }: PartsComparison): string[] {
  return pairs
    .filter(({ isDifferent, relation }) => isDifferent || relation === 'not-compared')
    .map(({ kind, relation, before, after, attributes }) =>
      [
        kind,
        relation,
        before?.slot ?? '-',
        after?.slot ?? '-',
        ...attributes
          .filter(({ state }) => state === 'different')
          .map((value) => `${value.name}=${value.before}>${value.after}`),
      ].join(' '),
    );
}
const gpu = (slot: string, identity: string | null, attributes: Part['attributes'] = {}) =>
  part({ slot, identity, attributes });
const dimm = (slot: string, identity: string | null, values: Partial<Part> = {}) =>
  part({ kind: 'dimm', slot, identity, model: 'M321R8GA0BB0', ...values });
const inTime = (before: readonly Part[], after: readonly Part[]) =>
  told(compareParts(look(before), look(after), 'time'));

describe('one node at two times', () => {
  it('tells a GPU in another slot as moved', () => {
    expect(inTime([gpu('1b', 'S1'), gpu('43', 'S2')], [gpu('1b', 'S1'), gpu('52', 'S2')])).toEqual(['gpu moved 43 52']);
  });

  it('tells two GPUs that changed places as two moves', () => {
    expect(inTime([gpu('1b', 'S1'), gpu('43', 'S2')], [gpu('1b', 'S2'), gpu('43', 'S1')])).toEqual([
      'gpu moved 43 1b',
      'gpu moved 1b 43',
    ]);
  });

  it('tells another serial number in a slot as swapped, with what else differs', () => {
    expect(inTime([gpu('1b', 'S1', { vbiosVersion: 'a' })], [gpu('1b', 'S9', { vbiosVersion: 'b' })])).toEqual([
      'gpu swapped 1b 1b vbiosVersion=a>b',
    ]);
  });

  it('knows a GPU by its UUID when the driver tells no serial number any more', () => {
    const before = gpu('1b', 'S1', { uuid: 'GPU-1' });
    const after = gpu('43', 'GPU-1', { uuid: 'GPU-1' });
    expect(inTime([before], [after])).toEqual(['gpu moved 1b 43']);
  });

  it('takes a GPU that tells nothing (it is lost) for the one that was in its slot', () => {
    expect(inTime([gpu('1b', 'S1', { uuid: 'GPU-1', vbiosVersion: 'a' })], [gpu('1b', null, { uuid: null })])).toEqual(
      [],
    );
  });

  it('does not tell memory modules apart by a serial number that they share', () => {
    const before = [dimm('A1', 'SAME'), dimm('A2', 'SAME')];
    expect(inTime(before, [dimm('A1', 'SAME'), dimm('A2', 'SAME')])).toEqual([]);
    expect(inTime(before, [dimm('A1', 'SAME')])).toEqual(['dimm removed A2 -']);
  });

  it('compares what has no serial number by its slot, its model among its values', () => {
    const before = [dimm('A1', 'Unknown')];
    expect(inTime(before, [dimm('A1', 'Not Specified', { model: 'HMCG94' })])).toEqual([
      'dimm same A1 A1 model=M321R8GA0BB0>HMCG94',
    ]);
  });

  it('tells no difference where a value is not known', () => {
    const [pair] = compareParts(
      look([gpu('1b', 'S1', { eccMode: 'Enabled', migMode: null })]),
      look([gpu('1b', 'S1', { eccMode: null, migMode: 'Disabled' })]),
      'time',
    ).pairs;
    expect(pair?.isDifferent).toBe(false);
    expect(pair?.attributes.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'model same',
      'eccMode unknown',
      'migMode unknown',
    ]);
  });

  it('tells counters apart, and not as a difference', () => {
    const [pair] = compareParts(
      look([part({ counters: { remappedRows: 0, retiredPages: 1 } })]),
      look([part({ counters: { remappedRows: 2, retiredPages: 1 } })]),
      'time',
    ).pairs;
    expect(pair?.isDifferent).toBe(false);
    expect(pair?.counters).toEqual([
      { name: 'remappedRows', before: 0, after: 2, state: 'different' },
      { name: 'retiredPages', before: 1, after: 1, state: 'same' },
    ]);
  });

  it('neither removes nor adds what one look could not read', () => {
    const whole = look([gpu('1b', 'S1'), dimm('A1', 'D1')]);
    const denied = look([gpu('1b', 'S1')]);
    const gone = compareParts(whole, denied, 'time');
    expect([told(gone), gone.unread.filter(({ side }) => side !== 'both')]).toEqual([
      ['dimm not-compared A1 -'],
      [{ kind: 'dimm', side: 'after' }],
    ]);
    const come = compareParts(denied, whole, 'time');
    expect([told(come), come.unread.filter(({ side }) => side !== 'both')]).toEqual([
      ['dimm not-compared - A1'],
      [{ kind: 'dimm', side: 'before' }],
    ]);
  });

  it('removes what a look could read and did not find', () => {
    expect(told(compareParts(look([gpu('1b', 'S1')]), look([], ['gpu']), 'time'))).toEqual(['gpu removed 1b -']);
  });

  it('finds a GPU again that another reader of GPUs names', () => {
    const byDriver = { ...look([]), ...sections('gpu:gpu', [gpu('1b', 'S1')]) };
    const byBus = { ...look([]), ...sections('gpu:pci', [gpu('1b', null)]) };
    expect(told(compareParts(byDriver, byBus, 'time'))).toEqual([]);
  });
});

describe('two nodes', () => {
  const nodes = (before: readonly Part[], after: readonly Part[]) => compareParts(look(before), look(after), 'nodes');

  it('compares slot with slot whatever the serial numbers', () => {
    const result = nodes(
      [gpu('1b', 'S1', { uuid: 'GPU-1', vbiosVersion: 'a' }), gpu('43', 'S2', { vbiosVersion: 'a' })],
      [gpu('1b', 'S8', { uuid: 'GPU-8', vbiosVersion: 'a' }), gpu('43', 'S9', { vbiosVersion: 'b' })],
    );
    expect(told(result)).toEqual(['gpu same 43 43 vbiosVersion=a>b']);
    expect(result.pairs.flatMap(({ attributes }) => attributes.map(({ name }) => name))).not.toContain('uuid');
  });

  it('pairs what is left over by its model, which is no difference', () => {
    const result = nodes([gpu('1b', 'S1'), gpu('43', 'S2')], [gpu('1b', 'S8'), gpu('c1', 'S9')]);
    expect(result.pairs.map(({ relation, isDifferent }) => `${relation} ${isDifferent}`)).toEqual([
      'same false',
      'moved false',
    ]);
  });

  it('tells what only one of them has', () => {
    expect(told(nodes([gpu('1b', 'S1'), gpu('43', 'S2')], [gpu('1b', 'S8')]))).toEqual(['gpu removed 43 -']);
  });
});

function sections(reader: string, parts: readonly Part[]): Pick<NodeParts, 'parts' | 'sections'> {
  return { parts, sections: [{ reader, kind: 'gpu', parts }] };
}

const anyPart = fc.record({
  kind: fc.constantFrom('gpu', 'dimm', 'nic'),
  slot: fc.constantFrom('1', '2', '3', '10'),
  identity: fc.constantFrom(null, 'N/A', 'S1', 'S2', 'S3'),
  model: fc.constantFrom(null, 'H100', 'A100'),
  attributes: fc.record({ uuid: fc.constantFrom(null, 'U1', 'U2', 'U3'), speed: fc.constantFrom(null, 1, 2) }),
  counters: fc.record({ errors: fc.constantFrom(null, 0, 1) }),
});
const anyLook = fc
  .tuple(
    fc.uniqueArray(anyPart, { selector: ({ kind, slot }) => `${kind} ${slot}`, maxLength: 8 }),
    fc.subarray(['gpu', 'dimm', 'nic'] as const),
  )
  .map(([values, kinds]) =>
    look(
      values.map((value) => part(value as Partial<Part>)),
      kinds,
    ),
  );
const modes = fc.constantFrom('time' as const, 'nodes' as const);

describe('compareParts of any two looks', () => {
  it('is symmetric', () => {
    const opposite = { added: 'removed', removed: 'added' } as Readonly<Record<string, string>>;
    const turned = ({ relation, before, after }: PartPair) => [
      opposite[relation] ?? relation,
      after?.kind ?? before?.kind,
      after?.slot ?? null,
      before?.slot ?? null,
    ];
    const plain = ({ relation, before, after }: PartPair) => [
      relation,
      before?.kind ?? after?.kind,
      before?.slot ?? null,
      after?.slot ?? null,
    ];
    const lines = (values: unknown[][]) => values.map((value) => JSON.stringify(value)).sort();
    fc.assert(
      fc.property(anyLook, anyLook, modes, (one, other, mode) => {
        expect(lines(compareParts(one, other, mode).pairs.map(plain))).toEqual(
          lines(compareParts(other, one, mode).pairs.map(turned)),
        );
      }),
    );
  });

  it('finds nothing different in a look and itself', () => {
    fc.assert(
      fc.property(anyLook, modes, (one, mode) => {
        expect(compareParts(one, one, mode).pairs.filter(({ isDifferent }) => isDifferent)).toEqual([]);
      }),
    );
  });

  it('names each part once', () => {
    fc.assert(
      fc.property(anyLook, anyLook, modes, (one, other, mode) => {
        const { pairs } = compareParts(one, other, mode);
        expect(new Set(pairs.flatMap(({ before }) => before ?? []))).toEqual(new Set(one.parts));
        expect(pairs.flatMap(({ before }) => before ?? [])).toHaveLength(one.parts.length);
        expect(pairs.flatMap(({ after }) => after ?? [])).toHaveLength(other.parts.length);
      }),
    );
  });

  it('removes nothing of a kind that was not read', () => {
    fc.assert(
      fc.property(anyLook, anyLook, modes, (one, other, mode) => {
        const { pairs } = compareParts(one, other, mode);
        for (const { kind, relation } of pairs) {
          if (relation === 'removed') expect(other.knownKinds).toContain(kind);
          if (relation === 'added') expect(one.knownKinds).toContain(kind);
        }
      }),
    );
  });
});

it('takes nothing that one look could not tell for equal', () => {
  const gpu = (attributes: Record<string, string | null>) => look([part({ slot: '1b', attributes })]);
  const { pairs } = compareParts(
    gpu({ eccMode: 'Enabled', vbiosVersion: '96', migMode: null }),
    gpu({ eccMode: null, vbiosVersion: '96', migMode: null }),
    'nodes',
  );
  const states = pairs.flatMap(({ attributes }) => attributes.map(({ name, state }) => [name, state]));
  expect([Object.fromEntries(states), countUncompared(pairs)]).toEqual([
    { model: 'same', eccMode: 'unknown', vbiosVersion: 'same', migMode: 'unknown' },
    1,
  ]);
});
