import type { SimGpu } from '../../model/gpu';
import type { NodeModel } from '../../model/node-model';
import { failed, printed, type ToolOutput } from '../tool';

const EARLY = 'Terminating early due to previous errors.\n';

/** `-lgc MIN,MAX` and, with null, `-rgc`: what is locked is told nowhere, only the clock that runs follows it. */
export function setClockCeiling(
  model: NodeModel,
  gpus: readonly SimGpu[],
  given: string | null,
  isRoot: boolean,
): ToolOutput {
  const [least = Number.NaN, most = least] = (given ?? '0').split(',').map(Number);
  if (given !== null && (!(least >= 0) || !(most >= least) || most === 0)) {
    return failed(2, `Unable to parse GPU clocks: "${given}".\n`, '');
  }
  model.advance();
  let text = '';
  for (const gpu of gpus) {
    const { busId } = gpu.slot;
    if (gpu.isLost) return failed(15, `${text}Unable to set GPU clocks for GPU ${busId}: GPU is lost\n${EARLY}`, '');
    if (!isRoot) {
      const problem = `The current user does not have permission to change clocks for GPU ${busId}.\n`;
      return failed(4, `${text}${problem}${EARLY}`, '');
    }
    gpu.clockCeilingMhz = given === null ? null : most;
    text +=
      given === null
        ? `Reset GPU clocks for GPU ${busId}.\n`
        : `GPU clocks set to "(gpuClkMin ${least}, gpuClkMax ${most})" for GPU ${busId}\n`;
  }
  return printed(`${text}All done.\n`);
}
