import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { GpuFact } from './record-fact';

const rows = ['sramCorrected', 'sramUncorrected', 'dramCorrected', 'dramUncorrected'] as const;
const spans = ['volatile', 'aggregate'] as const;

/** ECC errors of the GPU around it: where they were, whether they could be corrected, and since when they are counted. */
export function EccCounts() {
  const { t } = useWords();
  return (
    <FactTable
      label={t('gpuTab.section.ecc')}
      rows={rows}
      rowKey={(row) => row}
      empty=""
      columns={[
        { id: 'errors', header: t('gpuTab.ecc.errors'), cell: (row) => t(`gpuTab.ecc.${row}`) },
        ...spans.map((span) => ({
          id: span,
          header: t(`gpuTab.ecc.${span}`),
          isNumeric: true,
          cell: (row: (typeof rows)[number]) => <GpuFact at={`ecc.${span}.${row}`} />,
        })),
      ]}
    />
  );
}
