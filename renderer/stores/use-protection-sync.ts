import { engine } from '../rpc/client';
import { useStream } from '../rpc/use-stream';
import { applyProtection } from './protection-store';

/** Keeps the protection store current while mounted; the shell mounts it once. */
export function useProtectionSync(): void {
  useStream(
    'protection',
    (signal) => engine.protection.watch(undefined, { signal }),
    (told) => {
      const newest = told.at(-1);
      if (newest) applyProtection(newest);
    },
  );
}
