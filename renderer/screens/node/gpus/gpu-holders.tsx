import type { GpuHoldersFacts } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { Value } from '../../../components/value';

export function GpuHolders({ facts }: { facts: GpuHoldersFacts }) {
  const { t } = useWords();
  const path = (index: number, field: string) => `holders.${index}.${field}`;
  return (
    <FactTable
      label={t('nodeScreen.gpu.holders')}
      rows={facts.holders}
      rowKey={(_holder, index) => index}
      empty={t('nodeScreen.gpu.noHolders')}
      columns={[
        {
          id: 'device',
          header: t('nodeScreen.gpu.device'),
          cell: (holder, index) => <Value value={holder.device} path={path(index, 'device')} isMono />,
        },
        {
          id: 'pid',
          header: t('nodeScreen.gpu.pid'),
          cell: (holder, index) => <Value value={String(holder.pid)} path={path(index, 'pid')} />,
        },
        {
          id: 'user',
          header: t('nodeScreen.gpu.user'),
          cell: (holder, index) => <Value value={holder.user} path={path(index, 'user')} />,
        },
        {
          id: 'access',
          header: t('nodeScreen.gpu.access'),
          cell: (holder, index) => <Value value={holder.access} path={path(index, 'access')} isMono />,
        },
        {
          id: 'command',
          header: t('nodeScreen.gpu.command'),
          isWide: true,
          cell: (holder, index) => <Value value={holder.command} path={path(index, 'command')} isMono />,
        },
      ]}
    />
  );
}
