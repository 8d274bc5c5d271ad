import type { InferContractRouterOutputs } from '@orpc/contract';
import { useMemo } from 'react';
import type { contract } from '#shared/contract/index';
import { useWords } from '../app/i18n';
import { engine } from '../rpc/client';
import { type Query, useQuery } from '../rpc/use-query';

export type TreeList = InferContractRouterOutputs<typeof contract>['trees']['list'];
export type TreeSummary = TreeList['trees'][number];
export type RunSummary = InferContractRouterOutputs<typeof contract>['diagnosis']['list'][number];

/** Every diagnosis there is, and the files that could not be loaded. */
export function useTrees(): Query<TreeList> {
  return useQuery('trees.list', (signal) => engine.trees.list(undefined, { signal }));
}

/** Titles by tree id, in the user's language. */
export function useTreeTitles(): ReadonlyMap<string, string> {
  const { data } = useTrees();
  const { localized } = useWords();
  return useMemo(() => new Map(data?.trees.map((tree) => [tree.id, localized(tree.title)])), [data, localized]);
}
