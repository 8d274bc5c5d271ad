import type { FactChange, FactsComparison } from '#shared/domain/transcript/compare-facts';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import classes from './compare.module.css';

/** Every fact that is another, by probe: settings, and folded what moves by itself. */
export function FactsView({ facts: { probes, unread } }: { facts: FactsComparison }) {
  const { t } = useWords();
  return (
    <section>
      <h2>{t('runs.facts')}</h2>
      <p className="dim small">{t(probes.length > 0 ? 'runs.factsHelp' : 'runs.factsSame')}</p>
      {withSettingsFirst(probes).map(({ probeId, settings, settingsCount, moved, movedCount }) => (
        <details key={probeId} className={classes.fold}>
          <summary>
            {settingsCount > 0
              ? t('runs.factsCount', { probe: probeId, count: settingsCount })
              : t('runs.factsMoved', { probe: probeId, count: movedCount })}
          </summary>
          {settings.length > 0 && <Changes label={probeId} changes={settings} count={settingsCount} />}
          {settingsCount === 0 && <Changes label={probeId} changes={moved} count={movedCount} />}
          {settingsCount > 0 && moved.length > 0 && (
            <details className={classes.fold}>
              <summary>{t('runs.movedCount', { count: movedCount })}</summary>
              <Changes label={t('runs.movedCount', { count: movedCount })} changes={moved} count={movedCount} />
            </details>
          )}
        </details>
      ))}
      {unread.length > 0 && <p className="dim small">{t('runs.factsUnread', { probes: unread.join(', ') })}</p>}
    </section>
  );
}

function withSettingsFirst(probes: FactsComparison['probes']): FactsComparison['probes'] {
  return [...probes].sort((one, other) => Number(other.settingsCount > 0) - Number(one.settingsCount > 0));
}

function Changes({ label, changes, count }: { label: string; changes: readonly FactChange[]; count: number }) {
  const { t } = useWords();
  const rest = count - changes.length;
  return (
    <>
      <FactTable
        label={label}
        rows={changes}
        rowKey={({ path }) => path}
        empty=""
        columns={[
          { id: 'fact', header: t('runs.fact'), cell: ({ path }) => <code className={classes.cell}>{path}</code> },
          {
            id: 'before',
            header: t('runs.before'),
            cell: ({ before }) => <code className={classes.cell}>{before ?? '–'}</code>,
          },
          {
            id: 'after',
            header: t('runs.after'),
            cell: ({ after }) => <code className={classes.cell}>{after ?? '–'}</code>,
          },
        ]}
      />
      {rest > 0 && <p className="dim small">{t('runs.more', { count: rest })}</p>}
    </>
  );
}
