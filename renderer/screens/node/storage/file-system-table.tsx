import type { FileSystemsFacts } from '#shared/domain/facts/storage';
import { isReadOnly } from '#shared/domain/storage-concerns';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { Meter } from '../../../components/meter';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import classes from '../node.module.css';

export function FileSystemTable({ facts }: { facts: FileSystemsFacts }) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <FactTable
      label={t('storage.fileSystems')}
      rows={facts.fileSystems}
      rowKey={({ mountPoint, source }, index) => `${index}:${mountPoint}:${source}`}
      empty={t('storage.noFileSystems')}
      columns={[
        {
          id: 'mountPoint',
          header: t('storage.mountPoint'),
          cell: (row, index) => <Value value={row.mountPoint} path={`fileSystems.${index}.mountPoint`} />,
        },
        {
          id: 'source',
          header: t('storage.source'),
          isWide: true,
          cell: (row, index) => <Value value={row.source} path={`fileSystems.${index}.source`} />,
        },
        {
          id: 'type',
          header: t('storage.type'),
          cell: (row, index) => (
            <>
              <Value value={row.type} path={`fileSystems.${index}.type`} />{' '}
              {row.isNetwork && <span className="dim">{t('storage.network')}</span>}
              {isReadOnly(row) && (
                <StateBadge tone="warn" variant="plain">
                  {t('storage.readOnly')}
                </StateBadge>
              )}
            </>
          ),
        },
        {
          id: 'share',
          header: t('storage.share'),
          isNumeric: true,
          cell: ({ usedBytes, sizeBytes }) =>
            usedBytes !== null && sizeBytes !== null && sizeBytes > 0 ? (
              <span className={classes.metered}>
                <Meter
                  value={usedBytes}
                  max={sizeBytes}
                  warnFrom={0.9}
                  badFrom={0.97}
                  label={t('storage.usedOf', {
                    used: format.bytes(usedBytes),
                    total: format.bytes(sizeBytes),
                  })}
                />
                <span>{format.percent((100 * usedBytes) / sizeBytes)}</span>
              </span>
            ) : (
              <span className="dim">—</span>
            ),
        },
        {
          id: 'used',
          header: t('storage.used'),
          isNumeric: true,
          cell: (row, index) => <Value value={row.usedBytes} unit="bytes" path={`fileSystems.${index}.usedBytes`} />,
        },
        {
          id: 'available',
          header: t('storage.available'),
          isNumeric: true,
          cell: (row, index) => (
            <Value value={row.availableBytes} unit="bytes" path={`fileSystems.${index}.availableBytes`} />
          ),
        },
        {
          id: 'size',
          header: t('storage.size'),
          isNumeric: true,
          cell: (row, index) => <Value value={row.sizeBytes} unit="bytes" path={`fileSystems.${index}.sizeBytes`} />,
        },
        {
          id: 'inodes',
          header: t('storage.inodes'),
          isNumeric: true,
          cell: (row, index) => {
            const { inodesTotal, inodesUsed } = row;
            if (inodesTotal === null || inodesUsed === null) return null;
            return (
              <Value value={inodesUsed} path={`fileSystems.${index}.inodesUsed`}>
                <span
                  title={t('storage.usedOf', { used: format.number(inodesUsed), total: format.number(inodesTotal) })}
                >
                  {format.percent((100 * inodesUsed) / inodesTotal)}
                </span>
              </Value>
            );
          },
        },
        {
          id: 'options',
          header: t('storage.options'),
          cell: (row, index) => (
            <Value value={row.options.join(', ')} path={`fileSystems.${index}.options`}>
              <span title={row.options.join(', ')}>{telling(row.options)}</span>
            </Value>
          ),
        },
      ]}
    />
  );
}

/** What differs from how file systems are mostly mounted; all of them stand in the title. */
function telling(options: readonly string[]): string {
  const usual =
    /^(rw|relatime|attr2|inode64|noquota|seclabel|logbufs=|logbsize=|rsize=|wsize=|namlen=|addr=|clientaddr=|local_lock=|stripe=|data=|sunit=|swidth=|size=|mode=|nr_inodes=|fmask=|dmask=|timeo=|retrans=|proto=|sec=)/;
  return options.filter((option) => !usual.test(option)).join(', ') || 'rw';
}
