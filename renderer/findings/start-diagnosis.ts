import type { Answers, DiagnosisRun } from '#shared/domain/diagnosis';
import type { LogSuspicion } from '#shared/domain/kernel-log/log-evidence';
import { useWords } from '../app/i18n';
import { engine } from '../rpc/client';
import { useHostNames } from '../stores/fleet-store';
import { trackRun } from '../stores/track-run';

export interface Start {
  treeId: string;
  hostId: string;
  /** Answers by step id that are used without asking. */
  answers?: Record<string, Answers>;
  /** The line of the node's kernel log that it is started for. */
  evidence?: LogSuspicion | undefined;
}

/** Starts a diagnosis, and says in the status bar that its node is being read for as long as it is. */
export function useStartDiagnosis(): (start: Start, signal: AbortSignal) => Promise<DiagnosisRun> {
  const { t } = useWords();
  const hostName = useHostNames();
  return async (start, signal) => {
    const run = await engine.diagnosis.start(start, { signal });
    const runId = run.id;
    if (run.state === 'collecting') {
      void trackRun<DiagnosisRun>({
        title: t('diagnoseScreen.collecting', { host: hostName(start.hostId) }),
        watch: (ended) => engine.diagnosis.watch({ runId }, { signal: ended }),
        progressOf: ({ state, progress }) => (state === 'collecting' ? progress : null),
        cancel: () => engine.diagnosis.cancel({ runId }),
      });
    }
    return run;
  };
}
