import { ActionIcon, Button, Progress } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconArrowLeft, IconRefresh, IconStethoscope, IconX } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useCommands } from '../../app/commands';
import { useWords } from '../../app/i18n';
import { modifierKey } from '../../app/modifier-key';
import { navigate } from '../../app/router';
import { ConnectionBadge } from '../../components/connection-badge';
import { useFormat } from '../../components/format';
import { StaleBadge } from '../../components/state-view';
import { Toolbar } from '../../components/toolbar';
import { useNow } from '../../components/use-now';
import { useHost, useSummary } from '../../stores/fleet-store';
import { useHostActions } from '../../stores/use-host-actions';
import { EvidenceMenu } from './evidence-menu';
import { NodeMenu } from './node-menu';
import { useResults } from './probe-section';

export function NodeHeader({ hostId }: { hostId: string }) {
  const { t } = useWords();
  const host = useHost(hostId);
  const summary = useSummary(hostId);
  const actions = useHostActions();
  const isCollecting = summary?.isCollecting ?? false;
  const canCollect = host !== undefined && host.spec.kind !== 'bundle';
  const refresh = () => {
    if (host && canCollect && !isCollecting) void actions.refresh(host.spec);
  };
  useHotkeys([['mod+R', refresh]]);
  const group = t('shell.palette.thisScreen');
  useCommands([
    ...(canCollect
      ? [{ id: 'node.refresh', label: t('nodeScreen.refresh'), group, shortcut: `${modifierKey}R`, run: refresh }]
      : []),
    {
      id: 'node.diagnose',
      label: t('nodeScreen.diagnose'),
      group,
      run: () => navigate({ screen: 'diagnose', hostId }),
    },
  ]);
  if (!host) return null;
  const { spec } = host;
  return (
    <Toolbar
      title={
        <span>
          <ActionIcon size="sm" aria-label={t('nodeScreen.toFleet')} onClick={() => navigate({ screen: 'fleet' })}>
            <IconArrowLeft size={16} />
          </ActionIcon>
          <span className="ellipsis" title={spec.name}>
            {spec.name}
          </span>
        </span>
      }
      info={
        <>
          <ConnectionBadge host={host} variant="tint" />
          <CollectedInfo hostId={hostId} />
        </>
      }
    >
      {canCollect &&
        (isCollecting ? (
          <Collecting hostId={hostId} />
        ) : (
          <Button variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={refresh}>
            {t('nodeScreen.refresh')}
          </Button>
        ))}
      <EvidenceMenu hostId={hostId} />
      <Button
        leftSection={<IconStethoscope size={14} aria-hidden />}
        onClick={() => navigate({ screen: 'diagnose', hostId })}
      >
        {t('nodeScreen.diagnose')}
      </Button>
      <NodeMenu host={host} />
    </Toolbar>
  );
}

/** How far the collection is: the probes that came since it began. */
function Collecting({ hostId }: { hostId: string }) {
  const { t } = useWords();
  const { results, infos } = useResults();
  const actions = useHostActions();
  const beganAtMs = useRef(Date.now());
  useEffect(() => {
    beganAtMs.current = Date.now();
  }, []);
  const total = infos.size;
  const done = [...results.values()].filter((result) => result.observedAtMs >= beganAtMs.current - 1000).length;
  const words = total > 0 ? t('nodeScreen.collecting', { done, total }) : t('nodeScreen.collectingUnknown');
  return (
    <div role="status" style={{ display: 'flex', alignItems: 'center', gap: 8 }}>
      <span className="dim">{words}</span>
      <Progress
        w={80}
        size="sm"
        animated={done === 0}
        value={done === 0 || total === 0 ? 100 : (100 * done) / total}
        aria-label={words}
      />
      <Button
        variant="default"
        leftSection={<IconX size={14} aria-hidden />}
        onClick={() => void actions.cancelRefresh(hostId)}
      >
        {t('nodeScreen.cancel')}
      </Button>
    </div>
  );
}

function CollectedInfo({ hostId }: { hostId: string }) {
  const { t } = useWords();
  const format = useFormat();
  const now = useNow();
  const host = useHost(hostId);
  const summary = useSummary(hostId);
  const atMs = summary?.observedAtMs ?? null;
  if (host?.spec.kind === 'bundle') {
    const { collectedAtMs, importedAtMs } = host.spec;
    return (
      <span className="ellipsis">
        {collectedAtMs === null
          ? t('nodeScreen.imported', { time: format.dateTime(importedAtMs) })
          : t('nodeScreen.collectedAt', { time: format.dateTime(collectedAtMs) })}
      </span>
    );
  }
  if (!summary || atMs === null) return <span>{t('nodeScreen.never')}</span>;
  return (
    <>
      <StaleBadge atMs={atMs} />
      <span className="ellipsis" title={format.dateTime(atMs)}>
        {t('nodeScreen.collected', { ago: format.ago(atMs, Math.max(now, atMs)) })}
        {' · '}
        {t('nodeScreen.probesOk', { ok: summary.probesOk, total: summary.probesTotal })}
      </span>
    </>
  );
}
