import { bytesText } from '#shared/domain/bytes-text';
import type { Gpu } from '#shared/domain/facts/gpu';
import { type FactsOf, factsSchemas, type ProbeId } from '#shared/domain/facts/index';
import { isSameDevice } from '#shared/domain/gpu-recovery';
import type { Incident } from '#shared/domain/incident';
import { isRmaCandidate, rmaCriteria, rmaRules, xidsOf } from '#shared/domain/rma/rma-criteria';
import { attachmentFile } from './attachment-file';
import type { RankedFinding } from './cause';
import { labelledTable, type ReportBlock } from './report-model';
import type { ReportInput, Words } from './report-words';

const shownXids = 100;
const shownGpus = 32;

interface GpuOfNode {
  readonly hostId: string;
  readonly gpu: Gpu;
  readonly driverVersion: string | null;
  readonly readAtMs: number;
}

/** For a vendor: each GPU that findings name, that logged an Xid or that meets a criterion, as it was last read. */
export function rmaBlocks(
  { incident, hiddenCount }: Pick<ReportInput, 'incident' | 'hiddenCount'>,
  ranked: readonly RankedFinding[],
  words: Words,
): ReportBlock[] {
  const isRedacted = hiddenCount !== null && hiddenCount > 0;
  const { t, say } = words;
  const gpus = incident.hostIds.flatMap((hostId) => concernedGpus(incident, hostId, ranked));
  if (gpus.length === 0) return [];
  const rest = gpus.length - shownGpus;
  return [
    { kind: 'heading', level: 2, text: t('rma') },
    { kind: 'paragraph', text: say('rma.lead'), isQuiet: true },
    ...(isRedacted ? [{ kind: 'paragraph' as const, text: t('rmaRedacted') }] : []),
    ...fileBlocks(incident, isRedacted, words),
    ...gpus.slice(0, shownGpus).flatMap((one) => gpuBlocks(incident, one, words)),
    ...(rest > 0 ? [{ kind: 'paragraph' as const, text: t('moreGpus', { count: rest }), isQuiet: true }] : []),
  ];
}

/** Bug reports that were fetched. */
function fileBlocks({ entries }: Incident, isRedacted: boolean, { t, host }: Words): ReportBlock[] {
  const files = entries.flatMap((entry) => (entry.kind === 'file' ? [entry] : []));
  if (files.length === 0) return [{ kind: 'paragraph', text: t('noBugReport'), isQuiet: true }];
  return [
    ...labelledTable(
      t('attachments'),
      [t('node'), t('file'), t('size'), 'SHA-256'],
      files.map((file) => [host(file.hostId), attachmentFile(file), bytesText(file.sizeBytes), file.sha256]),
      [1, 3],
    ),
    { kind: 'paragraph', text: t(isRedacted ? 'attachmentsLeftOut' : 'attachmentsInBundle'), isQuiet: true },
  ];
}

function concernedGpus(incident: Incident, hostId: string, ranked: readonly RankedFinding[]): GpuOfNode[] {
  const read = lastResult(incident, hostId, 'gpu');
  if (read === null) return [];
  const log = lastResult(incident, hostId, 'gpu-kernel-log')?.facts ?? null;
  const subjects = ranked.flatMap(({ finding }) =>
    finding.hostId === hostId && finding.severity !== 'info' && finding.nature !== 'capacity' ? finding.subjects : [],
  );
  return read.facts.gpus.flatMap((gpu) => {
    const isNamed = subjects.some((subject) => subject === gpu.uuid || isSameDevice(subject, gpu.pciBusId));
    const hasXid = (xidsOf(gpu.pciBusId, log)?.length ?? 0) > 0;
    if (!isNamed && !hasXid && !isRmaCandidate(rmaCriteria(gpu, log))) return [];
    return [{ hostId, gpu, driverVersion: read.facts.driverVersion, readAtMs: read.atMs }];
  });
}

/** The newest facts of a probe that the timeline keeps of a node and this version can read. */
function lastResult<Id extends ProbeId>(
  incident: Incident,
  hostId: string,
  probeId: Id,
): { facts: FactsOf<Id>; atMs: number } | null {
  let last: { facts: FactsOf<Id>; atMs: number } | null = null;
  for (const entry of incident.entries) {
    if (entry.kind !== 'evidence') continue;
    const { result } = entry;
    if (result.hostId !== hostId || result.probeId !== probeId || result.state !== 'ok') continue;
    if (last !== null && last.atMs > result.observedAtMs) continue;
    const { data } = factsSchemas[probeId].safeParse(result.facts);
    if (data) last = { facts: data as FactsOf<Id>, atMs: result.observedAtMs };
  }
  return last;
}

