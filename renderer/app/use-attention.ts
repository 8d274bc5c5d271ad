import { engine } from '../rpc/client';
import { useStream } from '../rpc/use-stream';
import { useVisibleSinceMs } from '../rpc/use-visible-since';

/** Tells the engine for how long the window can be seen: hosts are sampled more seldom while nobody can. */
export function useAttention(): void {
  const isVisible = useVisibleSinceMs() !== null;
  useStream(
    isVisible ? 'attention' : null,
    (signal) => engine.telemetry.attend(undefined, { signal }),
    () => {},
  );
}
