import { judgeCompatibility } from '#shared/domain/compatibility/judge-compatibility';
import { compatibilityCatalogue, gpuCatalogue } from '#shared/knowledge/catalogs/catalogues';
import type { Inventory } from '../inventory/inventory';
import { engine, translateErrors } from './errors';

export function compatibilityProcedures(inventory: Pick<Inventory, 'facts' | 'results'>, nowMs: () => number) {
  return {
    judge: engine.compatibility.judge.use(translateErrors).handler(({ input: { hostId } }) =>
      judgeCompatibility(
        inventory.facts(hostId),
        {
          catalogue: compatibilityCatalogue(),
          gpuModels: gpuCatalogue(),
          month: new Date(nowMs()).toISOString().slice(0, 7),
        },
        inventory
          .results(hostId)
          .flatMap(({ probeId, state, reason }) =>
            state === 'ok' || state === 'missing-tool' || reason === null ? [] : [{ probeId, reason }],
          ),
      ),
    ),
  };
}
