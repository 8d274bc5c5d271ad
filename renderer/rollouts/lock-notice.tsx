import { Button, Group } from '@mantine/core';
import type { FoundLock } from '#shared/domain/node-lock';
import { useWords } from '../app/i18n';
import { confirm } from '../components/confirm';
import { ErrorView } from '../components/error-view';
import { useFormat } from '../components/format';
import { StatePanel } from '../components/state-panel';
import { engine } from '../rpc/client';
import { useCall } from '../rpc/use-call';
import { useQuery } from '../rpc/use-query';
import { useHostName } from '../stores/fleet-store';
import { useIsReplaying } from '../stores/replay-store';

interface LockNoticeProps {
  hostId: string;
  /** It was taken over: the node is free now. */
  onTaken?: () => void;
  /** It stood in the way before, so that it is gone is news. */
  saysFree?: boolean;
}

/** Who else is changing a node, read from it now, and the way to take that over. Nothing where nobody does. */
export function LockNotice({ hostId, onTaken, saysFree = false }: LockNoticeProps) {
  const { t } = useWords();
  const format = useFormat();
  const host = useHostName(hostId);
  const isReplaying = useIsReplaying();
  const query = useQuery(`actions.lock ${hostId}`, (signal) => engine.actions.lock({ hostId }, { signal }));
  const take = useCall(async (_signal, { token }: FoundLock) => {
    try {
      await engine.actions.takeOverLock({ hostId, token });
      onTaken?.();
    } finally {
      query.refetch();
    }
  });
  const found = query.data;
  if (query.error) return <ErrorView error={query.error} onRetry={query.refetch} variant="inline" />;
  if (found === undefined || found?.isOurs) return null;
  if (found === null) return saysFree ? <span className="dim">{t('rollouts.lock.free')}</span> : null;
  const { operator, machine, sinceMs, what } = found;
  const since = sinceMs === null ? '?' : format.dateTime(sinceMs);
  async function takeOver(lock: FoundLock) {
    const isSure = await confirm({
      title: t('rollouts.lock.takeOverTitle', { host }),
      detail: t('rollouts.lock.takeOverDetail', { operator, machine, what }),
      confirmLabel: t('rollouts.lock.takeOver'),
      isDestructive: true,
    });
    if (isSure) void take.run(lock);
  }
  return (
    <StatePanel
      tone="denied"
      variant="inline"
      title={t('rollouts.lock.held', { host, operator, machine })}
      detail={t('rollouts.lock.since', { since, what })}
    >
      {Boolean(take.error) && <ErrorView error={take.error} variant="inline" />}
      <Group gap={8}>
        <Button variant="default" onClick={query.refetch} loading={query.isLoading}>
          {t('rollouts.lock.lookAgain')}
        </Button>
        <Button
          variant="default"
          color="red"
          loading={take.isRunning}
          disabled={isReplaying}
          title={isReplaying ? t('replay.noActions') : undefined}
          onClick={() => void takeOver(found)}
        >
          {t('rollouts.lock.takeOver')}
        </Button>
      </Group>
    </StatePanel>
  );
}
