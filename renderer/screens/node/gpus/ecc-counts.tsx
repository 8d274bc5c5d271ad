import type { Gpu } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { GpuFact } from './record-fact';

const byPlace = ['sramCorrected', 'sramUncorrected', 'dramCorrected', 'dramUncorrected'] as const;
const sums = ['corrected', 'uncorrected'] as const;
const spans = ['volatile', 'aggregate'] as const;
type Row = (typeof byPlace)[number] | (typeof sums)[number];

/** ECC errors of the GPU around it: where they were, whether they could be corrected, and since when they are counted. */
export function EccCounts({ gpu: { ecc } }: { gpu: Gpu }) {
  const { t } = useWords();
  // Some forms of output tell no more than the sums.
  const isTold = (row: Row) => spans.some((span) => ecc[span][row] !== null);
  const rows: readonly Row[] = byPlace.some(isTold) ? byPlace : sums;
  const name = (row: Row) =>
    row === 'corrected' || row === 'uncorrected' ? t(`gpuTab.field.ecc.${row}`) : t(`gpuTab.ecc.${row}`);
  return (
    <FactTable
      label={t('gpuTab.section.ecc')}
      rows={rows}
      rowKey={(row) => row}
      empty=""
      columns={[
        { id: 'errors', header: t('gpuTab.ecc.errors'), cell: name },
        ...spans.map((span) => ({
          id: span,
          header: t(`gpuTab.ecc.${span}`),
          isNumeric: true,
          cell: (row: Row) => <GpuFact at={`ecc.${span}.${row}`} />,
        })),
      ]}
    />
  );
}
