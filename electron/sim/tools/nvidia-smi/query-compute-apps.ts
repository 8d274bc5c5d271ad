import type { SimGpu } from '../../model/gpu';
import type { NodeModel } from '../../model/node-model';
import { failed, printed, type ToolOutput } from '../tool';
import type { CsvFormat } from './csv-format';
import { csvTime } from './reading';

/** `--query-compute-apps=…`. */
export function queryComputeApps(
  model: NodeModel,
  gpus: readonly SimGpu[],
  wanted: readonly string[],
  csv: CsvFormat,
): ToolOutput {
  model.advance();
  const rows: string[] = [];
  for (const gpu of gpus.filter((each) => !each.isLost)) {
    for (const process of model.holdersOf(gpu.index)) {
      if (!process.isListedByDriver) continue;
      for (const hold of process.gpus.filter((each) => each.gpuIndex === gpu.index)) {
        const cells: Readonly<Record<string, string>> = {
          timestamp: csvTime(model),
          gpu_name: gpu.slot.card.productName,
          gpu_bus_id: gpu.slot.busId,
          gpu_serial: gpu.serial,
          gpu_uuid: gpu.uuid,
          pid: String(process.pid),
          process_name: process.executable,
          name: process.executable,
          used_memory: csv.hasUnits ? `${hold.memoryMib} MiB` : String(hold.memoryMib),
          used_gpu_memory: csv.hasUnits ? `${hold.memoryMib} MiB` : String(hold.memoryMib),
        };
        const unknown = wanted.find((name) => cells[name] === undefined);
        if (unknown !== undefined) return failed(2, '', `Field "${unknown}" is not a valid field to query.\n\n`);
        rows.push(wanted.map((name) => cells[name]).join(', '));
      }
    }
  }
  if (csv.hasHeader)
    rows.unshift(
      wanted.map((name) => (csv.hasUnits && name.startsWith('used_') ? 'used_gpu_memory [MiB]' : name)).join(', '),
    );
  return printed(rows.map((row) => `${row}\n`).join(''));
}
