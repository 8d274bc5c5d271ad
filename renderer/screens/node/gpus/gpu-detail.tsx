import { lazy, Suspense } from 'react';
import type { Gpu } from '#shared/domain/facts/gpu';
import type { gpuTab } from '#shared/i18n/en/gpuTab';
import { useWords } from '../../../app/i18n';
import { RmaCriteria } from '../../../components/rma-criteria';
import classes from '../node.module.css';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';
import { EccCounts } from './ecc-counts';
import { GpuProcesses } from './gpu-processes';
import { MigDevices } from './mig-devices';
import { GpuFacts, type GpuField, GpuRecord, valueAt } from './record-fact';

// The catalogue is large, and only this part of the screen needs it.
const GpuModelSection = lazy(() => import('./gpu-model-section'));

type Section = keyof (typeof gpuTab)['section'];

/** What is shown of a GPU, in which order. */
export const gpuSections: ReadonlyArray<readonly [Section, readonly GpuField[]]> = [
  [
    'identity',
    [
      'uuid',
      'serial',
      'pdi',
      'pciBusId',
      'minorNumber',
      'architecture',
      'brand',
      'boardPartNumber',
      'gpuPartNumber',
      'fruPartNumber',
      'pciDeviceId',
      'pciSubsystemId',
      'boardId',
      'isMultiGpuBoard',
    ],
  ],
  ['firmware', ['vbiosVersion', 'gspFirmwareVersion', 'infoRom.image', 'infoRom.oem', 'infoRom.ecc', 'infoRom.power']],
  [
    'memory',
    [
      'memoryKind',
      'memory.totalBytes',
      'memory.usedBytes',
      'memory.freeBytes',
      'memory.reservedBytes',
      'bar1.totalBytes',
      'bar1.usedBytes',
      'bar1.freeBytes',
      'utilization.memoryPercent',
    ],
  ],
  [
    'thermal',
    [
      'temperature.gpuC',
      'temperature.memoryC',
      'temperature.marginC',
      'temperature.slowdownMarginC',
      'temperature.shutdownMarginC',
      'temperature.maxOperatingMarginC',
      'temperature.memoryMaxOperatingMarginC',
      'temperature.slowdownC',
      'temperature.shutdownC',
      'temperature.maxOperatingC',
      'temperature.memoryMaxOperatingC',
      'temperature.targetC',
      'fanPercent',
    ],
  ],
  [
    'power',
    [
      'power.drawW',
      'power.averageW',
      'power.instantW',
      'power.limitW',
      'power.requestedLimitW',
      'power.defaultLimitW',
      'power.minLimitW',
      'power.maxLimitW',
      'power.memoryW',
      'power.moduleW',
      'power.moduleLimitW',
    ],
  ],
  [
    'clocks',
    [
      'performanceState',
      'clocks.smMHz',
      'clocks.maxSmMHz',
      'clocks.graphicsMHz',
      'clocks.maxGraphicsMHz',
      'clocks.memoryMHz',
      'clocks.maxMemoryMHz',
      'clocks.videoMHz',
      'clocks.maxVideoMHz',
      'clocks.applicationGraphicsMHz',
      'clocks.applicationMemoryMHz',
      'clocks.defaultApplicationGraphicsMHz',
      'clocks.defaultApplicationMemoryMHz',
      'clocks.maxCustomerBoostMHz',
      'clockEventReasons',
      'clockEventCounters.softwarePowerCapUs',
      'clockEventCounters.softwareThermalUs',
      'clockEventCounters.hardwareThermalUs',
      'clockEventCounters.hardwarePowerBrakeUs',
      'clockEventCounters.syncBoostUs',
    ],
  ],
  [
    'ecc',
    [
      'ecc.current',
      'ecc.aggregate.sramUncorrectedParity',
      'ecc.aggregate.sramUncorrectedSecDed',
      'ecc.isSramThresholdExceeded',
      'ecc.sramSources.l2',
      'ecc.sramSources.sm',
      'ecc.sramSources.microcontroller',
      'ecc.sramSources.pcie',
      'ecc.sramSources.other',
      'ecc.isChannelRepairPending',
      'ecc.isTpcRepairPending',
      'ecc.isMemoryUnrepairable',
      'remappedRows.correctable',
      'remappedRows.uncorrectable',
      'remappedRows.inactiveCorrectable',
      'remappedRows.inactiveUncorrectable',
      'remappedRows.isPending',
      'remappedRows.hasFailed',
      'remappedRows.banks.max',
      'remappedRows.banks.high',
      'remappedRows.banks.partial',
      'remappedRows.banks.low',
      'remappedRows.banks.none',
      'retiredPages.singleBit',
      'retiredPages.doubleBit',
      'retiredPages.isPending',
    ],
  ],
  [
    'pcie',
    [
      'pcie.generation',
      'pcie.maxGeneration',
      'pcie.deviceMaxGeneration',
      'pcie.hostMaxGeneration',
      'pcie.width',
      'pcie.maxWidth',
      'pcie.replayCount',
      'pcie.replayRolloverCount',
      'pcie.txBytesPerSec',
      'pcie.rxBytesPerSec',
    ],
  ],
  [
    'fabric',
    [
      'fabric.state',
      'fabric.status',
      'fabric.cliqueId',
      'fabric.clusterUuid',
      'fabric.health.summary',
      'fabric.health.bandwidth',
      'fabric.health.routeRecovery',
      'fabric.health.routeUnhealthy',
      'fabric.health.accessTimeoutRecovery',
      'fabric.health.configuration',
      'fabric.health.partitionAssigned',
    ],
  ],
  [
    'modes',
    [
      'isPersistenceModeOn',
      'computeMode',
      'mig.current',
      'addressingMode',
      'extendedMemoryMode',
      'c2cMode',
      'isDisplayActive',
      'recoveryAction',
      'utilization.encoderPercent',
      'utilization.decoderPercent',
      'utilization.jpegPercent',
      'utilization.opticalFlowPercent',
    ],
  ],
  [
    'security',
    [
      'virtualization.mode',
      'virtualization.hostVgpuMode',
      'virtualization.heterogeneousMode',
      'protectedMemory.totalBytes',
      'protectedMemory.usedBytes',
      'protectedMemory.freeBytes',
      'dramEncryption.current',
    ],
  ],
  [
    'platform',
    [
      'platform.moduleId',
      'platform.chassisSerial',
      'platform.slotNumber',
      'platform.trayIndex',
      'platform.hostId',
      'platform.peerType',
      'platform.fabricGuid',
    ],
  ],
];

