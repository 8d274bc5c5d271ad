import type { Moment } from '#shared/contract/telemetry';
import type { LiveRow } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { engine } from '../rpc/client';
import { useStream } from '../rpc/use-stream';
import { useVisibleSinceMs } from '../rpc/use-visible-since';
import { stepOf } from './replay-clock';
import { useIsReplaying, useReplay } from './replay-store';

interface Wanted {
  /** Without hosts: of all of them. */
  readonly hostIds?: string[];
  readonly metrics: MetricId[];
}

/** Rows that changed; with a time, all that were known then, and what is not among them was not. */
export type TakeRows = (rows: readonly LiveRow[], replayedMs: number | null) => void;

/**
 * The newest values for as long as the window can be seen: of now, or of the time that is played back. `key` stands for what
 * is wanted.
 */
export function useLiveValues(key: string, wanted: Wanted, onRows: TakeRows): ReturnType<typeof useStream> {
  const isReplaying = useIsReplaying();
  const isVisible = useVisibleSinceMs() !== null;
  return useStream<LiveRow[] | Moment>(
    isVisible ? `${isReplaying ? 'replay' : 'live'}/${key}` : null,
    async (signal): Promise<AsyncIterable<LiveRow[] | Moment>> =>
      isReplaying ? moments(wanted, signal) : engine.telemetry.live(wanted, { signal }),
    (items) => {
      const last = items.at(-1);
      if (last === undefined) return;
      if (Array.isArray(last))
        onRows(
          items.flatMap((item) => (Array.isArray(item) ? item : [])),
          null,
        );
      else {
        useReplay.setState({ tierMs: last.tierMs });
        onRows(last.rows, last.atMs);
      }
    },
  );
}

/** One answer after the other: where reading takes long, times are passed over and nothing piles up. */
async function* moments(wanted: Wanted, signal: AbortSignal): AsyncGenerator<Moment> {
  let shown = '';
  while (!signal.aborted) {
    const { replay } = useReplay.getState();
    if (!replay) return;
    const stepMs = stepOf(replay);
    const now = `${replay.atMs} ${stepMs}`;
    if (now === shown) await nextChange(signal);
    else {
      shown = now;
      yield await engine.telemetry.at({ ...wanted, atMs: replay.atMs, stepMs }, { signal });
    }
  }
}

function nextChange(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      unsubscribe();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const unsubscribe = useReplay.subscribe(({ replay }, before) => {
      if (replay !== before.replay) done();
    });
    signal.addEventListener('abort', done);
  });
}
