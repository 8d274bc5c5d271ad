import type { InferContractRouterOutputs } from '@orpc/contract';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { contract } from '#shared/contract/index';
import { engine, useConnection } from '../../../rpc/client';
import type { LiveText, OpenFile } from './use-own-file';

export type Examination = InferContractRouterOutputs<typeof contract>['ownTrees']['examine'];

const pauseMs = 250;

interface Answered {
  readonly text: string;
  readonly tests: string | null;
  readonly found: Examination | null;
  readonly error: unknown;
}

/**
 * What the checker says to the text, a moment after typing paused. One check is under way at a time; the last answer stays
 * until the next, `isCurrent` says whether it is of this text.
 */
export function useExamination(tree: Pick<OpenFile, 'name' | 'text'>, cases: Pick<OpenFile, 'name' | 'text'>) {
  const generation = useConnection((state) => state.generation);
  const [last, setLast] = useState<Answered | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new engine is a reason to ask again
  useEffect(() => {
    let asked: { text: string; tests: string | null } | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let controller = new AbortController();
    const check = async () => {
      const text = tree.text.read();
      if (text === undefined) return;
      const tests = testsOf(cases.text);
      asked = { text, tests };
      controller = new AbortController();
      const { signal } = controller;
      try {
        const found = await engine.ownTrees.examine(
          { name: tree.name, text, ...(tests !== null && { cases: { name: cases.name, text: tests } }) },
          { signal },
        );
        if (signal.aborted) return;
        setLast((before) => ({ text, tests, found: keepingGraph(found, before?.found ?? null), error: null }));
      } catch (error) {
        if (!signal.aborted) setLast((before) => ({ text, tests, found: before?.found ?? null, error }));
      }
    };
    const onChange = () => {
      // A file that was saved has another version and the same text.
      if (asked?.text === tree.text.read() && asked?.tests === testsOf(cases.text)) return;
      asked = null;
      controller.abort();
      clearTimeout(timer);
      timer = setTimeout(check, pauseMs);
    };
    onChange();
    const stops = [tree.text.subscribe(onChange), cases.text.subscribe(onChange)];
    return () => {
      for (const stop of stops) stop();
      clearTimeout(timer);
      controller.abort();
    };
  }, [tree.name, tree.text, cases.name, cases.text, generation]);

  const subscribe = useCallback(
    (onChange: () => void) => {
      const stops = [tree.text.subscribe(onChange), cases.text.subscribe(onChange)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    [tree.text, cases.text],
  );
  const isCurrent = useSyncExternalStore(
    subscribe,
    () => last !== null && last.text === tree.text.read() && last.tests === testsOf(cases.text),
  );
  return { found: last?.found ?? null, error: isCurrent ? last?.error : null, isCurrent };
}

/** Null: there are none. */
function testsOf({ read }: LiveText): string | null {
  const text = read();
  return text === undefined || text.trim() === '' ? null : text;
}

/** The graph before this one where they are alike, so that a word that changes nothing of the drawing redraws nothing of it. */
function keepingGraph(found: Examination, before: Examination | null): Examination {
  const graph = before?.graph ?? null;
  return JSON.stringify(found.graph) === JSON.stringify(graph) ? { ...found, graph } : found;
}
