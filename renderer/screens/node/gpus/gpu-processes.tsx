import { useMemo } from 'react';
import type { Gpu } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { Value, ValueSourceProvider } from '../../../components/value';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';

const kinds = ['C', 'G', 'C+G', 'M', 'O'] as const;

/** What runs on a GPU, with what `ps` knows of the same process where it was read too. */
export function GpuProcesses({ gpu, position }: { gpu: Gpu; position: number }) {
  const { t } = useWords();
  const { results, infos } = useResults();
  const psResult = results.get('processes');
  const ps = factsOf('processes', psResult);
  const byPid = useMemo(
    () => new Map((ps?.processes ?? []).map((process, index) => [process.pid, { process, index }])),
    [ps],
  );
  const source = psResult && ps ? { result: psResult, info: infos.get('processes') } : null;
  const fromPs = (pid: number, field: 'user' | 'elapsedSeconds' | 'commandLine', unit?: 'seconds') => {
    const found = byPid.get(pid);
    return (
      <ValueSourceProvider value={source}>
        <Value value={found?.process[field] ?? null} unit={unit} path={`processes.${found?.index ?? 0}.${field}`} />
      </ValueSourceProvider>
    );
  };
  const path = (index: number, field: string) => `gpus.${position}.processes.${index}.${field}`;
  return (
    <div>
      <h3>{t('nodeScreen.gpu.processTable')}</h3>
      <FactTable
        label={t('nodeScreen.gpu.processTable')}
        rows={gpu.processes}
        rowKey={(process, index) => `${index}:${process.pid}`}
        empty={t('nodeScreen.gpu.noProcesses')}
        columns={[
          {
            id: 'pid',
            header: t('nodeScreen.gpu.pid'),
            cell: (process, index) => <Value value={String(process.pid)} path={path(index, 'pid')} />,
          },
          {
            id: 'kind',
            header: t('nodeScreen.gpu.kind'),
            cell: (process, index) => {
              const kind = kinds.find((known) => known === process.kind);
              return (
                <Value value={process.kind} path={path(index, 'kind')}>
                  {kind && t(`nodeScreen.gpu.kinds.${kind}`)}
                </Value>
              );
            },
          },
          {
            id: 'memory',
            header: t('nodeScreen.gpu.memory'),
            isNumeric: true,
            cell: (process, index) => (
              <Value
                value={process.usedMemoryBytes}
                unit="bytes"
                path={path(index, 'usedMemoryBytes')}
                absence={gpu.absences[`processes.${index}.usedMemoryBytes`]}
              />
            ),
          },
          { id: 'user', header: t('nodeScreen.gpu.user'), cell: (process) => fromPs(process.pid, 'user') },
          {
            id: 'running',
            header: t('nodeScreen.gpu.running'),
            isNumeric: true,
            cell: (process) => fromPs(process.pid, 'elapsedSeconds', 'seconds'),
          },
          {
            id: 'command',
            header: t('nodeScreen.gpu.command'),
            isWide: true,
            cell: (process, index) =>
              byPid.get(process.pid)?.process.commandLine ? (
                <span className="mono">{fromPs(process.pid, 'commandLine')}</span>
              ) : (
                <Value value={process.name} path={path(index, 'name')} isMono />
              ),
          },
        ]}
      />
    </div>
  );
}
