import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinctIdentities, identitiesOf, usableIdentity } from './identities';
import { part } from './testing/parts';

describe('usableIdentity', () => {
  it.each([
    '',
    '  ',
    'N/A',
    '[N/A]',
    'Unknown',
    'Not Specified',
    'No DIMM',
    'NO DIMM',
    'To Be Filled By O.E.M.',
    'Default string',
    '00000000',
    '0x0000000000000000',
    'FFFFFFFF',
    'ff:ff:ff:ff:ff:ff',
    '00000000-0000-0000-0000-000000000000',
    '123456789',
    'System Serial Number',
    '................',
    '0',
    'To be filled by O.E.M',
    'Filled By O.E.M.',
    'SerNum0',
    'Unknow',
    'Default_String',
    '0123456789ABCDEF',
    'INVALID',
    'QM00001',
    'drive-scsi0',
    '03000200-0400-0500-0006-000700080009',
  ])('takes %j for no identity', (text) => {
    expect(usableIdentity(text)).toBeNull();
  });

  it.each([
    '1650323012345',
    'GPU-2f1c1b5e-0d7c-9e7c-8d0a-3d2f0f3f1a11',
    'S666NE0R802510',
    '80AD032145AB12CD34',
    '94:6d:ae:10:4c:02',
    '12345678A',
  ])('takes %j for one', (text) => {
    expect(usableIdentity(text)).toBe(text);
  });

  it('takes any text without failing', () => {
    fc.assert(fc.property(fc.string(), (text) => [null, text.trim()].includes(usableIdentity(text))));
  });
});

describe('identitiesOf', () => {
  it('names the serial number first and then what other attributes tell', () => {
    const gpu = part({ identity: '1650323012345', attributes: { uuid: 'GPU-1', vbiosVersion: '96.00' } });
    expect(identitiesOf(gpu)).toEqual([
      { name: 'serial', value: '1650323012345' },
      { name: 'uuid', value: 'GPU-1' },
    ]);
  });

  it('names a UUID that stands in for a serial number once', () => {
    expect(identitiesOf(part({ identity: 'GPU-1', attributes: { uuid: 'GPU-1' } }))).toEqual([
      { name: 'uuid', value: 'GPU-1' },
    ]);
  });

  it('does not tell two parts by what they share', () => {
    const first = part({ slot: '1b', identity: 'BOARD', attributes: { uuid: 'GPU-1' } });
    const second = part({ slot: '1c', identity: 'BOARD', attributes: { uuid: 'GPU-2' } });
    const disk = part({ kind: 'disk', slot: 'sda', identity: 'BOARD' });
    const names = (one: typeof first) =>
      distinctIdentities([first, second, disk])
        .get(one)
        ?.map(({ value }) => value);
    expect([names(first), names(second), names(disk)]).toEqual([['GPU-1'], ['GPU-2'], ['BOARD']]);
  });
});
