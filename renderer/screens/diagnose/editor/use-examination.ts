import type { InferContractRouterOutputs } from '@orpc/contract';
import { useEffect, useRef, useState } from 'react';
import type { contract } from '#shared/contract/index';
import { engine, useConnection } from '../../../rpc/client';

export type Examination = InferContractRouterOutputs<typeof contract>['ownTrees']['examine'];
interface NamedText {
  readonly name: string;
  readonly text: string;
}

const pauseMs = 250;

/**
 * What the checker says to the text, a moment after typing paused. One check is under way at a time; the last answer stays
 * until the next, `isCurrent` says whether it is of this text.
 */
export function useExamination(tree: NamedText | null, cases: NamedText | null) {
  const generation = useConnection((state) => state.generation);
  const [last, setLast] = useState<{ key: string; found: Examination | null; error: unknown } | null>(null);
  const key = tree && JSON.stringify([tree, cases]);
  const wanted = useRef({ key, tree, cases });
  wanted.current = { key, tree, cases };

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new engine is a reason to ask again
  useEffect(() => {
    if (key === null) return;
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      const { tree: file, cases: tests } = wanted.current;
      if (!file) return;
      try {
        const found = await engine.ownTrees.examine(
          { ...file, ...(tests && { cases: tests }) },
          { signal: controller.signal },
        );
        if (!controller.signal.aborted) setLast({ key, found, error: null });
      } catch (error) {
        if (!controller.signal.aborted) setLast((before) => ({ key, found: before?.found ?? null, error }));
      }
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [key, generation]);

  return { found: last?.found ?? null, error: last?.key === key ? last?.error : null, isCurrent: last?.key === key };
}
