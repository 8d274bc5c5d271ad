import { useState } from 'react';
import type { NewHost } from '#shared/contract/hosts';
import { useWords } from '../../../app/i18n';
import { notify } from '../../../components/notify';
import { engine } from '../../../rpc/client';
import { type Call, useCall } from '../../../rpc/use-call';
import { reloadHosts } from '../../../stores/fleet-store';
import { useRefresh } from '../selection/use-refresh';
import { closeAddHosts } from './add-hosts-store';

/** Adds hosts and, if wished, collects their inventory after the dialog has closed. */
export function useAdd(): Call<[NewHost[]], void> & { collects: boolean; setCollects: (collects: boolean) => void } {
  const words = useWords();
  const [collects, setCollects] = useState(true);
  const refresh = useRefresh();
  const call = useCall(async (signal, hosts: NewHost[]) => {
    const specs = await engine.hosts.add({ hosts }, { signal });
    reloadHosts();
    closeAddHosts();
    notify({ message: words.t('addHosts.added', { count: specs.length }) }, words);
    if (collects) refresh.start(specs);
  });
  return { ...call, collects, setCollects };
}
