import { chooseVersions } from '#shared/domain/compatibility/choose-versions';
import { readStack } from '#shared/domain/compatibility/stack';
import type { ProbeId } from '#shared/domain/facts/index';
import type { NodeVersions } from '#shared/domain/playbook/node-versions';
import { compatibilityCatalogue, gpuCatalogue } from '#shared/knowledge/catalogs/catalogues';
import type { Actions } from '../actions/actions';
import type { Inventory } from '../inventory/inventory';
import { packageDrift } from './package-drift';

const probeIds = [
  'os',
  'gpu',
  'gpu-devices',
  'gpu-driver',
  'amd-gpu',
  'cuda',
  'docker',
  'nvidia-container-toolkit',
  'packages',
  'python-environments',
  'services',
] as const satisfies readonly ProbeId[];

export interface NodeVersionsDeps {
  readonly inventory: Pick<Inventory, 'refresh' | 'facts'>;
  readonly actions: Pick<Actions, 'runs'>;
  readonly nowMs: () => number;
}

/** Reads the node and chooses. Throws NotFoundError, HostUnavailableError, AbortError. */
export async function nodeVersions(
  { inventory, actions, nowMs }: NodeVersionsDeps,
  hostId: string,
  signal: AbortSignal,
): Promise<NodeVersions> {
  await inventory.refresh(hostId, { probeIds, signal });
  const facts = inventory.facts(hostId, probeIds);
  const catalogue = compatibilityCatalogue();
  const month = new Date(nowMs()).toISOString().slice(0, 7);
  const { choices, absence } = chooseVersions(readStack(facts, { catalogue, gpuModels: gpuCatalogue(), month }));
  return {
    choices: [...choices],
    absence,
    drift: facts.packages ? packageDrift(actions.runs(hostId), facts.packages) : null,
    asOf: catalogue.asOf,
  };
}
