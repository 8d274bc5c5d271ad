import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packOutput, unpackOutput } from './packed-output';

it('gives back exactly what was packed, and never takes more room', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat(40), (piece, times) => {
      const bytes = Buffer.concat(Array.from({ length: times }, () => piece));
      const packed = packOutput(bytes);
      expect(packed.bytes.byteLength).toBeLessThanOrEqual(bytes.byteLength);
      expect(Buffer.from(unpackOutput(packed)).equals(bytes)).toBe(true);
    }),
  );
});

it('keeps a report of a node in a tenth of its bytes', () => {
  const report = Buffer.from(
    '<gpu id="0000"><fan_speed>N/A</fan_speed><temperature>41 C</temperature></gpu>\n'.repeat(500),
  );
  expect(packOutput(report).bytes.byteLength).toBeLessThan(report.byteLength / 10);
});

it('says so when the bytes are damaged, and does not let them grow without bound', () => {
  const { bytes } = packOutput(Buffer.alloc(5000));
  expect(() => unpackOutput({ bytes: bytes.subarray(0, 4), isDeflated: true })).toThrow();
});
