import type { GpuConfidentialComputingFacts, GpuVgpuFacts } from '#shared/domain/facts/gpu-system';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { KeyValueTable } from '../../../components/key-value-table';
import { Value } from '../../../components/value';

/** Whether what a GPU computes is hidden from its host. */
export function ConfidentialComputing({ facts }: { facts: GpuConfidentialComputingFacts }) {
  const { t } = useWords();
  if (!facts.isSupported && !facts.isOn) return <p className="dim">{t('gpuTab.security.unsupported')}</p>;
  const rows = [
    [t('gpuTab.security.state'), 'isOn', facts.isOn],
    [t('gpuTab.security.multiGpu'), 'multiGpuMode', facts.multiGpuMode],
    [t('gpuTab.security.cpu'), 'cpuCapability', facts.cpuCapability],
    [t('gpuTab.security.gpu'), 'gpuCapability', facts.gpuCapability],
    [t('gpuTab.security.ready'), 'readyState', facts.readyState],
    [t('gpuTab.security.devTools'), 'isDevToolsModeOn', facts.isDevToolsModeOn],
    [t('gpuTab.security.environment'), 'environment', facts.environment],
  ] as const;
  return (
    <KeyValueTable
      columns={3}
      rows={rows
        .filter(([, path, value]) => value !== null || path === 'isOn')
        .map(([label, path, value]) => ({
          key: path,
          label,
          value: <Value value={value} unit="switch" path={path} />,
        }))}
    />
  );
}

export function VgpuGuests({ facts: { vgpus } }: { facts: GpuVgpuFacts }) {
  const { t } = useWords();
  const path = (index: number, field: string) => `vgpus.${index}.${field}`;
  return (
    <FactTable
      label={t('gpuTab.vgpu.title')}
      rows={vgpus}
      rowKey={(vgpu) => vgpu.id}
      empty={t('gpuTab.vgpu.none')}
      columns={[
        {
          id: 'guest',
          header: t('gpuTab.vgpu.guest'),
          cell: (vgpu, index) => <Value value={vgpu.vmName ?? vgpu.vmUuid} path={path(index, 'vmName')} />,
        },
        {
          id: 'profile',
          header: t('gpuTab.vgpu.profile'),
          cell: (vgpu, index) => <Value value={vgpu.profile} path={path(index, 'profile')} />,
        },
        {
          id: 'gpu',
          header: t('nodeScreen.gpu.pciBusId'),
          cell: (vgpu, index) => <Value value={vgpu.pciBusId} path={path(index, 'pciBusId')} isMono />,
        },
        {
          id: 'memory',
          header: t('nodeScreen.gpu.memory'),
          isNumeric: true,
          cell: (vgpu, index) => (
            <Value value={vgpu.memoryTotalBytes} unit="bytes" path={path(index, 'memoryTotalBytes')} />
          ),
        },
        {
          id: 'driver',
          header: t('gpuTab.vgpu.guestDriver'),
          cell: (vgpu, index) => <Value value={vgpu.guestDriverVersion} path={path(index, 'guestDriverVersion')} />,
        },
        {
          id: 'license',
          header: t('gpuTab.vgpu.license'),
          isWide: true,
          cell: (vgpu, index) => <Value value={vgpu.licenseStatus} path={path(index, 'licenseStatus')} />,
        },
      ]}
    />
  );
}
