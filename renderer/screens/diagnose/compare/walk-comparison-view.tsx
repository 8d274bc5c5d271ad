import type { StepVisit } from '#shared/domain/diagnosis';
import type { ComparedStep, WalkComparison } from '#shared/domain/transcript/compare-walks';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { SeverityBadge, StateBadge } from '../../../components/state-badge';
import classes from './compare.module.css';

interface WalkComparisonViewProps {
  comparison: WalkComparison;
  /** What the two walks are called. */
  before: string;
  after: string;
}

/** Two walks of one tree: where they part and by which values, the steps of both side by side, and what they came to. */
export function WalkComparisonView({ comparison, before, after }: WalkComparisonViewProps) {
  const { t, localized } = useWords();
  const { steps, partedAt, findings } = comparison;
  const parted = partedAt === null ? null : steps[partedAt];
  const reasonOf = (visit: StepVisit | null): string => {
    const taken = visit?.evaluations.find(({ branchId }) => branchId === visit.chosenBranchId);
    return taken ? localized(taken.reason ?? taken.label) : visit ? '' : t('runs.notReached');
  };
  const titleOf = ({ stepId, title }: ComparedStep): string => (title ? localized(title) : stepId);
  return (
    <>
      {parted && (
        <section className={classes.parted}>
          <strong>{t('runs.parted', { step: titleOf(parted) })}</strong>
          <p>{t('runs.partedWas', { reason: reasonOf(parted.before) || '–' })}</p>
          <p>{t('runs.partedIs', { reason: reasonOf(parted.after) || '–' })}</p>
          {parted.values.some(({ isDifferent }) => isDifferent) && (
            <FactTable
              label={t('runs.parted', { step: titleOf(parted) })}
              rows={parted.values.filter(({ isDifferent }) => isDifferent)}
              rowKey={({ expression }) => expression}
              empty=""
              columns={[
                {
                  id: 'value',
                  header: t('runs.column.value'),
                  cell: (row) => <code className={classes.cell}>{row.expression}</code>,
                },
                { id: 'before', header: before, cell: (row) => <code className={classes.cell}>{row.before}</code> },
                { id: 'after', header: after, cell: (row) => <code className={classes.cell}>{row.after}</code> },
              ]}
            />
          )}
        </section>
      )}
      <section>
        <h2>{t('runs.findings')}</h2>
        <FactTable
          label={t('runs.findings')}
          rows={findings}
          rowKey={(_, index) => index}
          empty={t('runs.noFindings')}
          columns={[
            {
              id: 'change',
              header: t('runs.column.change'),
              cell: ({ change }) => (
                <StateBadge tone={change === 'came' ? 'warn' : change === 'went' ? 'ok' : 'info'} variant="plain">
                  {t(`runs.findingChange.${change}`)}
                </StateBadge>
              ),
            },
            {
              id: 'finding',
              header: t('runs.column.finding'),
              isWide: true,
              cell: ({ code, ...row }) => {
                const finding = row.after ?? row.before;
                return (
                  <>
                    {finding && <SeverityBadge severity={finding.severity} variant="plain" />} {code}{' '}
                    {finding && localized(finding.title)}
                  </>
                );
              },
            },
          ]}
        />
      </section>
      <section>
        <h2>{t('runs.path')}</h2>
        <FactTable
          label={t('runs.path')}
          rows={steps}
          rowKey={(row, index) => `${row.stepId} ${index}`}
          empty={t('diagnoseScreen.noPath')}
          columns={[
            {
              id: 'step',
              header: t('runs.column.step'),
              cell: (row) => (
                <>
                  <div className={classes.cell}>{titleOf(row)}</div>
                  {row.relation !== 'same' && (
                    <StateBadge tone={row.relation === 'parted' ? 'warn' : 'info'} variant="plain">
                      {t(`runs.relation.${row.relation}`)}
                    </StateBadge>
                  )}
                </>
              ),
            },
            { id: 'before', header: before, cell: (row) => <div className={classes.cell}>{reasonOf(row.before)}</div> },
            { id: 'after', header: after, cell: (row) => <div className={classes.cell}>{reasonOf(row.after)}</div> },
          ]}
        />
      </section>
    </>
  );
}
