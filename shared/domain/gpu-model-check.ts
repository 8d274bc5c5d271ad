import type { GpuModel } from '../knowledge/catalogs/catalogues';
import type { Gpu } from './facts/gpu';

/** One way in which a GPU can differ from what its model should be. */
export interface ModelCheck {
  readonly aspect: 'memory' | 'power' | 'pcieGeneration' | 'pcieLanes' | 'nvlinks';
  readonly found: number;
  readonly nominal: number;
  /** Null: boards of this model are sold with several values. */
  readonly isAsExpected: boolean | null;
}

const gib = 1024 ** 3;

/**
 * A GPU against its model in the catalogue; what either of them does not tell is left out. ECC takes some 6 % of the memory
 * of GDDR cards, and the marketed size is rounded: a tenth less is still whole. `nvlinksActive` null: not known.
 */
export function checkAgainstModel(gpu: Gpu, model: GpuModel, nvlinksActive: number | null): ModelCheck[] {
  const checks: ModelCheck[] = [];
  const add = (
    aspect: ModelCheck['aspect'],
    found: number | null,
    nominal: number | null,
    isAsExpected: (found: number, nominal: number) => boolean | null,
  ) => {
    if (found === null || nominal === null) return;
    checks.push({ aspect, found, nominal, isAsExpected: isAsExpected(found, nominal) });
  };
  const atLeast = (found: number, nominal: number) => found >= nominal;
  add('memory', gpu.memory.totalBytes, model.memoryGib * gib, (found, nominal) => found >= nominal * 0.9);
  add('power', gpu.power.defaultLimitW, model.tdpW, (found, nominal) =>
    found >= nominal ? true : model.tdpNote === null ? false : null,
  );
  add('pcieGeneration', gpu.pcie.deviceMaxGeneration ?? gpu.pcie.maxGeneration, model.pcieGeneration, atLeast);
  add('pcieLanes', gpu.pcie.maxWidth, model.pcieLanes, atLeast);
  if (model.nvlinkCount !== 0) add('nvlinks', nvlinksActive, model.nvlinkCount, atLeast);
  return checks;
}
