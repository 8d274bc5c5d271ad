import type { Gpu } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { Meter } from '../../../components/meter';
import { Value } from '../../../components/value';

export function MigDevices({ gpu, position }: { gpu: Gpu; position: number }) {
  const { t } = useWords();
  const format = useFormat();
  const path = (index: number, field: string) => `gpus.${position}.migDevices.${index}.${field}`;
  return (
    <div style={{ marginBottom: 16 }}>
      <h3>{t('nodeScreen.gpu.migTable')}</h3>
      <FactTable
        label={t('nodeScreen.gpu.migTable')}
        rows={gpu.migDevices}
        rowKey={(device) => device.index}
        empty=""
        columns={[
          {
            id: 'index',
            header: t('nodeScreen.gpu.migDevice'),
            cell: (device, index) => <Value value={device.index} unit="count" path={path(index, 'index')} />,
          },
          {
            id: 'profile',
            header: t('nodeScreen.gpu.profile'),
            cell: (device, index) => <Value value={device.profile} path={path(index, 'profile')} />,
          },
          {
            id: 'instance',
            header: t('nodeScreen.gpu.instance'),
            cell: (device, index) => (
              <Value value={device.gpuInstanceId} path={path(index, 'gpuInstanceId')}>
                {`${device.gpuInstanceId} / ${device.computeInstanceId ?? '—'}`}
              </Value>
            ),
          },
          {
            id: 'memory',
            header: t('nodeScreen.gpu.memory'),
            isNumeric: true,
            cell: ({ memory }, index) => (
              <>
                {memory.usedBytes !== null && memory.totalBytes !== null && (
                  <>
                    <Meter
                      value={memory.usedBytes}
                      max={memory.totalBytes}
                      label={t('nodeScreen.memory.used', {
                        used: format.bytes(memory.usedBytes),
                        total: format.bytes(memory.totalBytes),
                      })}
                    />{' '}
                  </>
                )}
                <Value value={memory.usedBytes} unit="bytes" path={path(index, 'memory.usedBytes')} />
                <span className="dim">
                  {' / '}
                  <Value value={memory.totalBytes} unit="bytes" path={path(index, 'memory.totalBytes')} />
                </span>
              </>
            ),
          },
          {
            id: 'multiprocessors',
            header: t('nodeScreen.gpu.multiprocessors'),
            isNumeric: true,
            cell: (device, index) => (
              <Value value={device.multiprocessorCount} unit="count" path={path(index, 'multiprocessorCount')} />
            ),
          },
          {
            id: 'uuid',
            header: t('nodeScreen.gpu.uuid'),
            isWide: true,
            cell: (device, index) => <Value value={device.uuid} path={path(index, 'uuid')} isMono />,
          },
        ]}
      />
    </div>
  );
}
