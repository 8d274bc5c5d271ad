import type { SimNode } from '../../../sim/index';

/** Makes the first GPU of a simulated node exactly so hot, whatever it does and however fast this machine is. */
export function holdHeat({ model }: SimNode, temperatureC: number): void {
  const [gpu] = model.gpus;
  if (!gpu) throw new Error('no GPU');
  const heat = { ...gpu.heat, temperatureC };
  Object.defineProperty(gpu, 'heat', { configurable: true, get: () => heat, set: () => {} });
}
