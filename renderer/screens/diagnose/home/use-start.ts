import { navigate } from '../../../app/router';
import { type Call, useCall } from '../../../rpc/use-call';
import { useStartDiagnosis } from '../start-diagnosis';

/** Starts a diagnosis and opens it. */
export function useStart(): Call<[treeId: string, hostId: string], void> {
  const startDiagnosis = useStartDiagnosis();
  return useCall(async (signal, treeId: string, hostId: string) => {
    const run = await startDiagnosis({ treeId, hostId }, signal);
    navigate({ screen: 'diagnose', runId: run.id });
  });
}
