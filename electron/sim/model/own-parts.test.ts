import { expect, it } from 'vitest';
import { dgxH100 } from '../profiles';
import { ownParts } from './own-parts';

it('gives two machines of one make no serial number and no address in common', () => {
  const identities = (name: string) => {
    const { dimms, disks, nics } = ownParts(dgxH100, name);
    return [...dimms.map(({ serial }) => serial), ...disks.map(({ serial }) => serial), ...nics.map(({ mac }) => mac)];
  };
  const all = ['dgx01', 'dgx02', 'dgx40'].flatMap(identities);
  expect(all.length).toBeGreaterThan(100);
  expect(new Set(all).size).toBe(all.length);
});
