import { z } from 'zod';
import type { GpuFacts, GpuKernelLogFacts, GpuTopologyFacts } from './facts/gpu';
import type { GpuDevicesFacts, NvlinkFacts } from './facts/gpu-system';
import { type Reading, spanOf } from './facts/readings';
import type { PackagesFacts, ServicesFacts } from './facts/software';

const fabricGpuSchema = z.object({
  index: z.number(),
  uuid: z.string().nullable(),
  name: z.string().nullable(),
  /** `unread`: nobody told of its links. */
  support: z.enum(['links', 'none', 'hidden', 'unknown', 'unread']),
  /** Registration with the fabric; null where the GPU has none to be in. */
  state: z.string().nullable(),
  status: z.string().nullable(),
  isRegistered: z.boolean().nullable(),
  /** What the driver finds wrong with its part of the fabric, in its words. */
  ailments: z.array(z.string()),
  activeLinks: z.number().nullable(),
  /** As its model has, or as the other GPUs of the same model have. */
  wantedLinks: z.number().nullable(),
  inactiveLinks: z.array(z.number()),
  isShort: z.boolean().nullable(),
});

/** The GPUs of a node as ends of NVLinks, and what manages the switches between them. */
export const nvlinkFabricSchema = z.object({
  /** NVSwitches on the PCI bus; null: the bus was not read. */
  switches: z.number().nullable(),
  wantedSwitches: z.number(),
  /** A Blackwell baseboard (HGX B200, B300): its switches are not on the bus of the node, and Fabric Manager sets them up. */
  hasHiddenSwitches: z.boolean(),
  /** GPUs of several nodes are one NVLink domain. */
  isMultiNode: z.boolean(),
  managerState: z.string().nullable(),
  managerRestarts: z.number().nullable(),
  managerVersion: z.string().nullable(),
  driverVersion: z.string().nullable(),
  imexState: z.string().nullable(),
  gpus: z.array(fabricGpuSchema),
});
export type NvlinkFabric = z.infer<typeof nvlinkFabricSchema>;
type FabricGpu = z.infer<typeof fabricGpuSchema>;

/**
 * GPUs on a baseboard by their name: how many links each has, and how many NVSwitches eight of them have. Cards for slots (PCIe,
 * NVL) have as many links as somebody put bridges on. Source: NVIDIA HGX A100, H100 and B200 data sheets, Fabric Manager User
 * Guide ("Supported platforms"). The switches of Blackwell are no NVSwitch devices on the bus of the node.
 */
const baseboards: readonly { readonly name: RegExp; readonly links: number; readonly switches: number }[] = [
  { name: /\bV100-SXM/, links: 6, switches: 0 },
  { name: /\bA[18]00-SXM/, links: 12, switches: 6 },
  { name: /\bH[18]00 .*(HBM3|SXM)|\bH200$|\bH20$/, links: 18, switches: 4 },
  { name: /\bG?B[23]00\b(?!.*NVL)/, links: 18, switches: 0 },
];

/** Source: Fabric Manager User Guide, "NVLink 5". Superchips (GB200) have theirs in a tray of their own, with its own manager. */
const blackwellModule = /(?:^|\s)B[23]00\b(?!.*NVL)/;

function baseboardOf(name: string | null) {
  return baseboards.find((one) => one.name.test(name ?? '')) ?? null;
}

/** What is known of the fabric, each part for itself: what was not read is null. */
export function nvlinkFabric(sources: {
  gpu: GpuFacts;
  nvlink: NvlinkFacts | null;
  devices: GpuDevicesFacts | null;
  services: ServicesFacts | null;
  packages: PackagesFacts | null;
}): NvlinkFabric {
  const { gpu, nvlink, devices, services, packages } = sources;
  const models = gpu.gpus.map(({ name }) => baseboardOf(name ?? null));
  // A machine has eight of one kind, or the switches are another's: fewer GPUs say nothing about them.
  const wantedSwitches = models.length === 8 ? (models[0]?.switches ?? 0) : 0;
  const service = (wanted: string) => services?.services.find(({ name }) => name === wanted) ?? null;
  const state = (wanted: string) =>
    services === null ? null : (service(wanted)?.activeState ?? (service(wanted) === null ? 'not-installed' : null));
  return {
    switches: devices === null ? null : devices.devices.filter(({ kind }) => kind === 'nvswitch').length,
    wantedSwitches,
    hasHiddenSwitches: models.length === 8 && gpu.gpus.every(({ name }) => blackwellModule.test(name ?? '')),
    isMultiNode: gpu.gpus.some(({ fabric }) => /[1-9a-f]/i.test(fabric?.clusterUuid ?? '')),
    managerState: state('nvidia-fabricmanager'),
    managerRestarts: service('nvidia-fabricmanager')?.restarts ?? null,
    managerVersion: services?.fabricManagerVersion ?? packagedManager(packages),
    driverVersion: gpu.driverVersion ?? null,
    imexState: state('nvidia-imex'),
    gpus: withSiblings(gpu.gpus.map((one) => fabricGpu(one, nvlink, gpu.gpus.length))),
  };
}

