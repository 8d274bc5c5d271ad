import { subjectOf } from '#shared/domain/telemetry/frame';
import { silentAfterMs } from '../families';
import type { Labels } from '../served-nodes';
import type { OwnedSeries } from './delivery';

export interface SentSubject {
  /** The names of the series that were known last. */
  readonly known: Set<string>;
  labels: Labels;
  lastMs: number;
}

/** The subjects of which something was sent, until nothing comes of them any more. */
export class SentSubjects {
  readonly #subjects = new Map<string, SentSubject>();

  of(hostId: string, subject: string): SentSubject {
    const key = `${hostId} ${subject}`;
    const known = this.#subjects.get(key) ?? { known: new Set<string>(), labels: {}, lastMs: 0 };
    this.#subjects.set(key, known);
    return known;
  }

  /** The ends of the series of those that are silent; they are forgotten. */
  ends(nowMs: number): OwnedSeries[] {
    const ends: OwnedSeries[] = [];
    for (const [key, { known, labels, lastMs }] of this.#subjects) {
      const { kind } = subjectOf(key.slice(key.indexOf(' ') + 1));
      if (nowMs - lastMs <= silentAfterMs(kind)) continue;
      this.#subjects.delete(key);
      if (labels.instance === undefined) continue;
      for (const name of known) {
        // Just after the last one, so that what comes late is still in order.
        ends.push({ labels: { __name__: name, ...labels }, samples: [[lastMs + 1, Number.NaN]], owner: null });
      }
    }
    return ends;
  }
}
