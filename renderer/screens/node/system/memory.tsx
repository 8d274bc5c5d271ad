import type { MemoryFacts } from '#shared/domain/facts/system';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { KeyValueTable } from '../../../components/key-value-table';
import { Meter } from '../../../components/meter';
import { Value } from '../../../components/value';

export function Memory({ facts }: { facts: MemoryFacts }) {
  const { t } = useWords();
  const format = useFormat();
  const { totalBytes, availableBytes } = facts;
  const used = totalBytes !== null && availableBytes !== null ? totalBytes - availableBytes : null;
  const rows = [
    ['total', totalBytes, 'totalBytes'],
    ['available', availableBytes, 'availableBytes'],
    ['free', facts.freeBytes, 'freeBytes'],
    ['cached', facts.cachedBytes, 'cachedBytes'],
    ['shared', facts.sharedBytes, 'sharedBytes'],
    ['swap', facts.swapTotalBytes, 'swapTotalBytes'],
    ['swapFree', facts.swapFreeBytes, 'swapFreeBytes'],
  ] as const;
  return (
    <KeyValueTable
      rows={[
        ...rows.map(([name, value, path]) => ({
          label: t(`nodeScreen.memory.${name}`),
          value: (
            <>
              <Value value={value} unit="bytes" path={path} />{' '}
              {name === 'available' && used !== null && totalBytes !== null && (
                <Meter
                  value={used}
                  max={totalBytes}
                  warnFrom={0.9}
                  badFrom={0.97}
                  label={t('nodeScreen.memory.used', { used: format.bytes(used), total: format.bytes(totalBytes) })}
                />
              )}
            </>
          ),
        })),
        ...hugePageRows(facts).map(({ sizeBytes, total, free, nodes, path }) => ({
          key: path,
          label: t('systemTab.hugePages.size', { size: sizeBytes === null ? '?' : format.bytes(sizeBytes) }),
          value: (
            <>
              <Value value={total} unit="count" path={path}>
                {t('systemTab.hugePages.count', {
                  total: format.number(total ?? 0, 0),
                  free: format.number(free ?? 0, 0),
                })}
              </Value>{' '}
              {total !== null && total > 0 && nodes.length > 1 && (
                <span className="dim">
                  {nodes
                    .map(({ id, total: own }) => t('systemTab.hugePages.node', { id, total: own ?? '—' }))
                    .join('  ')}
                </span>
              )}
            </>
          ),
        })),
        {
          label: t('systemTab.hugePages.transparent'),
          value: <Value value={facts.transparentHugePages} path="transparentHugePages" />,
        },
      ]}
    />
  );
}

/** Pools by size where sysfs shows them, else the default size of /proc/meminfo. */
function hugePageRows(facts: MemoryFacts) {
  if (facts.hugePagePools.length > 0) {
    return facts.hugePagePools.map((pool, index) => ({ ...pool, path: `hugePagePools.${index}.total` }));
  }
  const { hugePagesTotal, hugePagesFree, hugePageSizeBytes } = facts;
  return [
    { sizeBytes: hugePageSizeBytes, total: hugePagesTotal, free: hugePagesFree, nodes: [], path: 'hugePagesTotal' },
  ];
}
