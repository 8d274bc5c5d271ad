import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { WatchedNode } from './collector';
import { dcgm, fieldsOf } from './dcgm/dcgm';
import { dmonColumns } from './nvidia-dmon/dmon-reader';
import { nvidiaDmon } from './nvidia-dmon/nvidia-dmon';
import { nvidiaGpu } from './nvidia-gpu/nvidia-gpu';
import { planQuery } from './nvidia-gpu/query-reader';
import { nvlinkMetricsOf } from './nvidia-nvlink/nvidia-nvlink';

/** What the collectors tell of NVIDIA's GPUs on a node, whatever the pace is. */
export function toldOfGpus(node: WatchedNode): ReadonlySet<MetricId> {
  const [queries, profiles, monitors] = [nvidiaGpu, dcgm, nvidiaDmon].map(({ plan }) => plan(node, 1000) !== null);
  return new Set([
    ...(queries ? planQuery(node.queryFields).layout : []),
    ...(profiles ? fieldsOf(node).map(({ metric }) => metric) : []),
    ...nvlinkMetricsOf(node),
    ...(monitors ? dmonColumns.map(([, metric]) => metric) : []),
  ]);
}
