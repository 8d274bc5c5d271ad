import { useEffect, useState } from 'react';
import type { TreeGraph } from '#shared/domain/diagnosis';
import { layoutInWorker } from './elk-engine';
import { type GraphLayout, layoutKey } from './graph-layout';
import { graphModel } from './graph-model';
import { shippedLayout } from './shipped-layout';

export type LayoutState =
  | { readonly kind: 'drawing' }
  | { readonly kind: 'drawn'; readonly layout: GraphLayout }
  | { readonly kind: 'failed' };

/** Layouts by what is drawn, as it is the same for every run on a tree and each time the tree is loaded. */
const known = new Map<string, GraphLayout>();
const knownLimit = 30;

/** The layout of a tree: the one it was shipped with, else computed once. */
export function useGraphLayout(tree: TreeGraph): LayoutState {
  const key = layoutKey(graphModel(tree, null));
  const [failedKey, setFailedKey] = useState<string | null>(null);
  const [, setDoneKey] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for everything that is drawn of the tree
  useEffect(() => {
    if (known.has(key)) return;
    let isCurrent = true;
    layoutOf(tree).then(
      (layout) => {
        const [oldest] = known.keys();
        if (known.size >= knownLimit && oldest !== undefined) known.delete(oldest);
        known.set(key, layout);
        if (isCurrent) setDoneKey(key);
      },
      (error: unknown) => {
        console.error('The tree could not be laid out:', error);
        if (isCurrent) setFailedKey(key);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [key]);
  const layout = known.get(key);
  if (layout) return { kind: 'drawn', layout };
  return { kind: failedKey === key ? 'failed' : 'drawing' };
}

async function layoutOf(tree: TreeGraph): Promise<GraphLayout> {
  return (await shippedLayout(tree)) ?? layoutInWorker(graphModel(tree, null));
}
