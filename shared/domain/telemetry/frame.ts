import type { SubjectKind } from './metric';
import type { MetricId } from './metrics';

export interface Subject {
  readonly kind: SubjectKind;
  /** Empty for the node itself. */
  readonly id: string;
}

/** What one collector measured of one subject at one time; the values stand in the order of the layout, NaN is unknown. */
export interface Frame {
  readonly subject: Subject;
  /** One and the same array for all frames of a track, so that it can be told by identity. */
  readonly layout: readonly MetricId[];
  /** Milliseconds since 1970 by this workstation's clock. */
  readonly atMs: number;
  readonly values: readonly number[];
}

export function subjectKey({ kind, id }: Subject): string {
  return id === '' ? kind : `${kind} ${id}`;
}

export function subjectOf(key: string): Subject {
  const at = key.indexOf(' ');
  return at < 0
    ? { kind: key as SubjectKind, id: '' }
    : { kind: key.slice(0, at) as SubjectKind, id: key.slice(at + 1) };
}