/** `1:550.127.08-1` and `550.127.08-0ubuntu1` are of driver 550.127.08. */
function packagedManager(packages: PackagesFacts | null): string | null {
  const found = packages?.packages.find(({ name }) => /^nvidia-fabric-?manager(-\d+)?$/.test(name));
  return /^(?:\d+:)?(\d[\d.]{1,30})(?:-|$)/.exec(found?.version ?? '')?.[1] ?? null;
}

function fabricGpu(gpu: GpuFacts['gpus'][number], nvlink: NvlinkFacts | null, count: number): FabricGpu {
  const told = nvlink?.gpus.find(({ index, uuid }) =>
    uuid != null && gpu.uuid ? uuid === gpu.uuid : index === gpu.index,
  );
  const links = told?.support === 'links' ? told.links : null;
  const activeLinks = links?.filter(({ isActive }) => isActive).length ?? null;
  const state = gpu.fabric?.state ?? null;
  const status = gpu.fabric?.status ?? null;
  const isOfFabric = state !== null && !/not supported/i.test(state);
  return {
    index: gpu.index,
    uuid: gpu.uuid ?? null,
    name: gpu.name ?? null,
    support: told?.support ?? 'unread',
    state,
    status,
    isRegistered: isOfFabric ? state === 'Completed' && (status === null || status === 'Success') : null,
    ailments: ailmentsOf(gpu),
    activeLinks,
    // One GPU alone may be a guest's: its links lead to GPUs of others.
    wantedLinks: links !== null && count > 1 ? (baseboardOf(gpu.name ?? null)?.links ?? null) : null,
    inactiveLinks: links?.filter(({ isActive }) => !isActive).map(({ link }) => link) ?? [],
    isShort: null,
  };
}

/** Source: nvml.h, masks of `nvmlGpuFabricInfoV_t.healthMask` and their words in nvidia-smi. */
function ailmentsOf({ fabric }: GpuFacts['gpus'][number]): string[] {
  const health = fabric?.health;
  if (!health) return [];
  const { summary, bandwidth, routeUnhealthy, accessTimeoutRecovery } = health;
  return [
    ...(/unhealthy|limited/i.test(summary ?? '') ? [`Summary: ${summary}`] : []),
    ...(/degraded/i.test(bandwidth ?? '') ? [`Bandwidth: ${bandwidth}`] : []),
    ...(/^true|yes/i.test(routeUnhealthy ?? '') ? ['Route Unhealthy'] : []),
    ...(/^true|yes/i.test(accessTimeoutRecovery ?? '') ? ['Access Timeout Recovery'] : []),
  ];
}

/** Bridged cards of one model have the same bridges: one with fewer links than its siblings lacks some. */
function withSiblings(gpus: readonly FabricGpu[]): FabricGpu[] {
  return gpus.map((gpu) => {
    if (gpu.activeLinks === null) return gpu;
    const siblings = gpus.filter(({ name }) => name === gpu.name).map(({ activeLinks }) => activeLinks ?? 0);
    const wantedLinks = gpu.wantedLinks ?? Math.max(...siblings);
    return { ...gpu, wantedLinks, isShort: gpu.activeLinks < wantedLinks };
  });
}

/** How much an error counter of a link has grown between the first and the last reading. */
export const nvlinkGrowthSchema = z.object({
  gpuIndex: z.number(),
  link: z.number(),
  counter: z.string(),
  by: z.number(),
  perMinute: z.number(),
});

const named = [
  ['Replay Errors', 'replayErrors'],
  ['Recovery Errors', 'recoveryErrors'],
  ['CRC Errors', 'crcErrors'],
] as const;
/**
 * Counters of NVLink 5 that stand still on a good link. Corrected symbols by FEC bin (`FEC Errors - 0`) grow on every link, bit error
 * rates are no counts.
 */
const telling = /^(?!FEC).*(errors?|failed events|recovery events|discards)$/i;

/**
 * What grew, of all links. Null: fewer than two readings, no counter that both have, or nothing grew and not all could be compared. A
 * counter that fell was reset (driver reload): that link's pair says nothing.
 */
