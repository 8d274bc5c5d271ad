import { z } from 'zod';
import type { GpuFacts, GpuKernelLogFacts, GpuListFacts } from './facts/gpu';
import type { GpuDevicesFacts } from './facts/gpu-system';
import type { PciFacts } from './facts/pci';
import { isSameDevice } from './gpu-recovery';

const text = z.string().nullable();

const deviceSchema = z.object({ pciBusId: z.string(), name: text, driver: text });

const lostSchema = z.object({
  pciBusId: z.string(),
  name: text,
  /** The first line of the kernel log about it since the node booted; null: none, or one without a wall clock. */
  firstAtMs: z.number().nullable(),
  isLogged: z.boolean(),
  isOnBus: z.boolean(),
  /** The driver logged a fatal error of its PCIe link (Xid 167). */
  isLinkLogged: z.boolean(),
});

const silentSchema = z.object({
  pciBusId: z.string(),
  name: text,
  driver: text,
  /** What its driver wrote when it failed to start it: `bar`: no room for its memory; `power`: a power cable is missing. */
  cause: z.enum(['init', 'bar', 'power', 'not-loaded', 'untold']),
  line: text,
});

/** NVIDIA GPUs as bus, driver and NVML see them, and where the three differ. */
export const gpuPresenceSchema = z.object({
  /** How many the machine is built with, where its product name tells. */
  builtCount: z.number().nullable(),
  busCount: z.number(),
  driverCount: z.number(),
  /** Null: NVML did not answer. */
  nvmlCount: z.number().nullable(),
  lost: z.array(lostSchema),
  /** How many of those are not on the bus any more. */
  lostOffBusCount: z.number(),
  /** On the bus, with NVIDIA's driver or none, and not listed by it. Null: NVML did not answer. */
  silent: z.array(silentSchema).nullable(),
  /** Another driver has them. */
  foreign: z.array(deviceSchema),
});
export type GpuPresence = z.infer<typeof gpuPresenceSchema>;

export interface PresenceSources {
  readonly devices: GpuDevicesFacts;
  readonly list: GpuListFacts | null;
  readonly gpu: GpuFacts | null;
  readonly pci: PciFacts | null;
  readonly kernelLog: GpuKernelLogFacts | null;
  readonly bootedAtMs: number | null;
  readonly product: string | null;
}

type LogLine = GpuKernelLogFacts['lines'][number];

/** Compares the three views of a node's NVIDIA GPUs. Pure. */
export function gpuPresence(sources: PresenceSources): GpuPresence {
  const { devices, list, gpu, pci, product } = sources;
  const lines = linesSinceBoot(sources);
  const bus = devices.devices.filter(
    // The tree of the bus leaves virtual functions out: they are parts of a GPU, handed to guests.
    ({ kind, vendorId, pciBusId }) =>
      kind === 'gpu' &&
      vendorId.toLowerCase() === '10de' &&
      (pci === null ||
        pci.functions.length === 0 ||
        pci.functions.some((one) => isSameFunction(one.address, pciBusId))),
  );
  const answering = gpu?.gpus.filter(({ state }) => state !== 'lost') ?? null;
  const lost = lostGpus(sources, bus, lines);
  const isLost = (pciBusId: string): boolean => lost.some((one) => isSameDevice(one.pciBusId, pciBusId));
  const ours = bus.filter(({ driver }) => isOurs(driver));
  const isAnyBound = bus.some(({ driver }) => driver !== null && isOurs(driver));
  // The short list names no addresses: with as many GPUs as the bus has, each of them answers.
  const isAllListed = list !== null && list.lost.length === 0 && list.gpus.length >= bus.length;
  const silent =
    isAllListed && answering === null
      ? []
      : answering === null
        ? ours.length === 0 || !isAnyBound
          ? ours
          : null
        : ours.filter(({ pciBusId }) => !answering.some((one) => isSameDevice(one.pciBusId, pciBusId)));
  return {
    builtCount: builtWith(product, bus.length + lost.length > 0),
    busCount: bus.length,
    driverCount: bus.filter(({ driver }) => driver !== null && isOurs(driver)).length,
    nvmlCount: answering?.length ?? list?.gpus.length ?? null,
    lost,
    lostOffBusCount: lost.filter(({ isOnBus }) => !isOnBus).length,
    silent:
      silent
        ?.filter(({ pciBusId }) => !isLost(pciBusId))
        .map(({ pciBusId, name, driver }) => ({
          pciBusId,
          name,
          driver,
          ...whySilent(pciBusId, driver, isAnyBound, lines),
        })) ?? null,
    foreign: bus
      .filter(({ driver }) => !isOurs(driver))
      .map(({ pciBusId, name, driver }) => ({ pciBusId, name, driver })),
  };
}

/** `0000:18:00.0` of the kernel is `00000000:18:00.0` of nvidia-smi; `0000:18:00.4` is not. */
function isSameFunction(one: string, other: string): boolean {
  return isSameDevice(one, other) && one.at(-1) === other.at(-1);
}

/** `nvidia`, or its kind for guests; no driver at all may still become it. */
function isOurs(driver: string | null): boolean {
  return driver === null || /^nvidia/.test(driver);
}

