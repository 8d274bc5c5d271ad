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
  const absence = (index: number, field: string) => gpu.absences[`migDevices.${index}.${field}`];
  const pair = (one: number | null | undefined, other: number | null | undefined) => `${one ?? '—'} / ${other ?? '—'}`;
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
            cell: (device, index) => (
              <Value value={device.index} unit="count" path={path(index, 'index')} absence={absence(index, 'index')} />
            ),
          },
          {
            id: 'profile',
            header: t('nodeScreen.gpu.profile'),
            cell: (device, index) => (
              <Value value={device.profile} path={path(index, 'profile')} absence={absence(index, 'profile')} />
            ),
          },
          {
            id: 'instance',
            header: t('nodeScreen.gpu.instance'),
            cell: (device, index) => (
              <Value
                value={device.gpuInstanceId}
                path={path(index, 'gpuInstanceId')}
                absence={absence(index, 'gpuInstanceId')}
              >
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
                <Value
                  value={memory.usedBytes}
                  unit="bytes"
                  path={path(index, 'memory.usedBytes')}
                  absence={absence(index, 'memory.usedBytes')}
                />
                <span className="dim">
                  {' / '}
                  <Value
                    value={memory.totalBytes}
                    unit="bytes"
                    path={path(index, 'memory.totalBytes')}
                    absence={absence(index, 'memory.totalBytes')}
                  />
                </span>
              </>
            ),
          },
          {
            id: 'multiprocessors',
            header: t('nodeScreen.gpu.multiprocessors'),
            isNumeric: true,
            cell: (device, index) => (
              <Value
                value={device.multiprocessorCount}
                unit="count"
                path={path(index, 'multiprocessorCount')}
                absence={absence(index, 'multiprocessorCount')}
              />
            ),
          },
          {
            id: 'copy',
            header: t('gpuTab.mig.copy'),
            isNumeric: true,
            cell: ({ engines }, index) => (
              <Value
                value={engines?.copy}
                unit="count"
                path={path(index, 'engines.copy')}
                absence={absence(index, 'engines.copy')}
              />
            ),
          },
          {
            id: 'video',
            header: t('gpuTab.mig.video'),
            isNumeric: true,
            cell: ({ engines }, index) => (
              <Value
                value={engines?.decoder}
                path={path(index, 'engines.decoder')}
                absence={absence(index, 'engines.decoder')}
              >
                {pair(engines?.encoder, engines?.decoder)}
              </Value>
            ),
          },
          {
            id: 'images',
            header: t('gpuTab.mig.images'),
            isNumeric: true,
            cell: ({ engines }, index) => (
              <Value value={engines?.jpeg} path={path(index, 'engines.jpeg')} absence={absence(index, 'engines.jpeg')}>
                {pair(engines?.jpeg, engines?.opticalFlow)}
              </Value>
            ),
          },
          {
            id: 'ecc',
            header: t('gpuTab.mig.ecc'),
            isNumeric: true,
            cell: ({ sramUncorrected }, index) => (
              <Value
                value={sramUncorrected}
                unit="count"
                path={path(index, 'sramUncorrected')}
                absence={absence(index, 'sramUncorrected')}
              />
            ),
          },
          {
            id: 'uuid',
            header: t('nodeScreen.gpu.uuid'),
            isWide: true,
            cell: (device, index) => (
              <Value value={device.uuid} path={path(index, 'uuid')} absence={absence(index, 'uuid')} isMono />
            ),
          },
        ]}
      />
    </div>
  );
}
