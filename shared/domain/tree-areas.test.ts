import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { byArea, treeAreas } from './tree-areas';

it('has a place for each built-in tree, and for no other', () => {
  const built = readdirSync(new URL('../knowledge/trees', import.meta.url))
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('.cases.yaml'))
    .map((file) => file.replace('.yaml', ''));
  expect(Object.values(treeAreas).flat().sort()).toEqual(built.sort());
});

it('puts trees in their area’s order and the user’s own last', () => {
  const trees = ['power', 'my-tree', 'gpu-overheating', 'slow-storage'].map((id) => ({ id }));
  expect(byArea(trees).map(({ area, trees: of }) => [area, ...of.map(({ id }) => id)])).toEqual([
    ['heatAndPower', 'gpu-overheating', 'power'],
    ['storage', 'slow-storage'],
    ['own', 'my-tree'],
  ]);
});
