import { useMemo } from 'react';
import type { HostSpec } from '#shared/domain/host';
import { useWords } from '../app/i18n';
import { confirm } from '../components/confirm';
import { notify } from '../components/notify';
import { notifyError } from '../components/notify-error';
import { engine } from '../rpc/client';
import { reloadHosts } from './fleet-store';
import { isAbort, runTask } from './tasks-store';

export interface HostActions {
  refresh: (host: HostSpec) => Promise<void>;
  cancelRefresh: (hostId: string) => Promise<void>;
  connect: (hostId: string) => Promise<void>;
  disconnect: (hostId: string) => Promise<void>;
  /** Resolves to false when the user thought better of it. */
  remove: (host: HostSpec) => Promise<boolean>;
}

/** What can be done with one node from wherever it is shown; failures are notified here. */
export function useHostActions(): HostActions {
  const words = useWords();
  const { t } = words;
  return useMemo(() => {
    const quietly = async (work: () => Promise<unknown>) => {
      try {
        await work();
      } catch (error) {
        notifyError(error, words);
      }
    };
    return {
      refresh: (host) =>
        quietly(() =>
          runTask(t('fleetScreen.refreshOneTask', { name: host.name }), ({ signal }) => refreshHost(host.id, signal)),
        ),
      cancelRefresh: (hostId) => quietly(() => engine.inventory.cancelRefresh({ hostId })),
      connect: (hostId) => quietly(() => engine.hosts.connect({ hostId })),
      disconnect: (hostId) => quietly(() => engine.hosts.disconnect({ hostId })),
      remove: async (host) => {
        const isSure = await confirm({
          title: t('fleetScreen.remove.title', { name: host.name }),
          detail: t('fleetScreen.remove.detail'),
          confirmLabel: t('fleetScreen.remove.confirm', { name: host.name }),
          isDestructive: true,
        });
        if (!isSure) return false;
        await quietly(async () => {
          await engine.hosts.remove({ hostId: host.id });
          reloadHosts();
          notify({ message: t('fleetScreen.remove.done', { name: host.name }) }, words);
        });
        return true;
      },
    };
  }, [words, t]);
}

/** Aborting ends the remote commands too, whoever started them. */
export async function refreshHost(hostId: string, signal: AbortSignal): Promise<{ ok: number; total: number }> {
  try {
    return await engine.inventory.refresh({ hostId }, { signal });
  } catch (error) {
    if (isAbort(error)) await engine.inventory.cancelRefresh({ hostId }).catch(() => undefined);
    throw error;
  }
}
