import type { Gpu } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { KeyValueTable } from '../../../components/key-value-table';
import { type Unit, Value } from '../../../components/value';
import classes from '../node.module.css';
import { GpuProcesses } from './gpu-processes';
import { MigDevices } from './mig-devices';

type Field = [label: string, field: string, value: string | number | boolean | null, unit?: Unit, shown?: string];

/** Everything nvidia-smi says of one GPU. */
export function GpuDetail({ gpu, position }: { gpu: Gpu; position: number }) {
  const { t } = useWords();
  const format = useFormat();
  const mode = (current: string | null, pending: string | null): string | undefined =>
    current !== null && pending !== null && pending !== current
      ? t('nodeScreen.gpu.pending', { current, pending })
      : undefined;
  const link = (generation: number | null, width: number | null): string | undefined =>
    generation !== null && width !== null ? t('nodeScreen.gpu.pcieLink', { generation, width }) : undefined;
  const { minLimitW, maxLimitW } = gpu.power;
  const powerRange =
    minLimitW !== null && maxLimitW !== null ? `${format.number(minLimitW, 0)}–${format.number(maxLimitW, 0)} W` : null;

  const groups: Array<{ title: string; fields: Field[] }> = [
    {
      title: t('nodeScreen.gpu.identity'),
      fields: [
        [t('nodeScreen.gpu.uuid'), 'uuid', gpu.uuid],
        [t('nodeScreen.gpu.pciBusId'), 'pciBusId', gpu.pciBusId],
        [t('nodeScreen.gpu.architecture'), 'architecture', gpu.architecture],
        [t('nodeScreen.gpu.brand'), 'brand', gpu.brand],
        [t('nodeScreen.gpu.serial'), 'serial', gpu.serial],
        [t('nodeScreen.gpu.partNumber'), 'boardPartNumber', gpu.boardPartNumber],
        [t('nodeScreen.gpu.vbios'), 'vbiosVersion', gpu.vbiosVersion],
        [
          t('nodeScreen.gpu.minor'),
          'minorNumber',
          gpu.minorNumber,
          'text',
          gpu.minorNumber === null ? undefined : `/dev/nvidia${gpu.minorNumber}`,
        ],
      ],
    },
    {
      title: t('nodeScreen.gpu.memoryTitle'),
      fields: [
        [t('nodeScreen.gpu.total'), 'memory.totalBytes', gpu.memory.totalBytes, 'bytes'],
        [t('nodeScreen.gpu.used'), 'memory.usedBytes', gpu.memory.usedBytes, 'bytes'],
        [t('nodeScreen.gpu.free'), 'memory.freeBytes', gpu.memory.freeBytes, 'bytes'],
        [t('nodeScreen.gpu.reserved'), 'memory.reservedBytes', gpu.memory.reservedBytes, 'bytes'],
        [t('nodeScreen.gpu.bar1Used'), 'bar1.usedBytes', gpu.bar1.usedBytes, 'bytes'],
        [t('nodeScreen.gpu.bar1Total'), 'bar1.totalBytes', gpu.bar1.totalBytes, 'bytes'],
        [t('nodeScreen.gpu.memoryLoad'), 'utilization.memoryPercent', gpu.utilization.memoryPercent, 'percent'],
      ],
    },
    {
      title: t('nodeScreen.gpu.thermal'),
      fields: [
        [t('nodeScreen.gpu.gpuTemperature'), 'temperature.gpuC', gpu.temperature.gpuC, 'celsius'],
        [t('nodeScreen.gpu.memoryTemperature'), 'temperature.memoryC', gpu.temperature.memoryC, 'celsius'],
        [t('nodeScreen.gpu.margin'), 'temperature.marginC', gpu.temperature.marginC, 'celsius'],
        [t('nodeScreen.gpu.slowdownAt'), 'temperature.slowdownC', gpu.temperature.slowdownC, 'celsius'],
        [t('nodeScreen.gpu.shutdownAt'), 'temperature.shutdownC', gpu.temperature.shutdownC, 'celsius'],
        [t('nodeScreen.gpu.powerDraw'), 'power.drawW', gpu.power.drawW, 'watts'],
        [t('nodeScreen.gpu.powerLimit'), 'power.limitW', gpu.power.limitW, 'watts'],
        [t('nodeScreen.gpu.powerRange'), 'power.maxLimitW', powerRange],
        [t('nodeScreen.gpu.smClock'), 'clocks.smMHz', gpu.clocks.smMHz, 'megahertz'],
        [t('nodeScreen.gpu.memoryClock'), 'clocks.memoryMHz', gpu.clocks.memoryMHz, 'megahertz'],
        [
          t('nodeScreen.gpu.clockReasons'),
          'clockEventReasons',
          gpu.clockEventReasons === null ? null : gpu.clockEventReasons.join(', ') || t('nodeScreen.list.none'),
        ],
      ],
    },
    {
      title: t('nodeScreen.gpu.modes'),
      fields: [
        [t('nodeScreen.gpu.persistence'), 'isPersistenceModeOn', gpu.isPersistenceModeOn, 'switch'],
        [t('nodeScreen.gpu.computeMode'), 'computeMode', gpu.computeMode],
        [t('nodeScreen.gpu.migMode'), 'mig.current', gpu.mig.current, 'text', mode(gpu.mig.current, gpu.mig.pending)],
        [t('nodeScreen.gpu.eccMode'), 'ecc.current', gpu.ecc.current, 'text', mode(gpu.ecc.current, gpu.ecc.pending)],
        [t('nodeScreen.gpu.performance'), 'performanceState', gpu.performanceState],
        [t('nodeScreen.gpu.addressing'), 'addressingMode', gpu.addressingMode],
        [t('nodeScreen.gpu.display'), 'isDisplayActive', gpu.isDisplayActive, 'flag'],
        [
          t('nodeScreen.gpu.fabric'),
          'fabric.state',
          gpu.fabric.state,
          'text',
          gpu.fabric.status ? `${gpu.fabric.state} (${gpu.fabric.status})` : undefined,
        ],
        [t('nodeScreen.gpu.recovery'), 'recoveryAction', gpu.recoveryAction],
      ],
    },
    {
      title: t('nodeScreen.gpu.errors'),
      fields: [
        [t('nodeScreen.gpu.volatileCorrected'), 'ecc.volatile.corrected', gpu.ecc.volatile.corrected, 'count'],
        [t('nodeScreen.gpu.volatileUncorrected'), 'ecc.volatile.uncorrected', gpu.ecc.volatile.uncorrected, 'count'],
        [t('nodeScreen.gpu.aggregateCorrected'), 'ecc.aggregate.corrected', gpu.ecc.aggregate.corrected, 'count'],
        [t('nodeScreen.gpu.aggregateUncorrected'), 'ecc.aggregate.uncorrected', gpu.ecc.aggregate.uncorrected, 'count'],
        [t('nodeScreen.gpu.remappedCorrectable'), 'remappedRows.correctable', gpu.remappedRows.correctable, 'count'],
        [
          t('nodeScreen.gpu.remappedUncorrectable'),
          'remappedRows.uncorrectable',
          gpu.remappedRows.uncorrectable,
          'count',
        ],
        [t('nodeScreen.gpu.remapPending'), 'remappedRows.isPending', gpu.remappedRows.isPending, 'flag'],
        [t('nodeScreen.gpu.remapFailed'), 'remappedRows.hasFailed', gpu.remappedRows.hasFailed, 'flag'],
        [t('nodeScreen.gpu.retiredSingle'), 'retiredPages.singleBit', gpu.retiredPages.singleBit, 'count'],
        [t('nodeScreen.gpu.retiredDouble'), 'retiredPages.doubleBit', gpu.retiredPages.doubleBit, 'count'],
      ],
    },
    {
      title: t('nodeScreen.gpu.pcieTitle'),
      fields: [
        [t('nodeScreen.gpu.pcieNow'), 'pcie.width', gpu.pcie.width, 'count', link(gpu.pcie.generation, gpu.pcie.width)],
        [
          t('nodeScreen.gpu.pcieMax'),
          'pcie.maxWidth',
          gpu.pcie.maxWidth,
          'count',
          link(gpu.pcie.maxGeneration, gpu.pcie.maxWidth),
        ],
        [
          t('nodeScreen.gpu.pcieHostMax'),
          'pcie.hostMaxGeneration',
          gpu.pcie.hostMaxGeneration,
          'count',
          gpu.pcie.hostMaxGeneration === null ? undefined : `gen ${gpu.pcie.hostMaxGeneration}`,
        ],
        [t('nodeScreen.gpu.replays'), 'pcie.replayCount', gpu.pcie.replayCount, 'count'],
      ],
    },
  ];

  return (
    <section
      className={classes.detail}
      style={{ marginTop: 12 }}
      aria-label={t('nodeScreen.gpu.detail', { index: gpu.index })}
    >
      <div className={classes.detailGrid}>
        {groups.map(({ title, fields }) => (
          <div key={title}>
            <h3>{title}</h3>
            <KeyValueTable
              rows={fields.map(([label, field, value, unit, shown]) => ({
                key: field,
                label,
                value: (
                  <Value value={value} unit={unit} path={`gpus.${position}.${field}`} absence={gpu.absences[field]}>
                    {shown}
                  </Value>
                ),
              }))}
            />
          </div>
        ))}
      </div>
      {gpu.migDevices.length > 0 && <MigDevices gpu={gpu} position={position} />}
      <GpuProcesses gpu={gpu} position={position} />
    </section>
  );
}
