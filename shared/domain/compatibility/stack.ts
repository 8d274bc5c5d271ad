import type { GpuModel } from '../../knowledge/catalogs/catalogues';
import type { CompatibilityCatalogue } from '../../knowledge/catalogs/compatibility-schema';
import type { NodeFacts } from '../facts/index';
import { isAtLeast } from './versions';

export interface JudgedGpu {
  readonly name: string;
  readonly count: number;
  /** As the tables call it; null: not in them. */
  readonly architecture: Architecture | null;
  /** e.g. `9.0`. Null: the model is not known, though its generation may be. */
  readonly capability: string | null;
  readonly isGeForce: boolean;
  readonly factPath: string;
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
  /** Models that are on the node. Null: no probe told, so it may have any. */
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
    gpus: facts.gpu ? gpusOf(facts, knowledge) : null,
    source,
    rule(id) {
      const rule = catalogue.rules.find((one) => one.id === id);
      return { ruleId: id, source: source(rule?.source ?? id) };
    },
  };
}

function gpusOf(facts: NodeFacts, { catalogue, gpuModels }: Knowledge): JudgedGpu[] {
  const models = new Map<string, JudgedGpu>();
  for (const [index, gpu] of (facts.gpu?.gpus ?? []).entries()) {
    const name = gpu.name;
    if (name === null) continue;
    const known = models.get(name);
    if (known) {
      models.set(name, { ...known, count: known.count + 1 });
      continue;
    }
    const capability = gpuModels.find((model) => model.nvidiaSmiNames.includes(name))?.computeCapability ?? null;
    models.set(name, {
      name,
      count: 1,
      capability,
      architecture: architectureOf(catalogue, capability, gpu.architecture),
      isGeForce: /geforce|titan/i.test(`${name} ${gpu.brand ?? ''}`),
      factPath: `gpus.${index}.name`,
    });
  }
  return [...models.values()];
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
  return named.length === 1 ? (named[0] ?? null) : null;
}

function isSameMajor(one: string, other: string): boolean {
  return one.split('.')[0] === other.split('.')[0];
}

/** Rule R8: code for X.y runs on X.z with z at least y. */
export function runsOn(code: string, capability: string): boolean {
  return isSameMajor(code, capability) && isAtLeast(capability, code);
}
