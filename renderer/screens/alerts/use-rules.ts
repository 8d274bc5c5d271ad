import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';

/** Rules that are loaded, and what could not be. */
export function useRules() {
  return useQuery('rules.list', (signal) => engine.rules.list(undefined, { signal }));
}
