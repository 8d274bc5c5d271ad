import { describe, expect, it } from 'vitest';
import { builtInTrees, compileTrees } from './tree-library';

describe('built-in trees', () => {
  it('load without a problem', () => {
    expect(compileTrees(builtInTrees()).problems).toEqual([]);
  });
});
