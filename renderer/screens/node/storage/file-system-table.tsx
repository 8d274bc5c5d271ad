import { Anchor } from '@mantine/core';
import { useState } from 'react';
import type { FileSystemsFacts } from '#shared/domain/facts/storage';
import { ownMounts } from '#shared/domain/own-mounts';
import { fullPercent, fullShare, isReadOnly } from '#shared/domain/storage-concerns';
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
  const [isWhole, setIsWhole] = useState(false);
  const all = facts.fileSystems.map((system, index) => ({ ...system, path: `fileSystems.${index}` }));
  const own = ownMounts(all);
  const rows = isWhole ? all : own;
  return (
    <>
      <FactTable
        label={t('storage.fileSystems')}
        rows={rows}
        rowKey={({ path }) => path}
        empty={t('storage.noFileSystems')}
        columns={[
          {
            id: 'mountPoint',
            header: t('storage.mountPoint'),
            cell: (row) => <Value value={row.mountPoint} path={`${row.path}.mountPoint`} />,
          },
          {
            id: 'source',
            header: t('storage.source'),
            isWide: true,
            cell: (row) => <Value value={row.source} path={`${row.path}.source`} />,
          },
          {
            id: 'type',
            header: t('storage.type'),
            cell: (row) => (
              <>
                <Value value={row.type} path={`${row.path}.type`} />{' '}
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
            cell: (row) => {
              const share = fullShare(row);
              return share === null ? (
                <span className="dim">—</span>
              ) : (
                <span className={classes.metered}>
                  <Meter
                    value={share}
                    max={1}
                    warnFrom={fullPercent.warn / 100}
                    badFrom={fullPercent.bad / 100}
                    label={t('storage.usedOf', {
                      used: format.bytes(row.usedBytes ?? 0),
                      total: format.bytes(row.sizeBytes ?? 0),
                    })}
                  />
                  <span>{format.percent(100 * share)}</span>
                </span>
              );
            },
          },
          {
            id: 'used',
            header: t('storage.used'),
            isNumeric: true,
            cell: (row) => <Value value={row.usedBytes} unit="bytes" path={`${row.path}.usedBytes`} />,
          },
          {
            id: 'available',
            header: t('storage.available'),
            isNumeric: true,
            cell: (row) => <Value value={row.availableBytes} unit="bytes" path={`${row.path}.availableBytes`} />,
          },
          {
            id: 'size',
            header: t('storage.size'),
            isNumeric: true,
            cell: (row) => <Value value={row.sizeBytes} unit="bytes" path={`${row.path}.sizeBytes`} />,
          },
          {
            id: 'inodes',
            header: t('storage.inodes'),
            isNumeric: true,
            cell: (row) => {
              const { inodesTotal, inodesUsed } = row;
              if (inodesTotal === null || inodesUsed === null) return null;
              return (
                <Value value={inodesUsed} path={`${row.path}.inodesUsed`}>
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
            cell: (row) => (
              <Value value={row.options.join(', ')} path={`${row.path}.options`}>
                <span title={row.options.join(', ')}>{telling(row.options)}</span>
              </Value>
            ),
          },
        ]}
      />
      {own.length < all.length && !isWhole && (
        <Anchor component="button" type="button" size="sm" underline="always" onClick={() => setIsWhole(true)}>
          {t('storage.allMounts', { count: all.length })}
        </Anchor>
      )}
    </>
  );
}

/** What differs from how file systems are mostly mounted; all of them stand in the title. */
function telling(options: readonly string[]): string {
  const usual =
    /^(rw|relatime|attr2|inode64|noquota|seclabel|logbufs=|logbsize=|rsize=|wsize=|namlen=|addr=|clientaddr=|local_lock=|stripe=|data=|sunit=|swidth=|size=|mode=|nr_inodes=|fmask=|dmask=|timeo=|retrans=|proto=|sec=)/;
  return options.filter((option) => !usual.test(option)).join(', ') || 'rw';
}
