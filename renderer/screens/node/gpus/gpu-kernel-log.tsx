import type { GpuKernelLogFacts } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { Value } from '../../../components/value';
import { LineDiagnosis } from '../../../findings/line-diagnosis';
import { useResults } from '../probe-section';

const shownLines = 200;

/** What the driver told the kernel log, newest first. */
export function GpuKernelLog({ facts }: { facts: GpuKernelLogFacts }) {
  const { t } = useWords();
  const format = useFormat();
  const { hostId } = useResults();
  const rows = facts.lines.map((line, index) => ({ ...line, index })).reverse();
  return (
    <FactTable
      label={t('nodeScreen.gpu.kernelLog')}
      rows={rows.slice(0, shownLines)}
      rowKey={(line) => line.index}
      empty={t('nodeScreen.gpu.noKernelLog')}
      columns={[
        {
          id: 'time',
          header: t('nodeScreen.gpu.kernelTime'),
          cell: (line) => (
            <Value value={line.atMs} path={`lines.${line.index}.atMs`}>
              {line.atMs === null ? undefined : format.time(line.atMs)}
            </Value>
          ),
        },
        {
          id: 'kind',
          header: t('nodeScreen.gpu.kernelKind'),
          cell: (line) => (
            <Value value={line.kind} path={`lines.${line.index}.kind`}>
              {line.xid === null ? line.kind : `${line.kind} ${line.xid}`}
            </Value>
          ),
        },
        {
          id: 'text',
          header: t('nodeScreen.gpu.kernelText'),
          isWide: true,
          cell: (line) => <Value value={line.text} path={`lines.${line.index}.text`} isMono />,
        },
        {
          id: 'diagnose',
          header: '',
          cell: ({ text, atMs }) => <LineDiagnosis hostId={hostId} line={{ text, atMs }} />,
        },
      ]}
    />
  );
}
