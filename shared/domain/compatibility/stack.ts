import type { GpuModel } from '../../knowledge/catalogs/catalogues';
import type { CompatibilityCatalogue } from '../../knowledge/catalogs/compatibility-schema';
import type { NodeFacts } from '../facts/index';
import { pciChip } from './pci-chips';
import { isAtLeast } from './versions';

export interface JudgedGpu {
  readonly name: string;
  readonly count: number;
  /** As the tables call it; null: not in them. */
  readonly architecture: Architecture | null;
  /** e.g. `9.0`. Null: the model is not known, though its generation may be. */
  readonly capability: string | null;
  readonly isGeForce: boolean;
  /** Of the PCI device that nvidia-smi does not list. Null: it does, or no driver has it. */
  readonly otherDriver: string | null;
  readonly isListed: boolean;
  readonly evidence: { probeId: string; factPath: string };
}
type Architecture = CompatibilityCatalogue['architectures'][number];

export interface Knowledge {
  readonly catalogue: CompatibilityCatalogue;
  readonly gpuModels: readonly GpuModel[];
  /** `2026-11`: what has ended is a question of the day. */
  readonly month: string;
}

/** What the rules look at, read once. */
export interface Stack extends Knowledge {
  readonly facts: NodeFacts;
  readonly driver: string | null;
  readonly driverEvidence: { probeId: string; factPath: string } | null;
  /** Models that are on the node: those that nvidia-smi lists, and those on the bus that it does not. Null: no probe told. */
  readonly gpus: readonly JudgedGpu[] | null;
  source(key: string): string;
  rule(id: string): { ruleId: string; source: string };
}

export function readStack(facts: NodeFacts, knowledge: Knowledge): Stack {
  const { catalogue } = knowledge;
  const fromModule = facts['gpu-driver']?.kernelModuleVersion ?? null;
  const driver = fromModule ?? facts.gpu?.driverVersion ?? null;
  const source = (key: string) => catalogue.sources[key] ?? key;
  return {
    ...knowledge,
    facts,
    driver,
    driverEvidence:
      driver === null
        ? null
        : fromModule !== null
          ? { probeId: 'gpu-driver', factPath: 'kernelModuleVersion' }
          : { probeId: 'gpu', factPath: 'driverVersion' },
    gpus: facts.gpu || facts['gpu-devices'] ? [...listedGpus(facts, knowledge), ...otherGpus(facts, knowledge)] : null,
    source,
    rule(id) {
      const rule = catalogue.rules.find((one) => one.id === id);
      return { ruleId: id, source: source(rule?.source ?? id) };
    },
  };
}

function listedGpus(facts: NodeFacts, { catalogue, gpuModels }: Knowledge): JudgedGpu[] {
  const models = new Map<string, JudgedGpu>();
  for (const [index, gpu] of (facts.gpu?.gpus ?? []).entries()) {
    const name = gpu.name;
    if (name === null) continue;
    const same = models.get(name);
    if (same) {
      models.set(name, { ...same, count: same.count + 1 });
      continue;
    }
    const known = gpuModels.find((model) => model.nvidiaSmiNames.includes(name))?.computeCapability ?? null;
    const architecture = architectureOf(catalogue, known, gpu.architecture);
    models.set(name, {
      name,
      count: 1,
      // A generation of one capability tells it of models that are in no list.
      capability: known ?? onlyOne(architecture?.computeCapabilities ?? [])?.capability ?? null,
      architecture,
      isGeForce: /geforce|titan/i.test(`${name} ${gpu.brand ?? ''}`),
      otherDriver: null,
      isListed: true,
      evidence: { probeId: 'gpu', factPath: `gpus.${index}.name` },
    });
  }
  return [...models.values()];
}

/** Devices that nvidia-smi is silent of: without a driver, with nouveau, or of a generation that the driver has dropped. */
function otherGpus(facts: NodeFacts, { catalogue }: Knowledge): JudgedGpu[] {
  const listed = new Set((facts.gpu?.gpus ?? []).map(({ pciBusId }) => pciBusId));
  const models = new Map<string, JudgedGpu>();
  for (const [index, device] of (facts['gpu-devices']?.devices ?? []).entries()) {
    const isOurs = device.kind === 'gpu' && device.vendorId === '10de';
    // With vfio-pci it is a virtual machine's; one that the driver has is nvidia-smi's to tell of.
    const isElsewhere = device.driver === 'vfio-pci' || (facts.gpu !== undefined && device.driver === 'nvidia');
    if (!isOurs || isElsewhere || listed.has(device.pciBusId)) continue;
    const { name, generation, capability } = pciChip(device);
    const same = models.get(name);
    if (same) {
      models.set(name, { ...same, count: same.count + 1 });
      continue;
    }
    models.set(name, {
      name,
      count: 1,
      capability,
      architecture: architectureOf(catalogue, capability, generation),
      isGeForce: /geforce|titan/i.test(name),
      otherDriver: device.driver,
      isListed: false,
      evidence: { probeId: 'gpu-devices', factPath: `devices.${index}.name` },
    });
  }
  return [...models.values()];
}

function onlyOne<T>(items: readonly T[]): T | null {
  return items.length === 1 ? (items[0] ?? null) : null;
}

/**
 * By the model's compute capability (12.1 is of the generation of 12.0), else by what nvidia-smi calls the generation, where
 * that is one row of the tables.
 */
function architectureOf(
  { architectures }: CompatibilityCatalogue,
  capability: string | null,
  told: string | null,
): Architecture | null {
  if (capability !== null) {
    const candidates = architectures.flatMap((architecture) =>
      architecture.computeCapabilities.map((one) => ({ architecture, capability: one.capability })),
    );
    const runs = candidates.filter(
      (one) => isSameMajor(one.capability, capability) && isAtLeast(capability, one.capability),
    );
    return runs.at(-1)?.architecture ?? null;
  }
  const named = architectures.filter(
    ({ architecture }) =>
      told !== null && architecture.toLowerCase().startsWith(told.toLowerCase().replace(/ lovelace$/, '')),
  );
  return onlyOne(named);
}

function isSameMajor(one: string, other: string): boolean {
  return one.split('.')[0] === other.split('.')[0];
}

/** Rule R8: code for X.y runs on X.z with z at least y. */
export function runsOn(code: string, capability: string): boolean {
  return isSameMajor(code, capability) && isAtLeast(capability, code);
}
