import type { Gpu, GpuKernelLogFacts } from '#shared/domain/facts/gpu';
import {
  isRmaCandidate,
  type RmaCriterion,
  rmaCriteria,
  rmaCriterionIds,
  rmaRules,
} from '#shared/domain/rma/rma-criteria';
import { useWords } from '../app/i18n';
import { FactTable } from './fact-table';
import { StateBadge, type Tone } from './state-badge';

const tones: Readonly<Record<RmaCriterion['state'], Tone>> = {
  met: 'bad',
  'not-met': 'ok',
  unknown: 'unknown',
  'not-applicable': 'info',
};

/** What the rules for a return say of a GPU, each with its source. `kernelLog` is null where it could not be read. */
export function RmaCriteria({ gpu, kernelLog }: { gpu: Gpu; kernelLog: GpuKernelLogFacts | null }) {
  const { t } = useWords();
  const criteria = rmaCriteria(gpu, kernelLog);
  return (
    <>
      {isRmaCandidate(criteria) && <p>{t('rma.lead')}</p>}
      <FactTable
        label={t('rma.title')}
        rows={criteria}
        rowKey={({ id }) => id}
        empty=""
        columns={[
          {
            id: 'criterion',
            header: t('rma.column.criterion'),
            cell: ({ id }) => <span title={t(`rma.rule.${id}`)}>{t(`rma.criterion.${id}`)}</span>,
          },
          {
            id: 'state',
            header: t('rma.column.state'),
            cell: ({ state }) => (
              <StateBadge tone={tones[state]} variant="plain">
                {t(`rma.state.${state}`)}
              </StateBadge>
            ),
          },
          { id: 'value', header: t('rma.column.value'), cell: ({ value }) => value ?? '–' },
          {
            id: 'source',
            header: t('rma.column.source'),
            cell: ({ id }) => <span className="dim">{rmaRules[id].source}</span>,
          },
        ]}
      />
    </>
  );
}

/** The rules for a return that a code goes with; nothing for a code that none does. */
export function RmaRulesOfXid({ code }: { code: number }) {
  const { t } = useWords();
  const ids = rmaCriterionIds.filter((id) => rmaRules[id].xids.includes(code));
  if (ids.length === 0) return null;
  return (
    <>
      <h3>{t('rma.title')}</h3>
      <p>{t('rma.lead')}</p>
      <ul>
        {ids.map((id) => (
          <li key={id}>
            {t(`rma.criterion.${id}`)}. {t(`rma.rule.${id}`)} <span className="dim">({rmaRules[id].source})</span>
          </li>
        ))}
      </ul>
    </>
  );
}
