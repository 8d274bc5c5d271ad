import type { SimNode } from '../../../sim/index';

/** Makes every GPU of a simulated node exactly so hot, whatever it does and however fast this machine is. */
export function holdHeat({ model }: SimNode, temperatureC: number): void {
  for (const gpu of model.gpus) {
    const heat = { ...gpu.heat, temperatureC };
    Object.defineProperty(gpu, 'heat', { configurable: true, get: () => heat, set: () => {} });
  }
}
