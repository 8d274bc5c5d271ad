import { navigate } from '../../../app/router';
import { useStartDiagnosis } from '../../../findings/start-diagnosis';
import { type Call, useCall } from '../../../rpc/use-call';

/** Starts a diagnosis and opens it. */
export function useStart(): Call<[treeId: string, hostId: string], void> {
  const startDiagnosis = useStartDiagnosis();
  return useCall(async (signal, treeId: string, hostId: string) => {
    const run = await startDiagnosis({ treeId, hostId }, signal);
    navigate({ screen: 'diagnose', runId: run.id });
  });
}
