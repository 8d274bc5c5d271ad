import { useShallow } from 'zustand/react/shallow';
import type { HostStatus } from '#shared/domain/host';
import { useWords } from '../app/i18n';
import { notifyError } from '../components/notify-error';
import { engine } from '../rpc/client';
import { useFleet } from '../stores/fleet-store';

interface Sudo {
  /** Nodes on which sudo refused, for want of a password or altogether. */
  readonly denied: readonly string[];
  /** Nodes whose password the engine has. */
  readonly given: readonly string[];
  readonly forget: (hostIds: readonly string[]) => Promise<void>;
}

/** How these nodes stand with sudo's password. */
export function useSudo(hostIds: readonly string[]): Sudo {
  const words = useWords();
  const denied = useHostsWhere(hostIds, (status) => status.isSudoDenied === true && !status.hasSudoPassword);
  const given = useHostsWhere(hostIds, (status) => status.hasSudoPassword === true);
  async function forget(ids: readonly string[]) {
    try {
      for (const hostId of ids) await engine.hosts.forgetSudoPassword({ hostId });
    } catch (error) {
      notifyError(error, words);
    }
  }
  return { denied, given, forget };
}

function useHostsWhere(hostIds: readonly string[], matches: (status: HostStatus) => boolean): string[] {
  return useFleet(
    useShallow(({ hosts }) =>
      [...new Set(hostIds)].filter((hostId) => {
        const status = hosts?.get(hostId)?.status;
        return status !== undefined && matches(status);
      }),
    ),
  );
}
