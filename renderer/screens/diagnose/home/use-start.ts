import { navigate } from '../../../app/router';
import { useEngine } from '../../../rpc/client';
import { type Call, useCall } from '../../../rpc/use-call';

/** Starts a diagnosis and opens it. */
export function useStart(): Call<[treeId: string, hostId: string], void> {
  const engine = useEngine();
  return useCall(async (signal, treeId: string, hostId: string) => {
    const run = await engine.diagnosis.start({ treeId, hostId }, { signal });
    navigate({ screen: 'diagnose', runId: run.id });
  });
}