function linesSinceBoot({ kernelLog, bootedAtMs }: PresenceSources): LogLine[] {
  return (kernelLog?.lines ?? []).filter(({ atMs }) => atMs === null || bootedAtMs === null || atMs >= bootedAtMs);
}

/** Some lines about a lost GPU are no Xid: `NVRM: GPU 0000:9b:00.0: GPU has fallen off the bus.` */
function addressOf({ pciBusId, text: line }: LogLine): string | null {
  return pciBusId ?? /\b([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}(?:\.[0-7])?)\b/i.exec(line)?.[1] ?? null;
}

function lostGpus(
  { gpu, list, pci }: PresenceSources,
  bus: GpuDevicesFacts['devices'],
  lines: readonly LogLine[],
): GpuPresence['lost'] {
  const logged = lines.filter(({ xid, kind, text: line }) => {
    return (kind === 'xid' && xid === 79) || (kind === 'nvrm' && /fallen off the bus/i.test(line));
  });
  const present = gpu?.gpus.filter(({ state }) => state === 'present') ?? [];
  const addresses = [
    ...(gpu?.gpus ?? []).filter(({ state }) => state === 'lost').map(({ pciBusId }) => pciBusId),
    ...(list?.lost ?? []).map(({ pciBusId }) => pciBusId),
    ...bus
      .map(({ pciBusId }) => pciBusId)
      .filter((id) => pci?.functions.some((one) => one.state === 'lost' && isSameDevice(one.address, id))),
    // What came back after a reset answers again: its line stays in the log.
    ...logged
      .flatMap((line) => addressOf(line) ?? [])
      .filter((id) => !present.some((one) => isSameDevice(one.pciBusId, id))),
  ];
  return addresses
    .filter((id, at) => addresses.findIndex((other) => isSameDevice(other, id)) === at)
    .map((pciBusId) => {
      const about = logged.filter((line) => isSameDevice(addressOf(line) ?? '', pciBusId));
      const times = about.flatMap(({ atMs }) => atMs ?? []);
      const onBus = bus.find((one) => isSameDevice(one.pciBusId, pciBusId));
      return {
        pciBusId: onBus?.pciBusId ?? pciBusId,
        name: onBus?.name ?? null,
        firstAtMs: times.length > 0 ? Math.min(...times) : null,
        isLogged: about.length > 0,
        isOnBus: onBus !== undefined,
        isLinkLogged: lines.some(({ xid, pciBusId: id }) => xid === 167 && id !== null && isSameDevice(id, pciBusId)),
      };
    });
}

const initLines: readonly (readonly [z.infer<typeof silentSchema>['cause'], RegExp])[] = [
  ['power', /does not have the necessary power cables|power cables? (?:is|are) not/i],
  ['bar', /PCI I\/O region assigned to your NVIDIA device is invalid|BAR\d is 0M/i],
  ['init', /RmInitAdapter failed|rm_init_adapter failed|failed to initialize|Cannot initialize GSP/i],
];

/** Xids that say so whatever the words. Source: NVIDIA Xid catalog. */
const initXids: Readonly<Record<string, number>> = { power: 54, init: 143 };

function whySilent(
  pciBusId: string,
  driver: string | null,
  isAnyBound: boolean,
  lines: readonly LogLine[],
): Pick<z.infer<typeof silentSchema>, 'cause' | 'line'> {
  for (const [cause, pattern] of initLines) {
    const line = lines.find((one) => {
      const address = addressOf(one);
      return pattern.test(one.text) && (address === null || isSameDevice(address, pciBusId));
    });
    if (line) return { cause, line: line.text.slice(0, 300) };
    const coded = lines.find(({ xid, pciBusId: id }) => {
      return xid !== null && xid === initXids[cause] && id !== null && isSameDevice(id, pciBusId);
    });
    if (coded) return { cause, line: coded.text.slice(0, 300) };
  }
  return { cause: driver === null && !isAnyBound ? 'not-loaded' : 'untold', line: null };
}

/** Servers around one HGX board, which has all its GPUs or none. Source: the data sheets of Dell, Supermicro and Lenovo. */
const boards: readonly (readonly [product: RegExp, gpus: number])[] = [
  [/^POWEREDGEXE9680L?$/, 8],
  [/^POWEREDGEXE(?:8545|8640|9640)$/, 4],
  [/^(?:SYS)?821GETNHR|^(?:AS)?8125GSTNHR/, 8],
  [/^THINKSYSTEMSR68[05]AV3/, 8],
];

/**
 * How many NVIDIA GPUs a system is built with. Source of DGX: NVIDIA's user guides. Some of the others are sold with boards of
 * other makers too, so at least one must be NVIDIA's. Null: sold with any number of them.
 */
function builtWith(product: string | null, hasAny: boolean): number | null {
  const name = (product ?? '').replace(/[\s_-]/g, '').toUpperCase();
  if (/^(?:NVIDIA)?DGX(?:A100|H100|H200|B200|B300|1)/.test(name) && !name.includes('STATION')) return 8;
  if (/^(?:NVIDIA)?DGX2/.test(name)) return 16;
  return hasAny ? (boards.find(([pattern]) => pattern.test(name))?.[1] ?? null) : null;
}
