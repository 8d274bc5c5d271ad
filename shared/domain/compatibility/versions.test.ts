import { describe, expect, it } from 'vitest';
import { compareVersions, isAtLeast, majorOf, minorOf } from './versions';

describe('versions', () => {
  it.each([
    ['570.9', '570.26', -1],
    ['570.26', '570.9', 1],
    ['570.124.06', '570.26', 1],
    ['535.54.03', '535.104.05', -1],
    ['580.65.06', '580.65.6', 0],
    ['2.10', '2.9', 1],
    ['12.4', '12.4.0', 0],
    ['450.80.02', '450.36.06', 1],
  ])('%s against %s: part by part, as whole numbers', (one, other, sign) => {
    expect(Math.sign(compareVersions(one, other))).toBe(sign);
  });

  it('takes what stands behind a version for no part of it', () => {
    expect([majorOf('570.133.20'), minorOf('12.4.1'), minorOf('2.5.1+cu124')]).toEqual([570, '12.4', '2.5']);
    expect(isAtLeast('2.5.1+cu124', '2.5.1')).toBe(true);
  });
});
