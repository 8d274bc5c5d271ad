import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyDelta, type JsonObject, jsonDelta } from './json-delta';

const values = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 });

it('turns any object into any other', () => {
  fc.assert(
    fc.property(values, values, (from, to) => {
      const [one, other] = [JSON.parse(JSON.stringify(from)), JSON.parse(JSON.stringify(to))] as JsonObject[];
      if (!one || !other) return;
      expect(applyDelta(one, JSON.parse(JSON.stringify(jsonDelta(one, other))))).toEqual(other);
    }),
  );
});

it('says nothing where nothing differs, and only what does', () => {
  const before = { gpu: { '1b': { vbios: '96', ecc: null }, '43': { vbios: '96' } } };
  expect(jsonDelta(before, structuredClone(before))).toBeNull();
  expect(jsonDelta(before, { gpu: { '1b': { vbios: '97', ecc: null } } })).toEqual({
    c: { gpu: { d: ['43'], c: { '1b': { s: { vbios: '97' } } } } },
  });
});
