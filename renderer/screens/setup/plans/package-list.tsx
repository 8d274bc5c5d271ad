import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import classes from './plans.module.css';

/** What the package manager's own simulation says comes, goes and changes. */
export function PackageList({ packages }: { packages: PlaybookPlan['packages'] }) {
  const { t } = useWords();
  return (
    <details className={classes.packages}>
      <summary>{t('setupScreen.packages', { count: packages.length })}</summary>
      <FactTable
        label={t('setupScreen.fact.packages')}
        rows={packages}
        rowKey={({ name }) => name}
        empty=""
        columns={[
          { id: 'name', header: t('setupScreen.package.name'), cell: ({ name }) => <code>{name}</code> },
          { id: 'before', header: t('setupScreen.package.before'), cell: ({ before }) => before ?? '–' },
          {
            id: 'after',
            header: t('setupScreen.package.after'),
            isWide: true,
            cell: ({ after }) => after ?? t('setupScreen.package.removed'),
          },
        ]}
      />
    </details>
  );
}
