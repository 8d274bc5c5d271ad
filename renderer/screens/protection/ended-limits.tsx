import { IconCircleCheck } from '@tabler/icons-react';
import { leverUnits } from '#shared/domain/protection/lever';
import type { EndedLimit } from '#shared/domain/protection/protection';
import { useWords } from '../../app/i18n';
import { FactTable } from '../../components/fact-table';
import { useFormat } from '../../components/format';
import { StateBadge } from '../../components/state-badge';
import { Ago } from '../../components/time';
import { whereColumns, whereKey } from './where-columns';

/** How the last hold of each GPU came to its end; most ends want a person to arm the node again. */
export function EndedLimits({ ended }: { ended: readonly EndedLimit[] }) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <FactTable
      label={t('protectionScreen.endedTitle')}
      rows={ended}
      rowKey={whereKey}
      empty=""
      columns={[
        ...whereColumns(t),
        {
          id: 'found',
          header: t('protectionScreen.found'),
          cell: ({ lever, original }) => `${format.number(original, 0)} ${leverUnits[lever]}`,
        },
        {
          id: 'end',
          header: t('protectionScreen.state'),
          isWide: true,
          cell: ({ reason }) =>
            reason === 'cool' || reason === 'ended' ? (
              <StateBadge tone="ok" variant="plain" icon={IconCircleCheck}>
                {t(`protection.end.${reason}`)}
              </StateBadge>
            ) : (
              <StateBadge tone="warn" variant="plain">
                {t(`protection.end.${reason}`)}
              </StateBadge>
            ),
        },
        { id: 'when', header: t('protectionScreen.when'), cell: ({ endedAtMs }) => <Ago atMs={endedAtMs} /> },
      ]}
    />
  );
}