function gpuBlocks(
  incident: Incident,
  { hostId, gpu, driverVersion, readAtMs }: GpuOfNode,
  { t, say, host, time }: Words,
): ReportBlock[] {
  const machine = lastResult(incident, hostId, 'machine')?.facts ?? null;
  const log = lastResult(incident, hostId, 'gpu-kernel-log')?.facts ?? null;
  const told = (value: string | number | null | undefined, unit = ''): string =>
    value === null || value === undefined || value === '' ? t('notRead') : `${value}${unit}`;
  const { infoRom, platform, ecc, remappedRows, retiredPages, temperature } = gpu;
  const xids = xidsOf(gpu.pciBusId, log);
  const criteria = rmaCriteria(gpu, log);
  const canRetire = criteria.some(({ id, state }) => id === 'retired-pages' && state !== 'not-applicable');
  return [
    { kind: 'heading', level: 3, text: t('rmaGpu', { index: gpu.index, name: gpu.name ?? '', host: host(hostId) }) },
    {
      kind: 'facts',
      rows: [
        [t('serial'), told(gpu.serial)],
        ['UUID', told(gpu.uuid)],
        [
          t('partNumbers'),
          [gpu.boardPartNumber, gpu.gpuPartNumber, gpu.fruPartNumber].filter(Boolean).join(', ') || t('notRead'),
        ],
        ['VBIOS', told(gpu.vbiosVersion)],
        ['InfoROM', `${told(infoRom?.image)} (OEM ${told(infoRom?.oem)}, ECC ${told(infoRom?.ecc)})`],
        [t('driver'), told(driverVersion)],
        [t('pciAddress'), gpu.pciBusId],
        [t('slot'), `${told(platform?.slotNumber)} (${t('module')} ${told(platform?.moduleId)})`],
        [t('chassisSerial'), told(platform?.chassisSerial ?? machine?.chassis.serial)],
        [
          t('system'),
          machine
            ? [machine.system.manufacturer, machine.system.product, machine.system.serial].filter(Boolean).join(' · ')
            : t('notRead'),
        ],
        [
          t('temperatures'),
          `GPU ${told(temperature?.gpuC, ' °C')}, ${t('gpuMemory')} ${told(temperature?.memoryC, ' °C')}`,
        ],
        [t('readAt'), time(readAtMs)],
      ],
    },
    ...labelledTable(
      say('rma.title'),
      ['criterion', 'state', 'value', 'source'].map((column) => say(`rma.column.${column}`)),
      criteria.map(({ id, state, value }) => [
        say(`rma.criterion.${id}`),
        say(`rma.state.${state}`),
        value ?? '–',
        rmaRules[id].source,
      ]),
    ),
    ...labelledTable(
      t('errorCounters'),
      [t('counter'), t('sinceDriver'), t('lifetime')],
      [
        [t('eccCorrected'), told(ecc?.volatile?.corrected), told(ecc?.aggregate?.corrected)],
        [t('eccUncorrected'), told(ecc?.volatile?.uncorrected), told(ecc?.aggregate?.uncorrected)],
        [t('eccSram'), told(ecc?.volatile?.sramUncorrected), told(ecc?.aggregate?.sramUncorrected)],
        [t('eccDram'), told(ecc?.volatile?.dramUncorrected), told(ecc?.aggregate?.dramUncorrected)],
        [t('remappedRows'), '–', `${told(remappedRows?.correctable)} / ${told(remappedRows?.uncorrectable)}`],
        [
          t('retiredPages'),
          '–',
          canRetire
            ? `${told(retiredPages?.singleBit)} / ${told(retiredPages?.doubleBit)}`
            : say('rma.state.not-applicable'),
        ],
        [t('pcieReplays'), told(gpu.pcie?.replayCount), '–'],
      ],
    ),
    ...(xids === null
      ? [{ kind: 'paragraph' as const, text: t('logNotRead'), isQuiet: true }]
      : xids.length === 0
        ? [{ kind: 'paragraph' as const, text: t('noXids'), isQuiet: true }]
        : labelledTable(
            t('xids'),
            [t('time'), 'Xid', t('message')],
            xids
              .slice(-shownXids)
              .map(({ xid, atMs, text }) => [atMs === null ? t('noClock') : time(atMs), String(xid), text]),
            [2],
          )),
    ...(xids && xids.length > shownXids
      ? [{ kind: 'paragraph' as const, text: t('olderXids', { count: xids.length - shownXids }), isQuiet: true }]
      : []),
  ];
}
