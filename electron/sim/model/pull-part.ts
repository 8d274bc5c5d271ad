import type { FaultOptions } from '../faults';
import type { SimGpu } from './gpu';
import type { NodeModel, PullablePart } from './node-model';
import type { SimProcess } from './process';

type PullOptions = FaultOptions['part-pulled'];
type PartKind = NonNullable<PullOptions['kind']>;

/**
 * Takes a part out of the node, as one does with the power off: a card goes with all its functions, the other GPUs are
 * numbered anew, and what ran on it is gone. Returns how to put it back.
 */
export function pullPart(model: NodeModel, options: PullOptions): () => void {
  const kind =
    options.kind ?? (['gpu', 'nic', 'disk', 'dimm'] as const).find((each) => pullableParts[each](model).length > 0);
  const parts = kind === undefined ? [] : chosen(pullableParts[kind](model), options.which);
  if (parts.length === 0) throw new RangeError(`node ${model.name} has no ${kind ?? 'part'} ${options.which ?? ''}`);
  const held = holdings(model, model.processes.values());
  for (const part of parts) model.pulled.add(part);
  const ended = [...held].filter(([, gpus]) => gpus.some(({ slot }) => model.pulled.has(slot)));
  for (const [process] of ended) {
    model.processes.delete(process.pid);
    model.suspended.set(process.pid, process);
  }
  renumber(model, held);
  return () => {
    const stillHeld = holdings(model, model.processes.values());
    for (const part of parts) model.pulled.delete(part);
    const back = ended.filter(([{ pid }]) => model.suspended.delete(pid));
    for (const [process] of back) model.processes.set(process.pid, process);
    renumber(model, new Map([...stillHeld, ...back]));
  };
}

/** A part that can go, and the names it may be asked for by. */
interface Candidate {
  readonly part: PullablePart;
  readonly names: readonly (string | null)[];
  /** What has the same one goes along: both ports of a card. */
  readonly card: string;
}

/** In order of preference from the end: without a name the last one is taken. */
export const pullableParts: { readonly [K in PartKind]: (model: NodeModel) => Candidate[] } = {
  gpu: (model) =>
    model.gpus.map(({ slot, uuid, serial, index }) => ({
      part: slot,
      names: [String(index), uuid, serial, slot.busId, slot.busId.slice(4)],
      card: slot.busId,
    })),
  nic: (model) =>
    model.nics
      .map((nic, index) => ({
        part: nic,
        names: [String(index), nic.netdev, nic.rdmaDevice, nic.pciAddress],
        card: nic.pciAddress.replace(/\.\d$/, ''),
        isManagement: nic.ipv4 !== undefined && nic.rdmaDevice === null,
      }))
      // The port that we come in through is taken only when it is asked for.
      .sort((one, other) => Number(other.isManagement) - Number(one.isManagement)),
  disk: (model) =>
    model.disks
      .map((disk, index) => ({
        part: disk,
        names: [String(index), disk.name, disk.serial, disk.pci?.address ?? null],
        card: disk.name,
        isRoot: disk.partitions.some(({ mountPoint }) => mountPoint === '/'),
      }))
      .sort((one, other) => Number(other.isRoot) - Number(one.isRoot)),
  dimm: (model) =>
    model.dimms.map((dimm, index) => ({
      part: dimm,
      names: [String(index), dimm.locator, dimm.serial],
      card: dimm.locator,
    })),
};

/** None where one of several that were asked for is not there. */
function chosen(candidates: readonly Candidate[], which: string | number | undefined): PullablePart[] {
  const wanted = which === undefined ? [] : String(which).toLowerCase().split('+');
  const found =
    which === undefined
      ? candidates.slice(-1)
      : wanted.flatMap(
          (one) => candidates.find(({ names }) => names.some((name) => name?.toLowerCase() === one)) ?? [],
        );
  if (found.length < wanted.length) return [];
  return candidates.filter(({ card }) => found.some((one) => one.card === card)).map(({ part }) => part);
}

function holdings(model: NodeModel, processes: Iterable<SimProcess>): Map<SimProcess, SimGpu[]> {
  const { gpus } = model;
  return new Map(
    [...processes].map((process) => [process, process.gpus.flatMap(({ gpuIndex }) => gpus[gpuIndex] ?? [])]),
  );
}

function renumber(model: NodeModel, held: ReadonlyMap<SimProcess, readonly SimGpu[]>): void {
  for (const [index, gpu] of model.gpus.entries()) gpu.index = index;
  for (const [process, gpus] of held) {
    process.gpus = process.gpus.map((hold, at) => ({ ...hold, gpuIndex: gpus[at]?.index ?? hold.gpuIndex }));
  }
}
