import { useMemo } from 'react';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import { useFormat } from '../components/format';
import { endOf } from './annotation-lanes';
import { annotationId } from './annotation-words';
import type { ChartMark } from './chart-overlay';

/** Annotations as charts draw them; the same list as long as it says the same. What goes on marks its beginning alone. */
export function useMarks(
  annotations: readonly Annotation[],
  wordsOf: (one: Annotation) => string,
): readonly ChartMark[] {
  const format = useFormat();
  const marks = annotations.map(
    (one): ChartMark => ({
      id: annotationId(one),
      atMs: one.atMs,
      untilMs: one.kind === 'incident' ? null : endOf(one),
      words: `${format.time(one.atMs)} ${wordsOf(one)}`,
    }),
  );
  const identity = JSON.stringify(marks);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the identity stands for the marks
  return useMemo(() => marks, [identity]);
}
