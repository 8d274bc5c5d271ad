import { useState } from 'react';
import type { EngineState } from '#shared/contract/native';
import { native, useConnection } from '../rpc/client';
import { useStream } from '../rpc/use-stream';

/** The engine process as its supervisor tells it, or, without a supervisor, as the connection looks from here. */
export function useEngineState(): EngineState | { kind: 'disconnected' } {
  const { isConnected, hasNative, generation } = useConnection();
  const [told, setTold] = useState<EngineState | null>(null);
  useStream(
    hasNative ? 'engine-state' : null,
    (signal) => native.engine.state(undefined, { signal }),
    (states) => setTold(states.at(-1) ?? null),
  );
  if (told && (told.kind !== 'running' || isConnected)) return told;
  if (isConnected) return { kind: 'running' };
  return generation === 0 ? { kind: 'starting', problem: null } : { kind: 'disconnected' };
}
