import type { Scan } from '#shared/domain/scan/scan';
import { useWords } from '../app/i18n';
import { navigate } from '../app/router';
import { engine } from '../rpc/client';
import { type Call, useCall } from '../rpc/use-call';
import { trackRun } from './track-run';

/** Starts a scan and opens it; the status bar has it for as long as it runs. */
export function useStartScan(): Call<[hostIds: readonly string[]], void> {
  const { t } = useWords();
  return useCall(async (signal, hostIds: readonly string[]) => {
    const { id: scanId } = await engine.scan.start({ hostIds: [...hostIds] }, { signal });
    void trackRun<Scan>({
      title: t('scan.running', { count: hostIds.length }),
      watch: (ended) => engine.scan.watch({ scanId }, { signal: ended }),
      progressOf: ({ state, nodes }) => (state === 'running' ? progressOf(nodes) : null),
      cancel: () => engine.scan.cancel({ scanId }),
    });
    navigate({ screen: 'diagnose', scanId });
  });
}

/** Over all nodes, by their probes. */
function progressOf(nodes: Scan['nodes']): { done: number; total: number } {
  return nodes.reduce(
    ({ done, total }, { progress }) => ({ done: done + progress.done, total: total + progress.total }),
    { done: 0, total: 0 },
  );
}
