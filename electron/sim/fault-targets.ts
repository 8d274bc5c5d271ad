import type { FaultName, FaultOptions } from './faults';
import { clusterOf } from './model/ceph';
import { canBeConfidential } from './model/gpu';
import type { NodeModel } from './model/node-model';
import { pciSlots } from './model/pci-links';
import { pullableParts } from './model/pull-part';
import { jobsToStarve } from './model/starve-job';
import { platformOf } from './profiles/platform';
import type { ServiceSpec } from './profiles/profile';
import { runningServices } from './services/service';

/** What a fault can hit on a node, the usual one first, with the options that say so. */
export interface FaultTarget {
  /** GPU, nic, disk …: what a list of many kinds is sorted by. */
  readonly group: string | null;
  readonly label: string;
  readonly options: Readonly<Record<string, string | number>>;
}

/** None for a fault that hits the node as a whole, and where there is nothing that it could hit. */
export function faultTargets(model: NodeModel, fault: FaultName): FaultTarget[] {
  return lists[fault]?.(model) ?? [];
}

/** Whether the node has what the fault breaks. */
export function canBreak(model: NodeModel, fault: FaultName): boolean {
  const service = ofServices[fault];
  if (service !== undefined) return runningServices(model).some(({ kind }) => kind === service);
  if (ofNvidia.has(fault)) return model.profile.driverVersion !== null && (lists[fault]?.(model).length ?? 1) > 0;
  return (lists[fault]?.(model).length ?? 1) > 0;
}

const ofServices: { readonly [F in FaultName]?: ServiceSpec['kind'] } = {
  'kv-cache-full': 'vllm',
  'triton-overloaded': 'triton',
};

const ofNvidia = new Set<FaultName>([
  'hung-nvidia-smi',
  'garbage-output',
  'driver-library-mismatch',
  'driver-changed',
  'xid-79-gpu-lost',
  'ecc-errors',
  'bar1-exhausted',
  'row-remap-failed',
  'power-brake',
  'pcie-replays',
]);

const gpus = (model: NodeModel): FaultTarget[] =>
  model.gpus.map(({ index, slot }) => ({
    group: null,
    label: `GPU ${index} · ${slot.busId.slice(4).toLowerCase()} · ${slot.card.productName}`,
    options: { gpu: index },
  }));

/** Of what hits the node as a whole, if it has what it takes. */
const wholeNode = ({ name }: NodeModel, isPossible: boolean): FaultTarget[] =>
  isPossible ? [{ group: null, label: name, options: {} }] : [];

/** Without a GPU named, the fault takes the one at which it shows best. */
const lists: { readonly [F in FaultName]?: (model: NodeModel) => FaultTarget[] } = {
  overheat: gpus,
  'memory-held-by-orphan': gpus,
  'xid-79-gpu-lost': (model) => gpus(model).reverse(),
  'ecc-errors': gpus,
  'nvlink-down': (model) => (model.profile.hasNvswitch ? gpus(model) : []),
  'bar1-exhausted': gpus,
  'row-remap-failed': (model) => gpus(model).filter((_, index) => model.gpus[index]?.isEccEnabled),
  'power-brake': gpus,
  'pcie-replays': gpus,
  'fabric-manager-stopped': (model) => wholeNode(model, model.profile.hasNvswitch),
  'node-drained': (model) => wholeNode(model, model.profile.software?.slurm !== undefined),
  'confidential-not-ready': (model) => wholeNode(model, canBeConfidential(model)),
  'link-errors': ({ nics }) =>
    nics
      .filter(({ kind }) => kind === 'infiniband')
      .map(({ rdmaDevice, netdev }) => ({
        group: null,
        label: rdmaDevice ?? netdev,
        options: { device: rdmaDevice ?? netdev },
      })),
  'memory-module-failing': ({ dimms }) =>
    dimms.map(({ locator }, index) => ({ group: null, label: locator, options: { dimm: index } })),
  'mig-slice-small': (model) => gpus(model).filter((_, index) => (model.gpus[index]?.migInstances.length ?? 0) > 0),
  'starved-job': (model) => {
    const fed = jobsToStarve(model).map(({ gpuIndex }) => gpuIndex);
    return gpus(model).filter(({ options }) => fed.includes(Number(options.gpu)));
  },
  'vbios-changed': gpus,
  'power-limit-low': gpus,
  'ecc-off': (model) => gpus(model).filter((_, index) => model.gpus[index]?.slot.card.isEccEnabled),
  'link-down': ({ nics }) =>
    nics.map(({ netdev, rdmaDevice }) => ({
      group: null,
      label: [netdev, rdmaDevice].filter(Boolean).join(' · '),
      options: { device: netdev },
    })),
  'link-degraded': (model) =>
    pciSlots(model).map(({ address, names }) => ({
      group: null,
      label: `${names[1] ?? address} · ${address}`,
      options: { device: address },
    })),
  'disk-failing': ({ disks }) =>
    disks
      .map(({ name, model, serial }) => ({
        group: null,
        label: `${name} · ${model} · ${serial}`,
        options: { disk: name },
      }))
      .reverse(),
  'osd-down': (model) =>
    (clusterOf(model)?.osds ?? []).map(({ id, host }) => ({
      group: host,
      label: `osd.${id}`,
      options: { osd: id },
    })),
  'psu-failed': ({ profile }) =>
    Array.from({ length: platformOf(profile)?.powerSupplies.count ?? 0 }, (_, index) => ({
      group: null,
      label: `PSU ${index + 1}`,
      options: { supply: index + 1 },
    })).reverse(),
  'part-pulled': (model) => [
    ...gpus(model)
      .map(({ label, options }) => ({ group: 'gpu', label, options: { kind: 'gpu', which: options.gpu ?? 0 } }))
      .reverse(),
    ...(['nic', 'disk', 'dimm'] as const).flatMap((kind) =>
      pullableParts[kind](model)
        .map(({ names: [, ...names] }) => {
          const known = names.filter((name): name is string => name !== null);
          return { group: kind, label: known.join(' · '), options: { kind, which: known[0] ?? '' } };
        })
        .reverse(),
    ),
  ],
};

/** As it comes from outside; throws RangeError for an option that the fault does not have. */
export function checkedOptions<F extends FaultName>(
  fault: F,
  options: Readonly<Record<string, string | number | boolean>>,
  known: readonly string[],
): FaultOptions[F] {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`fault ${fault} has no option ${unknown}`);
  return options as FaultOptions[F];
}
