/** What a series is of, in words. */
export interface ChartSubject {
  /** Unique in the fleet; see subjectId. */
  readonly id: string;
  readonly hostId: string;
  /** See subjectKey. */
  readonly key: string;
  readonly label: string;
}

export function subjectId(hostId: string, key: string): string {
  return `${hostId}\n${key}`;
}

/** The same for the same subjects in the same order, and short. */
export function subjectsKey(subjects: readonly ChartSubject[]): string {
  let hash = 5381;
  for (const { id } of subjects) {
    for (let at = 0; at < id.length; at += 1) hash = (hash * 33 + id.charCodeAt(at)) | 0;
  }
  return `${subjects.length}.${hash}`;
}
