import { useMemo } from 'react';
import { useWords } from '../app/i18n';
import { subjectId } from '../charts/chart-subject';
import { useFleet } from '../stores/fleet-store';
import { useNodeGpus } from '../stores/node-gpus';

/** What nodes and their GPUs are called, by their ids. */
export function useNamesOfAll(): ReadonlyMap<string, string> {
  const { t } = useWords();
  const hosts = useFleet((state) => state.hosts);
  const { gpus } = useNodeGpus();
  return useMemo(() => {
    const names = new Map<string, string>();
    for (const { spec } of hosts?.values() ?? []) {
      names.set(spec.id, spec.name);
      for (const { subject, index } of gpus.get(spec.id)?.gpus ?? []) {
        names.set(subjectId(spec.id, subject), `${spec.name} ${t('liveTab.gpu', { index })}`);
      }
    }
    return names;
  }, [hosts, gpus, t]);
}
