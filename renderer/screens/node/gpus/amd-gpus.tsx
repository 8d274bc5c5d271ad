import { Radio } from '@mantine/core';
import { useState } from 'react';
import type { AmdGpu, AmdGpuFacts } from '#shared/domain/facts/amd-gpu';
import type { gpuTab } from '#shared/i18n/en/gpuTab';
import { useWords } from '../../../app/i18n';
import { type FactColumn, FactTable } from '../../../components/fact-table';
import classes from '../node.module.css';
import { GpuMemoryCell } from './gpu-memory-cell';
import { GpuFact, GpuFacts, type GpuField, GpuRecord } from './record-fact';

const sections: ReadonlyArray<readonly [keyof (typeof gpuTab)['section'], readonly GpuField[]]> = [
  [
    'identity',
    ['serial', 'uniqueId', 'pciBusId', 'deviceId', 'boardPartNumber', 'target', 'computeUnits', 'oamId', 'numaNode'],
  ],
  ['firmware', ['vbiosVersion', 'vbiosPartNumber']],
  ['memory', ['memory.totalBytes', 'memory.usedBytes', 'memory.kind', 'memory.vendor', 'utilization.memoryPercent']],
  [
    'thermal',
    [
      'temperature.hotspotC',
      'temperature.edgeC',
      'temperature.memoryC',
      'temperature.slowdownC',
      'temperature.shutdownC',
      'temperature.memorySlowdownC',
      'fanPercent',
    ],
  ],
  ['power', ['power.drawW', 'power.limitW', 'power.minLimitW', 'power.maxLimitW', 'performanceLevel']],
  ['clocks', ['clocks.graphicsMHz', 'clocks.maxGraphicsMHz', 'clocks.memoryMHz', 'clocks.maxMemoryMHz']],
  ['ecc', ['eccMode', 'ecc.corrected', 'ecc.uncorrected', 'ecc.deferred']],
  [
    'pcie',
    ['pcie.generation', 'pcie.maxGeneration', 'pcie.width', 'pcie.maxWidth', 'pcie.replayCount', 'pcie.slotKind'],
  ],
  ['xgmi', ['xgmi.peers', 'xgmi.bitRateGbps', 'xgmi.errors']],
  ['modes', ['partition.compute', 'partition.memory']],
];

/** What amd-smi or rocm-smi says of the GPUs, in the order of its numbers. */
export function AmdGpus({ facts: { gpus } }: { facts: AmdGpuFacts }) {
  const { t } = useWords();
  const [selected, setSelected] = useState(0);
  const position = Math.min(selected, gpus.length - 1);
  const gpu = gpus[position];
  const fact = (id: string, header: string, at: GpuField, limit?: GpuField): FactColumn<AmdGpu> => ({
    id,
    header,
    isNumeric: id === 'name' ? undefined : true,
    cell: (each, index) => (
      <GpuRecord record={each} path={`gpus.${index}`}>
        <GpuFact at={at} />
        {limit && (
          <span className="dim">
            {' / '}
            <GpuFact at={limit} />
          </span>
        )}
      </GpuRecord>
    ),
  });
  return (
    <>
      <FactTable
        label={t('gpuTab.amd.table')}
        rows={gpus}
        rowKey={(_gpu, index) => index}
        empty={t('gpuTab.amd.none')}
        selectedKey={position}
        onSelect={(_gpu, index) => setSelected(index)}
        columns={[
          {
            id: 'index',
            header: t('nodeScreen.gpu.index'),
            cell: (each, index) => (
              <span className={classes.choice}>
                <Radio
                  size="xs"
                  name="amd-gpu"
                  aria-label={t('gpuTab.amd.detail', { index: each.index })}
                  checked={index === position}
                  onChange={() => setSelected(index)}
                />
                {each.index}
              </span>
            ),
          },
          fact('name', t('nodeScreen.gpu.name'), 'name'),
          {
            id: 'memory',
            header: t('nodeScreen.gpu.memory'),
            isNumeric: true,
            cell: (each, index) => (
              <GpuRecord record={each} path={`gpus.${index}`}>
                <GpuMemoryCell memory={each.memory} />
              </GpuRecord>
            ),
          },
          fact('utilization', t('nodeScreen.gpu.utilization'), 'utilization.gpuPercent'),
          fact('hotspot', t('gpuTab.field.temperature.hotspotC'), 'temperature.hotspotC'),
          fact('memoryTemperature', t('gpuTab.field.temperature.memoryC'), 'temperature.memoryC'),
          fact('power', t('nodeScreen.gpu.power'), 'power.drawW', 'power.limitW'),
          fact('clock', t('gpuTab.field.clocks.graphicsMHz'), 'clocks.graphicsMHz'),
          fact('ecc', t('nodeScreen.gpu.ecc'), 'ecc.uncorrected'),
          {
            id: 'pcie',
            header: t('nodeScreen.gpu.pcie'),
            cell: (each, index) => (
              <GpuRecord record={each} path={`gpus.${index}`}>
                <GpuFact at="pcie.width">
                  {each.pcie.generation !== null && each.pcie.width !== null
                    ? t('nodeScreen.gpu.pcieLink', { generation: each.pcie.generation, width: each.pcie.width })
                    : undefined}
                </GpuFact>
              </GpuRecord>
            ),
          },
        ]}
      />
      {gpu && (
        <section className={classes.detail} aria-label={t('gpuTab.amd.detail', { index: gpu.index })}>
          <GpuRecord record={gpu} path={`gpus.${position}`}>
            <div className={classes.detailColumns}>
              {sections.map(([section, fields]) => (
                <GpuFacts key={section} title={t(`gpuTab.section.${section}`)} fields={fields} />
              ))}
            </div>
          </GpuRecord>
        </section>
      )}
    </>
  );
}
