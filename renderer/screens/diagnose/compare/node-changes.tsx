import { changeWords } from '#shared/domain/parts/change-words';
import { attributeWords } from '#shared/domain/parts/part-words';
import type { RunComparison } from '#shared/domain/transcript/run-comparison';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import classes from './compare.module.css';

/** What is different at the node, each change between the two looks that it was found by, and the counters that moved. */
export function NodeChanges({ comparison }: { comparison: RunComparison }) {
  const { t, message } = useWords();
  const format = useFormat();
  const { node, counters, isSameNode } = comparison;
  return (
    <>
      <section>
        <h2>{t(isSameNode ? 'runs.nodeChanges' : 'runs.nodeDifferences')}</h2>
        {node.from === 'readings' && (
          <p className="dim small">{t(isSameNode ? 'runs.fromReadings' : 'runs.fromReadingsNodes')}</p>
        )}
        {node.changes.length === 0 && (
          <p className="dim">{t(node.from === 'versions' ? 'runs.nothingChanged' : 'runs.nothingDifferent')}</p>
        )}
        {node.changes.map(({ afterMs, byMs, changes }) => (
          <div key={byMs ?? 0}>
            {afterMs !== null && byMs !== null && (
              <p className={classes.when}>
                {t('runs.changedBetween', { from: format.dateTime(afterMs), to: format.dateTime(byMs) })}
              </p>
            )}
            <ul className={classes.changes}>
              {changes.map((change) => {
                const words = changeWords(change, message);
                return <li key={words}>{words}</li>;
              })}
            </ul>
          </div>
        ))}
        {node.unread.length > 0 && (
          <p className="dim small">
            {t('runs.unread', { kinds: node.unread.map((kind) => message({ key: `parts.kind.${kind}` })).join(', ') })}
          </p>
        )}
      </section>
      {isSameNode && (
        <section>
          <h2>{t('runs.counters')}</h2>
          <FactTable
            label={t('runs.counters')}
            rows={counters}
            rowKey={({ kind, slot, name }) => `${kind} ${slot} ${name}`}
            empty={t('runs.noCounters')}
            columns={[
              {
                id: 'part',
                header: t('runs.column.part'),
                cell: ({ kind, slot }) => `${message({ key: `parts.kind.${kind}` })} ${slot}`,
              },
              { id: 'counter', header: t('runs.column.counter'), cell: ({ name }) => attributeWords(name, message) },
              {
                id: 'before',
                header: t('runs.before'),
                isNumeric: true,
                cell: (row) => format.number(row.before),
              },
              { id: 'after', header: t('runs.after'), isNumeric: true, cell: (row) => format.number(row.after) },
            ]}
          />
        </section>
      )}
    </>
  );
}
