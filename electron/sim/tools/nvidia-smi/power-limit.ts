import type { SimGpu } from '../../model/gpu';
import type { NodeModel } from '../../model/node-model';
import { failed, printed, type ToolOutput } from '../tool';

const EARLY = 'Terminating early due to previous errors.\n';

/** `-pl WATTS`: the driver's own words, told on stdout as it does. What the card draws and how hot it gets follows. */
export function setPowerLimit(model: NodeModel, gpus: readonly SimGpu[], given: string, isRoot: boolean): ToolOutput {
  const watts = Number(given);
  if (given === '' || !Number.isFinite(watts)) return failed(2, `Unable to parse power limit: "${given}".\n`, '');
  model.advance();
  let text = '';
  for (const gpu of gpus) {
    const { card, busId } = gpu.slot;
    if (gpu.isLost) return failed(15, `${text}Unable to set power limit for GPU ${busId}: GPU is lost\n${EARLY}`, '');
    if (watts < card.minPowerLimitW || watts > card.maxPowerLimitW) {
      const range = `${card.minPowerLimitW.toFixed(2)} W and ${card.maxPowerLimitW.toFixed(2)} W`;
      const problem = `Provided power limit ${watts.toFixed(2)} W is not a valid power limit which should be between ${range} for GPU ${busId}\n`;
      return failed(2, `${text}${problem}${EARLY}`, '');
    }
    if (!isRoot) {
      const problem = `Failed to set power management limit for GPU ${busId}: Insufficient Permissions\n`;
      return failed(4, `${text}${problem}${EARLY}`, '');
    }
    if (!gpu.isPersistent) {
      text += `Warning: persistence mode is disabled on device ${busId}. See the Known Issues section of the nvidia-smi(1) man page for more information. Run with [--help | -h] switch to get more information on how to enable persistence mode.\n`;
    }
    text += `Power limit for GPU ${busId} was set to ${watts.toFixed(2)} W from ${gpu.powerLimitW.toFixed(2)} W.\n`;
    gpu.powerLimitW = watts;
  }
  return printed(`${text}All done.\n`);
}
