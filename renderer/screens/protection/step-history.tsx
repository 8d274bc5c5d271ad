import { useEffect } from 'react';
import { useWords } from '../../app/i18n';
import { FactTable } from '../../components/fact-table';
import { useFormat } from '../../components/format';
import { stepWords } from '../../components/protection-words';
import { StateView } from '../../components/state-view';
import { Time } from '../../components/time';
import { useNow } from '../../components/use-now';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { NodeLink } from './node-link';

const SHOWN = 100;

/** The newest lines of the audit log that tell of protection. */
export function StepHistory() {
  const { t } = useWords();
  const format = useFormat();
  const query = useQuery('protection history', (signal) => engine.protection.history({ limit: SHOWN }, { signal }));
  const { refetch } = query;
  const nowMs = useNow();
  // biome-ignore lint/correctness/useExhaustiveDependencies: time that passes is the reason to look again
  useEffect(refetch, [nowMs, refetch]);
  return (
    <StateView query={query}>
      {(steps) => (
        <FactTable
          label={t('protectionScreen.historyTitle')}
          rows={steps}
          rowKey={({ seq }) => seq}
          empty={t('protectionScreen.noHistory')}
          columns={[
            { id: 'time', header: t('protectionScreen.when'), cell: ({ atMs }) => <Time atMs={atMs} /> },
            {
              id: 'node',
              header: t('protectionScreen.node'),
              cell: ({ hostId }) => (hostId === null ? '' : <NodeLink hostId={hostId} />),
            },
            {
              id: 'gpu',
              header: 'GPU',
              cell: ({ gpuIndex, detail: { gpu } }) =>
                gpuIndex !== null ? `GPU ${gpuIndex}` : typeof gpu === 'string' ? gpu.slice(0, 12) : '',
            },
            {
              id: 'what',
              header: t('protectionScreen.what'),
              isWide: true,
              cell: (step) => {
                const words = stepWords(step, { t, format });
                return <span title={words}>{words}</span>;
              },
            },
            { id: 'by', header: t('protectionScreen.by'), cell: ({ actor }) => actor },
          ]}
        />
      )}
    </StateView>
  );
}