export function nvlinkGrowth(readings: readonly Reading<NvlinkFacts>[]): z.infer<typeof nvlinkGrowthSchema>[] | null {
  const span = spanOf(readings);
  if (span === null) return null;
  const { first, last, seconds } = span;
  const minutes = seconds / 60;
  const idOf = (gpu: NvlinkFacts['gpus'][number]) => gpu.uuid ?? gpu.index;
  let compared = 0;
  let lacking = first.gpus.filter((gpu) => !last.gpus.some((one) => idOf(one) === idOf(gpu))).length;
  const grown = last.gpus.flatMap((gpu) =>
    gpu.links.flatMap((link) => {
      const before = first.gpus.find((one) => idOf(one) === idOf(gpu))?.links.find((one) => one.link === link.link);
      return countersOf(link).flatMap(([counter, now]) => {
        const then = before && countersOf(before).find(([name]) => name === counter)?.[1];
        if (then === undefined || now < then) {
          lacking += 1;
          return [];
        }
        compared += 1;
        const by = now - then;
        return by > 0 ? [{ gpuIndex: gpu.index, link: link.link, counter, by, perMinute: by / minutes }] : [];
      });
    }),
  );
  return compared === 0 || (grown.length === 0 && lacking > 0) ? null : grown;
}

function countersOf(link: NvlinkFacts['gpus'][number]['links'][number]): [string, number][] {
  const known = named.flatMap(([name, key]): [string, number][] => (link[key] == null ? [] : [[name, link[key]]]));
  return [...known, ...Object.entries(link.otherCounters ?? {}).filter(([name]) => telling.test(name))];
}

export const nvlinkEventSchema = z.object({
  atMs: z.number().nullable(),
  kind: z.enum(['xid', 'sxid']),
  code: z.number(),
  pciBusId: z.string().nullable(),
  isFatal: z.boolean(),
  text: z.string(),
});

/** Source: NVIDIA Xid catalog: NVLink 2-4 (74), training (136), NVLink 5 (144-150), link taken down by software (155). */
const nvlinkXids: readonly number[] = [74, 136, 144, 145, 146, 147, 148, 149, 150, 155];

/** What the kernel logged of links and switches since boot, oldest first: the first one is the culprit's, others its peers'. */
export function nvlinkEvents(log: GpuKernelLogFacts, bootedAtMs: number | null): z.infer<typeof nvlinkEventSchema>[] {
  const events = log.lines.flatMap(({ kind, xid, atMs, pciBusId, text }) => {
    if (xid == null || (kind !== 'sxid' && !(kind === 'xid' && nvlinkXids.includes(xid)))) return [];
    if (atMs != null && bootedAtMs !== null && atMs < bootedAtMs) return [];
    const isFatal = /\bfatal\b/i.test(text.replace(/non-?fatal/gi, ''));
    return [{ atMs: atMs ?? null, kind, code: xid, pciBusId: pciBusId ?? null, isFatal, text }];
  });
  // Lines without a time stand where the log has them: sorting would move them.
  return events.every(({ atMs }) => atMs !== null)
    ? events.sort((one, other) => (one.atMs ?? 0) - (other.atMs ?? 0))
    : events;
}

/** Pairs of GPUs that no NVLink joins, as `GPU0-GPU3 SYS`. Null: fewer than two GPUs in the table. */
export function pairsWithoutNvlink({ devices, links }: GpuTopologyFacts): string[] | null {
  const gpus = devices.flatMap(({ kind, label }, at) => (kind === 'gpu' ? [{ label, at }] : []));
  if (gpus.length < 2) return null;
  return gpus.flatMap(({ label, at }, nth) =>
    gpus.slice(nth + 1).flatMap((other) => {
      const link = links[at]?.[other.at] ?? '?';
      return link.startsWith('NV') ? [] : [`${label}-${other.label} ${link}`];
    }),
  );
}

/**
 * Reads `nvidia-smi topo -p2p n`: pairs that can't use NVLink, with the driver's word for why (CNS chipset, GNS GPU, TNS topology not
 * supported, DR disabled by a registry key, NS not supported, U unknown). Null: this is no such table.
 *        GPU0  GPU1
 *  GPU0   X     OK
 */
export function peersWithoutNvlink(text: string): string[] | null {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/).filter(Boolean));
  const header = lines.find((words) => words.length > 1 && words.every((word) => /^GPU\d{1,3}$/.test(word)));
  if (header === undefined) return null;
  const rows = lines.filter((words) => words.length === header.length + 1 && /^GPU\d/.test(words[0] ?? ''));
  if (rows.length !== header.length) return null;
  return rows.flatMap(([label = '', ...cells], row) =>
    cells.flatMap((cell, column) => (column <= row || cell === 'OK' ? [] : [`${label}-${header[column]} ${cell}`])),
  );
}
