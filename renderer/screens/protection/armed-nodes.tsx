import { Button } from '@mantine/core';
import { IconEye, IconPlugX, IconShieldHalf } from '@tabler/icons-react';
import type { ArmedNode, HeldLimit } from '#shared/domain/protection/protection';
import { useWords } from '../../app/i18n';
import { FactTable } from '../../components/fact-table';
import { useFormat } from '../../components/format';
import { StateBadge } from '../../components/state-badge';
import { Ago } from '../../components/time';
import { useFleet } from '../../stores/fleet-store';
import { NodeLink } from './node-link';
import classes from './protection.module.css';

interface ArmedNodesProps {
  nodes: readonly ArmedNode[];
  held: readonly HeldLimit[];
  onChange: (hostId: string) => void;
  onDisarm: (hostId: string) => void;
}

/** Where a person let it act, who, why and since when. */
export function ArmedNodes({ nodes, held, onChange, onDisarm }: ArmedNodesProps) {
  const { t } = useWords();
  const format = useFormat();
  const hosts = useFleet(({ hosts: all }) => all);
  return (
    <FactTable
      label={t('protectionScreen.nodesTitle')}
      rows={nodes}
      rowKey={({ hostId }) => hostId}
      empty=""
      columns={[
        { id: 'node', header: t('protectionScreen.node'), cell: ({ hostId }) => <NodeLink hostId={hostId} /> },
        {
          id: 'mode',
          header: t('protectionScreen.state'),
          cell: ({ hostId, mode }) => {
            const isSeen = hosts?.get(hostId)?.status.connection === 'connected';
            if (!isSeen)
              return (
                <StateBadge tone="bad" icon={IconPlugX}>
                  {t('protectionScreen.blind')}
                </StateBadge>
              );
            const count = held.filter((limit) => limit.hostId === hostId).length;
            if (count > 0) return <StateBadge tone="warn">{t('protectionScreen.actingOn', { count })}</StateBadge>;
            return mode === 'armed' ? (
              <StateBadge tone="info" icon={IconShieldHalf}>
                {t('protectionScreen.mode.armed')}
              </StateBadge>
            ) : (
              <StateBadge tone="unknown" icon={IconEye}>
                {t('protectionScreen.mode.dryRun')}
              </StateBadge>
            );
          },
        },
        {
          id: 'guard',
          header: t('protectionScreen.actsFrom'),
          cell: ({ policy }) => `${format.number(policy.guardC, 0)} °C`,
        },
        {
          id: 'hold',
          header: t('protectionScreen.atMost'),
          cell: ({ policy }) => format.duration(policy.holdForMs),
        },
        { id: 'reason', header: t('protectionScreen.reason'), isWide: true, cell: ({ reason }) => reason },
        { id: 'by', header: t('protectionScreen.by'), cell: ({ actor }) => actor },
        { id: 'since', header: t('protectionScreen.since'), cell: ({ armedAtMs }) => <Ago atMs={armedAtMs} /> },
        {
          id: 'actions',
          header: <span className="visually-hidden">{t('protectionScreen.actions')}</span>,
          cell: ({ hostId }) => (
            <span className={classes.rowActions}>
              <Button size="compact-xs" variant="default" onClick={() => onChange(hostId)}>
                {t('protectionScreen.change')}
              </Button>
              <Button size="compact-xs" variant="default" onClick={() => onDisarm(hostId)}>
                {t('protectionScreen.disarmShort')}
              </Button>
            </span>
          ),
        },
      ]}
    />
  );
}
