import { EventEmitter, on } from 'node:events';
import type { EngineState } from '#shared/contract/native';

interface StateSource {
  readonly state: EngineState;
  onDidChangeState(listener: (state: EngineState) => void): () => void;
}

/** Yields the state as it is, then each change until the reader goes away. */
export async function* watchEngineState(
  source: StateSource,
  { signal }: { signal?: AbortSignal },
): AsyncGenerator<EngineState, void, undefined> {
  const emitter = new EventEmitter();
  const stopListening = source.onDidChangeState((state) => emitter.emit('state', state));
  try {
    const changes = on(emitter, 'state', { signal });
    yield source.state;
    for await (const [state] of changes) yield state as EngineState;
  } finally {
    stopListening();
  }
}
