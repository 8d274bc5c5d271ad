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
  const [last, setLast] = useState<{
    text: string;
    tests: string | undefined;
    found: Examination | null;
    error: unknown;
  } | null>(null);
  const [text, tests] = [tree?.text, cases?.text];
  const wanted = useRef({ tree, cases });
  wanted.current = { tree, cases };

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new engine is a reason to ask again
  useEffect(() => {
    if (text === undefined) return;
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      const { tree: file, cases: casesFile } = wanted.current;
      if (!file) return;
      try {
        const found = await engine.ownTrees.examine(
          { ...file, ...(casesFile && { cases: casesFile }) },
          { signal: controller.signal },
        );
        if (controller.signal.aborted) return;
        setLast((before) => ({ text, tests, found: keepingGraph(found, before?.found ?? null), error: null }));
      } catch (error) {
        if (!controller.signal.aborted) setLast((before) => ({ text, tests, found: before?.found ?? null, error }));
      }
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, tests, generation]);

  const isCurrent = last !== null && last.text === text && last.tests === tests;
  return { found: last?.found ?? null, error: isCurrent ? last.error : null, isCurrent };
}

/** The graph before this one where they are alike, so that a word that changes nothing of the drawing redraws nothing of it. */
function keepingGraph(found: Examination, before: Examination | null): Examination {
  const graph = before?.graph ?? null;
  return JSON.stringify(found.graph) === JSON.stringify(graph) ? { ...found, graph } : found;
}