/** Details of a sum that stands above them, and shares of a whole: a zero says nothing that is not said. */
const quietAtZero =
  /^ecc\.(sramSources|aggregate\.sramUncorrected(Parity|SecDed))|^remappedRows\.(inactive|banks\.(high|partial|low|none)$)|^protectedMemory\.(used|free)|^utilization\.(jpeg|opticalFlow)|Rollover/;
/** Said by another value already, where they are the same. */
const twins: Readonly<Partial<Record<GpuField, GpuField>>> = {
  'power.averageW': 'power.drawW',
  'clocks.graphicsMHz': 'clocks.smMHz',
  'clocks.maxGraphicsMHz': 'clocks.maxSmMHz',
};

function isQuiet(gpu: Gpu, at: GpuField): boolean {
  const value = valueAt(gpu, at) ?? null;
  const twin = twins[at];
  if (twin !== undefined && (value === null || value === valueAt(gpu, twin))) return true;
  return quietAtZero.test(at) && value === 0;
}

/** Where ECC is off there is nothing to count. */
function hasEccCounts({ ecc }: Gpu): boolean {
  return [ecc.volatile, ecc.aggregate].some((counts) => Object.values(counts).some((count) => count !== null));
}

/** Everything nvidia-smi says of one GPU. */
export function GpuDetail({ gpu, position }: { gpu: Gpu; position: number }) {
  const { t } = useWords();
  const { results } = useResults();
  const links = factsOf('nvlink', results.get('nvlink'))?.gpus.find(({ uuid }) => uuid !== null && uuid === gpu.uuid);
  const nvlinksActive = links?.support === 'links' ? links.links.filter(({ isActive }) => isActive).length : null;
  return (
    <section className={classes.detail} aria-label={t('nodeScreen.gpu.detail', { index: gpu.index })}>
      <GpuRecord record={gpu} path={`gpus.${position}`}>
        <div className={classes.detailColumns}>
          {gpuSections.map(([section, fields]) => (
            <GpuFacts
              key={section}
              title={t(`gpuTab.section.${section}`)}
              fields={fields.filter((at) => !isQuiet(gpu, at))}
            >
              {section === 'ecc' && hasEccCounts(gpu) && <EccCounts gpu={gpu} />}
            </GpuFacts>
          ))}
          <Suspense fallback={null}>
            <GpuModelSection gpu={gpu} nvlinksActive={nvlinksActive} />
          </Suspense>
        </div>
      </GpuRecord>
      <h3>{t('rma.title')}</h3>
      <RmaCriteria gpu={gpu} kernelLog={factsOf('gpu-kernel-log', results.get('gpu-kernel-log')) ?? null} />
      {gpu.migDevices.length > 0 && <MigDevices gpu={gpu} position={position} />}
      <GpuProcesses gpu={gpu} position={position} />
    </section>
  );
}
