import type { NodeModel } from '../model/node-model';
import { readDcgmField } from '../tools/dcgmi';
import { described } from './request-load';
import type { ServiceMetrics } from './service-metrics';

/** What the exporter's file of counters for data-centre GPUs has, by DCGM's number. */
const fields: ReadonlyArray<readonly [id: number, name: string, type: string]> = [
  [150, 'DCGM_FI_DEV_GPU_TEMP', 'gauge'],
  [156, 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', 'counter'],
  [202, 'DCGM_FI_DEV_PCIE_REPLAY_COUNTER', 'counter'],
  [230, 'DCGM_FI_DEV_XID_ERRORS', 'gauge'],
  [1001, 'DCGM_FI_PROF_GR_ENGINE_ACTIVE', 'gauge'],
  [1002, 'DCGM_FI_PROF_SM_ACTIVE', 'gauge'],
  [1004, 'DCGM_FI_PROF_PIPE_TENSOR_ACTIVE', 'gauge'],
  [1005, 'DCGM_FI_PROF_DRAM_ACTIVE', 'gauge'],
  [1009, 'DCGM_FI_PROF_PCIE_TX_BYTES', 'gauge'],
  [1010, 'DCGM_FI_PROF_PCIE_RX_BYTES', 'gauge'],
];

/** dcgm-exporter's metrics of the node's GPUs; a GPU that is gone is left out. */
export class DcgmExporterMetrics implements ServiceMetrics {
  constructor(private readonly model: NodeModel) {}

  print(): string {
    const { model } = this;
    model.advance();
    return fields
      .map(([id, name, type]) => {
        const samples = model.gpus.flatMap((gpu) => {
          const value = gpu.isLost ? null : readDcgmField(id, gpu, model);
          const labels = `gpu="${gpu.index}",UUID="${gpu.uuid}",device="nvidia${gpu.index}",modelName="${gpu.slot.card.productName}",Hostname="${model.name}"`;
          return value === null ? [] : `${name}{${labels}} ${value}`;
        });
        return described(name, type, name, samples);
      })
      .join('');
  }
}
