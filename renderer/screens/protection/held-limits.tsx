import { Button } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { leverUnits } from '#shared/domain/protection/lever';
import type { HeldLimit } from '#shared/domain/protection/protection';
import { useWords } from '../../app/i18n';
import { FactTable } from '../../components/fact-table';
import { useFormat } from '../../components/format';
import { StateBadge } from '../../components/state-badge';
import { Ago } from '../../components/time';
import { useNow } from '../../components/use-now';
import { whereColumns, whereKey } from './where-columns';

interface HeldLimitsProps {
  held: readonly HeldLimit[];
  isRestoring: boolean;
  onRestore: (hostId: string) => void;
}

/** Limits that are lower now, how hot it is there, and until when. */
export function HeldLimits({ held, isRestoring, onRestore }: HeldLimitsProps) {
  const { t } = useWords();
  const format = useFormat();
  const nowMs = useNow();
  return (
    <FactTable
      label={t('protectionScreen.heldTitle')}
      rows={held}
      rowKey={whereKey}
      empty=""
      columns={[
        ...whereColumns(t),
        {
          id: 'limit',
          header: t('protectionScreen.limit'),
          cell: ({ lever, original, limit }) =>
            `${format.number(original, 0)} → ${format.number(limit, 0)} ${leverUnits[lever]}`,
        },
        { id: 'temperature', header: t('protectionScreen.temperature'), cell: (limit) => <Reading limit={limit} /> },
        {
          id: 'state',
          header: t('protectionScreen.state'),
          cell: ({ isReleased }) =>
            isReleased ? (
              <StateBadge tone="info" icon={IconArrowUp}>
                {t('protection.goingBack')}
              </StateBadge>
            ) : (
              <StateBadge tone="warn" icon={IconArrowDown}>
                {t('protectionScreen.lowered')}
              </StateBadge>
            ),
        },
        { id: 'since', header: t('protectionScreen.changed'), cell: ({ changedAtMs }) => <Ago atMs={changedAtMs} /> },
        {
          id: 'left',
          header: t('protectionScreen.left'),
          cell: ({ untilMs }) => (
            <span title={format.dateTime(untilMs)}>{format.duration(Math.max(0, untilMs - nowMs))}</span>
          ),
        },
        {
          id: 'back',
          header: <span className="visually-hidden">{t('protectionScreen.actions')}</span>,
          cell: ({ hostId, isReleased }) => (
            <Button
              size="compact-xs"
              variant="default"
              disabled={isReleased || isRestoring}
              onClick={() => onRestore(hostId)}
            >
              {t('protectionScreen.restore')}
            </Button>
          ),
        },
      ]}
    />
  );
}

function Reading({ limit: { reading } }: { limit: HeldLimit }) {
  const { t } = useWords();
  const format = useFormat();
  if (!reading) return <StateBadge tone="unknown">{t('protectionScreen.noReading')}</StateBadge>;
  const { temperatureC, limitC } = reading;
  const isHot = temperatureC >= limitC;
  return (
    <StateBadge tone={isHot ? 'bad' : 'ok'} variant="plain">
      {t(isHot ? 'protectionScreen.hot' : 'protectionScreen.below', {
        now: format.number(temperatureC, 0),
        limit: format.number(limitC, 0),
      })}
    </StateBadge>
  );
}
