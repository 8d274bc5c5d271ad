import { severities } from '#shared/domain/finding';
import { type Annotation, type AnnotationKind, annotationKinds } from '#shared/domain/telemetry/annotation';
import type { TimeWindow } from './time-axis';

/** Annotations that stand in one place of a lane. */
export interface LaneItem {
  readonly annotations: readonly Annotation[];
  /** Shares of the lane's width. */
  readonly from: number;
  readonly to: number;
  /** Long enough to be seen as long. */
  readonly isSpan: boolean;
  /** What goes on at the same time lies in rows below each other. */
  readonly row: number;
}

export interface Lane {
  readonly kind: AnnotationKind;
  readonly rows: number;
  readonly items: readonly LaneItem[];
}

/** Moments closer than this share of the width can't be hit apart. */
const APART = 0.008;
/** More that go on at the same time become one item of the last row. */
const MOST_ROWS = 4;

/** A lane for each kind that something is known of, in the order of kinds. What still goes on ends at the right edge. */
export function lanesOf(annotations: readonly Annotation[], { fromMs, toMs }: TimeWindow): Lane[] {
  const shareOf = (atMs: number) => Math.min(1, Math.max(0, (atMs - fromMs) / (toMs - fromMs)));
  return annotationKinds.flatMap((kind) => {
    const lane = new LaneOfItems();
    for (const annotation of annotations) {
      if (annotation.kind !== kind) continue;
      const endMs = endOf(annotation) ?? toMs;
      if (annotation.atMs > toMs || endMs < fromMs) continue;
      lane.add(annotation, shareOf(annotation.atMs), shareOf(endMs));
    }
    const { items, rows } = lane;
    return items.length > 0 ? [{ kind, items, rows }] : [];
  });
}

type Growing = { -readonly [key in keyof LaneItem]: LaneItem[key] } & { readonly annotations: Annotation[] };

class LaneOfItems {
  readonly items: Growing[] = [];
  /** The last item of each row. */
  readonly #last: Growing[] = [];
  #moments: Growing | null = null;

  get rows(): number {
    return this.#last.length;
  }

  add(annotation: Annotation, from: number, to: number): void {
    const isSpan = to - from >= APART;
    if (!isSpan && this.#moments && from - this.#moments.from < APART) {
      join(this.#moments, annotation, to);
      return;
    }
    const free = this.#last.findIndex((last) => from >= Math.max(last.to, last.from + APART));
    const row = free === -1 ? this.#last.length : free;
    const last = this.#last[MOST_ROWS - 1];
    if (row === MOST_ROWS && last) {
      join(last, annotation, to);
      return;
    }
    const item = { annotations: [annotation], from, to, isSpan, row };
    this.items.push(item);
    this.#last[row] = item;
    if (!isSpan) this.#moments = item;
  }
}

function join(item: Growing, annotation: Annotation, to: number): void {
  item.annotations.push(annotation);
  item.to = Math.max(item.to, to);
  item.isSpan = item.to - item.from >= APART;
}

/** Null: it still goes on. */
export function endOf(annotation: Annotation): number | null {
  const { kind, atMs, untilMs } = annotation;
  if (untilMs !== null) return untilMs;
  return kind === 'event' || kind === 'protection' ? atMs : null;
}

/** The worst that one of them says. */
export function toneOfItem({ annotations }: LaneItem): (typeof severities)[number] | undefined {
  const told = annotations.map((one) => ('severity' in one && one.severity ? severities.indexOf(one.severity) : -1));
  return severities[Math.max(...told)];
}
