import type { Answers } from '#shared/domain/diagnosis';
import { isRunning, progressOf, type Strands } from '#shared/domain/strands/strands';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { engine } from '../../../rpc/client';
import { type Call, useCall } from '../../../rpc/use-call';
import { trackRun } from '../../../stores/track-run';

export interface StrandsStart {
  treeId: string;
  hostIds: readonly string[];
  /** Answers by step id that are used without asking. */
  answers?: Record<string, Answers>;
}

/** Starts a tree on many nodes and opens it; the status bar has it for as long as nodes are read. */
export function useStartStrands(): Call<[StrandsStart], void> {
  const { t } = useWords();
  return useCall(async (signal, { treeId, hostIds, answers }: StrandsStart) => {
    const { id: strandsId } = await engine.strands.start({ treeId, hostIds: [...hostIds], answers }, { signal });
    void trackRun<Strands>({
      title: t('strands.reading', { count: hostIds.length }),
      watch: (ended) => engine.strands.watch({ strandsId }, { signal: ended }),
      progressOf: (strands) => (isRunning(strands) ? progressOf(strands) : null),
      cancel: () => engine.strands.cancel({ strandsId }),
    });
    navigate({ screen: 'diagnose', strandsId });
  });
}
