import { ORPCError } from '@orpc/client';
import { useState } from 'react';
import type { HostSpec } from '#shared/domain/host';
import { useWords } from '../../app/i18n';
import { notify } from '../../components/notify';
import { notifyError } from '../../components/notify-error';
import { isAbort, runTask } from '../../stores/tasks-store';
import { refreshHost } from '../../stores/use-host-actions';

/** More at once gain nothing: the engine limits handshakes per gateway by itself. */
const atOnce = 16;

export interface RefreshFleet {
  progress: { done: number; total: number } | null;
  start: (specs: readonly HostSpec[]) => void;
  cancel: () => void;
}

/** Collects the inventory of many nodes; each row shows its own trouble, so the end only sums up. */
export function useRefreshFleet(): RefreshFleet {
  const words = useWords();
  const { t } = words;
  const [progress, setProgress] = useState<{ done: number; total: number } | null>(null);
  const [controller, setController] = useState<AbortController | null>(null);

  const start = async (specs: readonly HostSpec[]) => {
    const queue = specs.filter((spec) => spec.kind !== 'bundle');
    const total = queue.length;
    if (total === 0) return;
    const own = new AbortController();
    setController(own);
    let done = 0;
    let failed = 0;
    // Trouble of this workstation, of which no row tells: once for all nodes.
    let storeError: unknown = null;
    const repeated = new Set<string>();
    setProgress({ done, total });
    await runTask(
      t('fleetScreen.refreshTask', { count: total }),
      async ({ signal, report }) => {
        const work = async () => {
          for (let spec = queue.shift(); spec && !signal.aborted; spec = queue.shift()) {
            const { id } = spec;
            const error = await refreshHost(id, signal).catch((reason: unknown) => reason);
            // The engine ended meanwhile; the one after it collects the node once more.
            if (isAbort(error) && !signal.aborted && !repeated.has(id)) {
              repeated.add(id);
              queue.push(spec);
              continue;
            }
            if (error instanceof ORPCError && error.code === 'STORE_FAILED') storeError ??= error;
            else failed += error && !signal.aborted ? 1 : 0;
            done += 1;
            report({ done, total });
            setProgress({ done, total });
          }
        };
        await Promise.all(Array.from({ length: Math.min(atOnce, total) }, work));
      },
      { signal: own.signal },
    );
    setProgress(null);
    setController(null);
    if (storeError) notifyError(storeError, words);
    if (failed > 0) {
      notify(
        {
          title: t('fleetScreen.refreshFailedTitle'),
          message: t('fleetScreen.refreshFailed', { count: failed, total }),
          color: 'yellow',
        },
        words,
      );
    }
  };
  return { progress, start: (specs) => void start(specs), cancel: () => controller?.abort() };
}
