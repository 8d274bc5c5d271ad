import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { GpuFact, type GpuField } from './record-fact';

const places = ['sram', 'dram'] as const;
const spans = ['volatile', 'aggregate'] as const;
const kinds = ['Corrected', 'Uncorrected'] as const;

/** ECC errors of the GPU around it: where they were, since when they are counted, and whether they could be corrected. */
export function EccCounts() {
  const { t } = useWords();
  const columns = spans.flatMap((span) => kinds.map((kind) => ({ span, kind })));
  return (
    <FactTable
      label={t('gpuTab.section.ecc')}
      rows={places}
      rowKey={(place) => place}
      empty=""
      columns={[
        { id: 'place', header: '', cell: (place) => t(`gpuTab.ecc.${place}`) },
        ...columns.map(({ span, kind }) => ({
          id: `${span}${kind}`,
          header: t(`gpuTab.ecc.${span}${kind}`),
          isNumeric: true,
          cell: (place: (typeof places)[number]) => <GpuFact at={`ecc.${span}.${place}${kind}` satisfies GpuField} />,
        })),
      ]}
    />
  );
}
