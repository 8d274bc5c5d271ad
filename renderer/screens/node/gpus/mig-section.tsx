import type { GpuMigFacts } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { Value } from '../../../components/value';

/** GPU instances where they lie in memory, those without a compute instance too, and what else would fit. */
export function MigSection({ facts: { gpuInstances, computeInstances, profiles } }: { facts: GpuMigFacts }) {
  const { t } = useWords();
  const computeIn = (gpuIndex: number, instanceId: number | null) =>
    computeInstances
      .filter((one) => one.gpuIndex === gpuIndex && one.gpuInstanceId === instanceId)
      .map(({ profile, instanceId: id }) => `${id}: ${profile}`)
      .join(', ');
  return (
    <>
      <FactTable
        label={t('gpuTab.mig.title')}
        rows={gpuInstances}
        rowKey={(one) => `${one.gpuIndex} ${one.instanceId}`}
        empty={t('gpuTab.mig.none')}
        columns={[
          { id: 'gpu', header: t('nodeScreen.gpu.index'), cell: ({ gpuIndex }) => gpuIndex },
          {
            id: 'instance',
            header: t('gpuTab.mig.instance'),
            cell: ({ instanceId }, at) => <Value value={instanceId} path={`gpuInstances.${at}.instanceId`} />,
          },
          {
            id: 'profile',
            header: t('nodeScreen.gpu.profile'),
            cell: ({ profile }, at) => <Value value={profile} path={`gpuInstances.${at}.profile`} />,
          },
          {
            id: 'placement',
            header: t('gpuTab.mig.placement'),
            cell: ({ placement }, at) => <Value value={placement} path={`gpuInstances.${at}.placement`} />,
          },
          {
            id: 'compute',
            header: t('gpuTab.mig.compute'),
            isWide: true,
            cell: ({ gpuIndex, instanceId }) => (
              <Value value={computeIn(gpuIndex, instanceId) || t('gpuTab.mig.noCompute')} path="computeInstances" />
            ),
          },
        ]}
      />
      {profiles.length > 0 && (
        <div style={{ marginTop: 16 }}>
          <FactTable
            label={t('gpuTab.mig.profiles')}
            rows={profiles}
            rowKey={(one) => `${one.gpuIndex} ${one.profileId}`}
            empty=""
            columns={[
              { id: 'gpu', header: t('nodeScreen.gpu.index'), cell: ({ gpuIndex }) => gpuIndex },
              {
                id: 'profile',
                header: t('gpuTab.mig.profiles'),
                cell: ({ profile }, at) => <Value value={profile} path={`profiles.${at}.profile`} />,
              },
              {
                id: 'memory',
                header: t('nodeScreen.gpu.memory'),
                isNumeric: true,
                cell: ({ memoryBytes }, at) => (
                  <Value value={memoryBytes} unit="bytes" path={`profiles.${at}.memoryBytes`} />
                ),
              },
              {
                id: 'free',
                header: t('gpuTab.mig.free'),
                isNumeric: true,
                cell: ({ freeInstances, totalInstances }, at) => (
                  <Value value={freeInstances} path={`profiles.${at}.freeInstances`}>
                    {`${freeInstances} / ${totalInstances ?? '—'}`}
                  </Value>
                ),
              },
            ]}
          />
        </div>
      )}
    </>
  );
}
