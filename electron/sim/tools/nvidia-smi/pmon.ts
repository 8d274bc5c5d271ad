import type { SimGpu } from '../../model/gpu';
import type { NodeModel } from '../../model/node-model';
import { lines } from '../tool';

const pmonColumns = { u: ['sm', 'mem', 'enc', 'dec', 'jpg', 'ofa'], m: ['fb', 'ccpm'] } as const;

/** `-s u`, `m` or both; memory has the columns after the shares of time. */
export function pmonRound(model: NodeModel, gpus: readonly SimGpu[], groups: string, hasHeader: boolean): string {
  model.advance();
  const names = [...groups].flatMap((group) => [...(pmonColumns[group as 'u' | 'm'] ?? [])]);
  const line = (gpu: string, pid: string, type: string, cells: readonly string[], command: string): string =>
    `${gpu.padStart(5)} ${pid.padStart(10)} ${type.padStart(5)} ${cells.map((cell) => cell.padStart(6)).join(' ')}    ${command.padEnd(15)}`;
  const unit = (name: string): string => (name === 'fb' || name === 'ccpm' ? 'MB' : '%');
  const head = [line('# gpu', 'pid', 'type', names, 'command'), line('# Idx', '#', 'C/G', names.map(unit), 'name')];
  const rows = gpus.flatMap((gpu) => {
    const holders = model.holdersOf(gpu.index).filter((process) => process.isListedByDriver);
    const idle = names.map(() => '-');
    if (gpu.isLost) return [];
    if (holders.length === 0) return [line(String(gpu.index), '-', '-', idle, '-')];
    const isMig = gpu.isMigEnabled;
    return holders.map((process) => {
      const isBusy = process.utilizationPercent > 0 && !isMig;
      const held = process.gpus.filter(({ gpuIndex }) => gpuIndex === gpu.index);
      const known: Readonly<Record<string, string>> = {
        fb: String(held.reduce((sum, { memoryMib }) => sum + memoryMib, 0)),
        ccpm: '0',
        ...(isBusy ? { sm: String(gpu.utilizationPercent), mem: String(gpu.memoryUtilizationPercent) } : {}),
      };
      const name = process.executable.slice(process.executable.lastIndexOf('/') + 1);
      const cells = names.map((each) => known[each] ?? '-');
      return line(String(gpu.index), String(process.pid), 'C', cells, name.slice(0, 15));
    });
  });
  return lines(...(hasHeader ? head : []), ...rows);
}
