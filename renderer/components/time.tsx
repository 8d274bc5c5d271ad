import { useFormat } from './format';
import { useNow } from './use-now';

/** A moment as its age, the exact time on hover. */
export function Ago({ atMs }: { atMs: number }) {
  const format = useFormat();
  const now = useNow();
  return (
    <time dateTime={new Date(atMs).toISOString()} title={format.dateTime(atMs)}>
      {format.ago(atMs, Math.max(now, atMs))}
    </time>
  );
}

/** A moment as clock time, with the date when it was another day. */
export function Time({ atMs }: { atMs: number }) {
  const format = useFormat();
  return <time dateTime={new Date(atMs).toISOString()}>{format.time(atMs)}</time>;
}
