import { isDeepStrictEqual } from 'node:util';
import type { EventPublisher } from '@orpc/server';
import { onForeignWrite } from './foreign-writes';
import type { Store } from './store';

/** What has become of a run, by its id; null: it is to be read again. */
export type RunChanges<Run> = EventPublisher<Record<string, Run | null>>;

export interface WatchedRun<Run> {
  readonly store: Store;
  readonly changes: RunChanges<Run>;
  readonly runId: string;
  /** The run as it stands. */
  readonly read: () => Run;
  /** Another process carries it out. */
  readonly isElsewhere: (run: Run) => boolean;
  /** After such a run nothing more is told. */
  readonly isLast: (run: Run) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A run as it stands, then each change: those of `changes`, and about a second later those of another process. */
export async function* watchRun<Run>(options: WatchedRun<Run>): AsyncGenerator<Run> {
  const { store, changes, runId, read, isElsewhere, isLast, signal } = options;
  let run = read();
  const told = changes.subscribe(runId, { signal });
  const stopLooking = onForeignWrite(
    store,
    () => changes.publish(runId, null),
    () => isElsewhere(run),
  );
  try {
    yield run;
    while (!isLast(run)) {
      const { value, done } = await told.next();
      if (done) return;
      const next = value ?? read();
      if (isDeepStrictEqual(next, run)) continue;
      run = next;
      yield run;
    }
  } finally {
    stopLooking();
    await told.return(undefined);
  }
}
