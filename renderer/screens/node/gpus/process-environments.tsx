import type { GpuProcessEnvironmentFacts } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { Value } from '../../../components/value';

/** How each process was started: the variables that choose GPUs or tune memory and communication. */
export function ProcessEnvironments({ facts }: { facts: GpuProcessEnvironmentFacts }) {
  const { t } = useWords();
  const rows = facts.processes.flatMap(({ pid, variables }, index) =>
    Object.entries(variables).map(([name, value]) => ({ pid, name, value, path: `processes.${index}` })),
  );
  return (
    <>
      <FactTable
        label={t('nodeScreen.gpu.environment')}
        rows={rows}
        rowKey={(row) => `${row.pid} ${row.name}`}
        empty={t('nodeScreen.gpu.noEnvironment')}
        columns={[
          {
            id: 'pid',
            header: t('nodeScreen.gpu.pid'),
            cell: ({ pid, path }) => <Value value={String(pid)} path={`${path}.pid`} />,
          },
          {
            id: 'name',
            header: t('nodeScreen.gpu.variable'),
            cell: ({ name, path }) => <Value value={name} path={`${path}.variables`} isMono />,
          },
          {
            id: 'value',
            header: t('nodeScreen.gpu.variableValue'),
            isWide: true,
            cell: ({ value, path }) => <Value value={value} path={`${path}.variables`} isMono />,
          },
        ]}
      />
      {!facts.isComplete && <p className="dim">{t('nodeScreen.gpu.ownEnvironmentOnly')}</p>}
    </>
  );
}
