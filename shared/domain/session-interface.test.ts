import { describe, expect, it } from 'vitest';
import { carriesAddress } from './session-interface';

type Interfaces = Parameters<typeof carriesAddress>[0];
const plain = { addresses: [] as string[], master: null, parent: null };
const interfaces = [
  { ...plain, name: 'lo', addresses: ['127.0.0.1/8'] },
  { ...plain, name: 'eth0', addresses: ['10.0.0.7/24', 'fe80::1/64'] },
  { ...plain, name: 'ens1f0', master: 'bond0' },
  { ...plain, name: 'ens1f1', master: 'bond0' },
  { ...plain, name: 'bond0' },
  { ...plain, name: 'bond0.100', parent: 'bond0', addresses: ['10.9.0.7/16', '2001:db8::7/64'] },
  { ...plain, name: 'ib0', addresses: ['192.168.5.7/24'] },
] as unknown as Interfaces;

describe('carriesAddress', () => {
  it.each([
    ['eth0', '10.0.0.7', true],
    ['eth0', '::ffff:10.0.0.7', true],
    ['eth0', 'fe80::1%eth0', true],
    ['ib0', '10.0.0.7', false],
    // What a VLAN on a bond goes over.
    ['bond0.100', '10.9.0.7', true],
    ['bond0', '10.9.0.7', true],
    ['ens1f0', '2001:DB8::7', true],
    ['ens1f1', '10.9.0.7', true],
    ['eth0', '10.9.0.7', false],
    ['eth0', '127.0.0.1', false],
    ['lo', '127.0.0.1', true],
    ['eth0', '203.0.113.9', null],
  ])('%s of a connection to %s: %s', (name, address, expected) => {
    expect(carriesAddress(interfaces, name, address)).toBe(expected);
  });
});
