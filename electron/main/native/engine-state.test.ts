import { describe, expect, it } from 'vitest';
import type { EngineState } from '#shared/contract/native';
import { watchEngineState } from './engine-state';

describe('watchEngineState', () => {
  it('yields the state now, each change, and stops listening when its reader goes away', async () => {
    const listeners = new Set<(state: EngineState) => void>();
    const source = {
      state: { kind: 'starting', problem: null } as EngineState,
      onDidChangeState: (listener: (state: EngineState) => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    const change = (state: EngineState) => {
      for (const listener of listeners) listener(state);
    };
    const seen: EngineState[] = [];
    for await (const state of watchEngineState(source, {})) {
      seen.push(state);
      // Both are told before the reader asks again: neither may be lost.
      if (seen.length === 1) {
        change({ kind: 'running' });
        change({ kind: 'failed', reason: 'no disk', problem: null });
      }
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([
      { kind: 'starting', problem: null },
      { kind: 'running' },
      { kind: 'failed', reason: 'no disk', problem: null },
    ]);
    expect(listeners.size).toBe(0);
  });
});
