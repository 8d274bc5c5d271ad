import type { GpuDevicesFacts } from '#shared/domain/facts/gpu-system';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { Value } from '../../../components/value';

/** Every GPU, NVSwitch and display on the PCI bus, whether or not a driver has it. */
export function GraphicsDevices({ facts: { devices } }: { facts: GpuDevicesFacts }) {
  const { t } = useWords();
  const path = (index: number, field: string) => `devices.${index}.${field}`;
  return (
    <FactTable
      label={t('gpuTab.devices.title')}
      rows={devices}
      rowKey={(device) => device.pciBusId}
      empty={t('gpuTab.devices.none')}
      columns={[
        {
          id: 'address',
          header: t('gpuTab.devices.address'),
          cell: (device, index) => <Value value={device.pciBusId} path={path(index, 'pciBusId')} isMono />,
        },
        {
          id: 'kind',
          header: t('gpuTab.devices.kind'),
          cell: (device, index) => (
            <Value value={device.kind} path={path(index, 'kind')}>
              {t(`gpuTab.devices.kinds.${device.kind}`)}
            </Value>
          ),
        },
        {
          id: 'name',
          header: t('gpuTab.devices.name'),
          isWide: true,
          cell: (device, index) => <Value value={device.name} path={path(index, 'name')} />,
        },
        {
          id: 'ids',
          header: t('gpuTab.devices.ids'),
          cell: (device, index) => (
            <Value value={`${device.vendorId}:${device.deviceId}`} path={path(index, 'deviceId')} isMono />
          ),
        },
        {
          id: 'driver',
          header: t('gpuTab.devices.driver'),
          cell: (device, index) => (
            <Value value={device.driver ?? t('gpuTab.devices.noDriver')} path={path(index, 'driver')} />
          ),
        },
        {
          id: 'numa',
          header: t('gpuTab.devices.numaNode'),
          isNumeric: true,
          cell: (device, index) => <Value value={device.numaNode} unit="count" path={path(index, 'numaNode')} />,
        },
      ]}
    />
  );
}
