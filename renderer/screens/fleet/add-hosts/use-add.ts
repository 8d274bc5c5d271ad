import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { NewHost } from '#shared/contract/hosts';
import { useWords } from '../../../app/i18n';
import { engine } from '../../../rpc/client';
import { type Call, useCall } from '../../../rpc/use-call';
import { reloadHosts } from '../../../stores/fleet-store';
import { useRefreshFleet } from '../use-refresh-fleet';
import { closeAddHosts } from './add-hosts-store';

/** Adds hosts and, if wished, collects their inventory after the dialog has closed. */
export function useAdd(): Call<[NewHost[]], void> & { collects: boolean; setCollects: (collects: boolean) => void } {
  const { t } = useWords();
  const [collects, setCollects] = useState(true);
  const refresh = useRefreshFleet();
  const call = useCall(async (signal, hosts: NewHost[]) => {
    const specs = await engine.hosts.add({ hosts }, { signal });
    reloadHosts();
    closeAddHosts();
    notifications.show({ message: t('addHosts.added', { count: specs.length }) });
    if (collects) refresh.start(specs);
  });
  return { ...call, collects, setCollects };
}
