import { Button } from '@mantine/core';
import { useMemo } from 'react';
import type { HostSpec } from '#shared/domain/host';
import { useWords, type Words } from '../../../app/i18n';
import { notify } from '../../../components/notify';
import { notifyError } from '../../../components/notify-error';
import { refreshFleet, showRefreshResults, useRefreshRun } from '../../../stores/refresh-store';

export interface RefreshFleet {
  start: (specs: readonly HostSpec[]) => void;
  /** Of the nodes that the last one did not read. */
  retry: (hostIds: readonly string[]) => void;
}

/** Collects the inventory of many nodes; the end sums up, and each node has its line in the results. */
export function useRefresh(): RefreshFleet {
  const words = useWords();
  return useMemo(() => refreshIn(words), [words]);
}

function refreshIn(words: Words): RefreshFleet {
  const { t } = words;

  const start = async (specs: readonly HostSpec[]) => {
    const count = specs.filter(({ kind }) => kind !== 'bundle').length;
    const end = await refreshFleet(specs, t('fleetScreen.refreshTask', { count }));
    if (!end) return;
    const { failed, total, storeError } = end;
    if (storeError) notifyError(storeError, words);
    if (failed === 0) return;
    notify(
      {
        title: t('fleetScreen.refreshFailedTitle'),
        color: 'yellow',
        message: (
          <>
            <div>{t('fleetScreen.refreshFailed', { count: failed, total })}</div>
            <Button variant="default" mt={6} onClick={() => showRefreshResults(true)}>
              {t('fleetScreen.results.show')}
            </Button>
          </>
        ),
      },
      words,
    );
  };
  return {
    start: (specs) => void start(specs),
    retry: (hostIds) => {
      const { run } = useRefreshRun.getState();
      if (run) void start(run.hosts.filter(({ id }) => hostIds.includes(id)));
    },
  };
}
