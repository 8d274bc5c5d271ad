import { type Annotation, type AnnotationKind, annotationKinds } from '#shared/domain/telemetry/annotation';
import type { TimeWindow } from './time-axis';

/** Annotations that stand in one place of a lane; a span stands alone. */
export interface LaneItem {
  readonly annotations: readonly Annotation[];
  /** Shares of the lane's width. */
  readonly from: number;
  readonly to: number;
}

export interface Lane {
  readonly kind: AnnotationKind;
  readonly items: readonly LaneItem[];
}

/** Moments closer than this share of the width can't be hit apart. */
const APART = 0.008;

/** A lane for each kind that something is known of, in the order of kinds. What still goes on ends at the right edge. */
export function lanesOf(annotations: readonly Annotation[], { fromMs, toMs }: TimeWindow): Lane[] {
  const shareOf = (atMs: number) => Math.min(1, Math.max(0, (atMs - fromMs) / (toMs - fromMs)));
  return annotationKinds.flatMap((kind) => {
    const items: LaneItem[] = [];
    let moments: { annotations: Annotation[]; from: number; to: number } | null = null;
    for (const annotation of annotations) {
      if (annotation.kind !== kind) continue;
      const endMs = endOf(annotation) ?? toMs;
      if (annotation.atMs > toMs || endMs < fromMs) continue;
      const [from, to] = [shareOf(annotation.atMs), shareOf(endMs)];
      if (to - from >= APART) {
        items.push({ annotations: [annotation], from, to });
      } else if (moments && from - moments.from < APART) {
        moments.annotations.push(annotation);
        moments.to = to;
      } else {
        moments = { annotations: [annotation], from, to };
        items.push(moments);
      }
    }
    return items.length > 0 ? [{ kind, items }] : [];
  });
}

/** Null: it still goes on. */
export function endOf(annotation: Annotation): number | null {
  const { kind, atMs, untilMs } = annotation;
  if (untilMs !== null) return untilMs;
  return kind === 'event' || kind === 'protection' ? atMs : null;
}
