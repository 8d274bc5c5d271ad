import { type ExpectedGpus, expectedGpus } from '#shared/domain/expected-gpus';
import type { Profile } from '#shared/domain/profile/profile';
import type { PartsHistory } from '../../inventory/parts-history';
import type { Store } from '../../store/store';
import { DiagnosisRepository } from './diagnosis-repository';

export interface ExpectedGpusDeps {
  readonly store: Store;
  readonly history: Pick<PartsHistory, 'gpuStays'>;
  readonly profiles: { assigned(hostId: string): Profile | null };
}

/** Where the built-in tree asks for it. */
const question = { treeId: 'gpu-missing', stepId: 'how-many', field: 'count' };

/** How many NVIDIA GPUs a node should have: by its profile, by what was answered in a diagnosis, by what was seen at it. */
export function createExpectedGpus({
  store,
  history,
  profiles,
}: ExpectedGpusDeps): (hostId: string) => ExpectedGpus | null {
  const runs = new DiagnosisRepository(store);
  return (hostId) => {
    const said = runs.lastAnswer({ ...question, hostId });
    const answer = typeof said?.value === 'number' ? { count: said.value, atMs: said.atMs } : null;
    return expectedGpus({ profile: profiles.assigned(hostId), answer, stays: history.gpuStays(hostId) });
  };
}
