import { expect, it } from 'vitest';
import type { TreeSummary } from '../../../findings/use-trees';
import { searchTrees, xidIn } from './search-trees';

const tree = (id: string, more: Partial<TreeSummary>): TreeSummary => ({
  id,
  title: { en: id },
  symptoms: [],
  introduction: null,
  probes: [],
  isBuiltIn: true,
  ...more,
});
const trees = [
  tree('vram-shortage', {
    title: { en: 'Not enough GPU memory', 'zh-CN': '显存不足' },
    symptoms: [{ en: 'CUDA out of memory' }],
    findingCodes: ['F-A1'],
  }),
  tree('gpu-missing', { title: { en: 'GPU missing', 'zh-CN': '找不到 GPU' } }),
];
const xids = [
  { code: 79, tree: 'gpu-missing' },
  { code: 13, tree: null },
];

it.each([
  ['', ['vram-shortage', 'gpu-missing']],
  ['memory CUDA', ['vram-shortage']],
  ['显存', ['vram-shortage']],
  ['f-a1', ['vram-shortage']],
  ['Xid 79', ['gpu-missing']],
  ['79', ['gpu-missing']],
  ['xid 13', []],
  ['nothing like it', []],
])('finds for “%s” %s', (query, ids) => {
  expect(searchTrees(trees, query, xids).map(({ id }) => id)).toEqual(ids);
});

it('takes no other number for a code', () => {
  expect(['Xid:79', 'SXid 12028', '5 µs', 'xid'].map(xidIn)).toEqual([79, 12028, null, null]);
});
