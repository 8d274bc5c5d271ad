import type { NodeSummary } from '#shared/contract/inventory';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import { gpuConcerns } from '#shared/domain/gpu-concerns';
import { linkTroubleMessage, linkTroubles } from '#shared/domain/link-troubles';
import { ownMounts } from '#shared/domain/own-mounts';
import { platformConcerns } from '#shared/domain/platform-concerns';
import { storageConcerns } from '#shared/domain/storage-concerns';
import type { Message } from '#shared/domain/text';
import type { inventory as words } from '#shared/i18n/en/inventory';
import { allProbes } from '../probes/all';
import type { Judgement } from './inventory';
import type { LatestResults } from './latest-results';
import { type GetFacts, summarizeFacts } from './summarize-facts';

/**
 * What the fleet shows of a node. What a node is made of may come from an older run of a probe that has no facts now;
 * what changes by the minute only from the last one.
 */
export function summarize(
  hostId: string,
  results: LatestResults,
  isCollecting: boolean,
  judge: (hostId: string) => Judgement,
): NodeSummary {
  const states = results.states(hostId);
  const known: GetFacts = (probeId) => (results.latestOk(hostId, probeId)?.facts ?? null) as never;
  const current: GetFacts = (probeId) => {
    const isOk = states.some((one) => one.probeId === probeId && one.state === 'ok');
    return isOk ? known(probeId) : (null as never);
  };
  const os = results.latestOk(hostId, 'os');
  const judged = judge(hostId);
  const uptimeSeconds = known('os')?.uptimeSeconds ?? null;
  return {
    hostId,
    observedAtMs: states.length > 0 ? Math.max(...states.map((one) => one.observedAtMs)) : null,
    isCollecting,
    probesOk: states.filter((one) => one.state === 'ok').length,
    probesTotal: states.length > 0 ? states.length : allProbes.length,
    bootedAtMs: os && uptimeSeconds !== null ? Math.round(os.observedAtMs - uptimeSeconds * 1000) : null,
    ...summarizeFacts(known, current, Object.fromEntries(states.map(({ probeId, state }) => [probeId, state]))),
    ...judged,
    attention: [
      ...attentionOf(probesNeedingALook(hostId, results, states), factsNeedingALook(current)),
      ...judged.attention,
    ],
  };
}

/** Reasons that say something of the node, not only of the probe. */
const tellingReasons = new Set(
  [
    'driverLibraryMismatch',
    'driverNotRunning',
    'gpuLost',
    'gpuHandle',
    'noDevices',
    'nvmlInit',
    'gpusMissing',
    'powerCables',
    'gpuInterrupts',
    'infoRomCorrupt',
  ].map((key) => `probes.${key}`),
);

/** A lost GPU is named once: as a fact where there is one, else as what nvidia-smi said. */
function attentionOf(probes: readonly Message[], facts: readonly Message[]): Message[] {
  const isNamed = facts.some(({ key }) => key === 'inventory.attentionGpuLost');
  const isSame = ({ key }: Message) => key === 'probes.gpuHandle' || key === 'probes.gpuLost';
  return [...probes.filter((one) => !(isNamed && isSame(one))), ...facts];
}

function probesNeedingALook(
  hostId: string,
  results: LatestResults,
  states: ReturnType<LatestResults['states']>,
): Message[] {
  const found = new Map<string, Message>();
  for (const { probeId, state } of states) {
    if (state === 'missing-tool' || state === 'denied' || (state === 'ok' && probeId !== 'gpu')) continue;
    const reason = results.latest(hostId, probeId)?.reason;
    if (!reason) continue;
    // Nothing of the GPUs is known then, which is not the same as nothing noticed.
    const isGpuUnread = probeId === 'gpu' && state !== 'ok' && state !== 'hung';
    if (tellingReasons.has(reason.key) || isGpuUnread) found.set(reason.key, reason);
    else if (state === 'hung')
      found.set('hung', { key: 'probes.hung', params: { tool: String(reason.params?.tool ?? probeId) } });
  }
  return [...found.values()];
}

/** A filled file system is worth a look from here on; df counts what is reserved for root as used. */
const fullPercent = 95;
const clockOffsetLimitMs = 5000;

function factsNeedingALook(current: GetFacts): Message[] {
  const found: Message[] = [];
  const say = (key: keyof typeof words, params: Message['params']) =>
    found.push({ key: `inventory.${key}`, ...(params ? { params } : {}) });
  const gpus = current('gpu')?.gpus ?? [];
  for (const gpu of gpus) {
    const params = { index: gpu.index, pciBusId: gpu.pciBusId };
    if (gpu.state === 'lost') say('attentionGpuLost', params);
    if (gpu.state === 'requires-reset') say('attentionGpuRequiresReset', params);
    if (gpu.remappedRows.hasFailed) say('attentionRowRemapFailed', params);
    if ((gpu.ecc.volatile.uncorrected ?? 0) > 0) {
      say('attentionEccUncorrected', { ...params, count: gpu.ecc.volatile.uncorrected ?? 0 });
    }
    const slowed = gpu.clockEventReasons?.filter(
      (reason) => reason.startsWith('hw_') || reason === 'sw_thermal_slowdown',
    );
    if (slowed && slowed.length > 0) say('attentionSlowdown', { ...params, reasons: slowed.join(', ') });
  }
  found.push(...gpuConcerns(factsOf(current, ['gpu', 'amd-gpu', 'nvlink', 'gpu-devices', 'gpu-driver', 'services'])));
  const xids = current('gpu-kernel-log')?.lines.filter((line) => line.kind === 'xid') ?? [];
  const last = xids.at(-1);
  if (last) say('attentionXid', { count: xids.length, xid: last.xid ?? 0, pciBusId: last.pciBusId ?? '?' });
  for (const system of ownMounts(current('file-systems')?.fileSystems ?? [])) {
    const { sizeBytes, availableBytes } = system;
    if (sizeBytes === null || availableBytes === null || sizeBytes < 1024 ** 3 || system.options.includes('ro'))
      continue;
    const usedPercent = Math.floor((1 - availableBytes / sizeBytes) * 100);
    if (usedPercent >= fullPercent)
      say('attentionFileSystemFull', { mountPoint: system.mountPoint, percent: usedPercent });
  }
  const links = linkTroubles({ network: current('network') ?? undefined, rdma: current('rdma') ?? undefined });
  found.push(...links.map(linkTroubleMessage));
  found.push(...storageTroubles(current));
  found.push(...platformConcerns(factsOf(current, ['bmc-sensors', 'ups', 'edac', 'memory-modules'])));
  const offset = current('os')?.clockOffsetMs ?? 0;
  if (current('pending-changes')?.isRebootRequired) say('attentionReboot', undefined);
  if (Math.abs(offset) > clockOffsetLimitMs) say('attentionClock', { seconds: Math.round(offset / 1000) });
  return found;
}

/** What puts data or a service at risk now, and all that Ceph warns of. */
function storageTroubles(current: GetFacts): Message[] {
  return storageConcerns(factsOf(current, ['block-devices', 'nvme', 'disk-health', 'raid', 'ceph', 'tape']))
    .filter(({ level, message }) => level === 'bad' || message.key.startsWith('storage.concern.ceph'))
    .map(({ message }) => message);
}

function factsOf(current: GetFacts, ids: readonly ProbeId[]): NodeFacts {
  return Object.fromEntries(ids.map((id) => [id, current(id) ?? undefined]));
}
