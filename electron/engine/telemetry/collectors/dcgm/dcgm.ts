import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { Collector, WatchedNode } from '../collector';
import { dmonColumns } from '../nvidia-dmon/dmon-reader';
import { planQuery } from '../nvidia-gpu/query-reader';
import { type DcgmField, dcgmFields, dcgmReader } from './dcgm-reader';

/** Counters of profiling: a GPU that has none makes the whole call fail. */
const FIRST_PROFILING_FIELD = 1000;

const PCIE_FIELDS: readonly number[] = [1009, 1010];
const ofDmon: ReadonlySet<MetricId> = new Set(dmonColumns.map(([, metric]) => metric));

/** False where DCGM tells all that `nvidia-smi dmon` would: only one of them asks. */
export function isDmonNeeded({ dcgm: known }: WatchedNode): boolean {
  return !known || PCIE_FIELDS.some((id) => !known.profilingFields.has(id));
}

/** What DCGM is asked for on a node: what nvidia-smi does not tell there, and of profiling what the GPUs can. */
export function fieldsOf(node: WatchedNode): readonly DcgmField[] {
  if (!node.dcgm) return [];
  const { profilingFields } = node.dcgm;
  const told = new Set<MetricId>([...planQuery(node.queryFields).layout, ...(isDmonNeeded(node) ? ofDmon : [])]);
  return dcgmFields.filter(
    ({ id, metric }) => !told.has(metric) && (id < FIRST_PROFILING_FIELD || profilingFields.has(id)),
  );
}

/** What DCGM's host engine knows better or alone: real activity of the SMs, traffic over PCIe and NVLink, energy. */
export const dcgm: Collector = {
  id: 'dcgm',
  plan(node, intervalMs) {
    const fields = fieldsOf(node);
    if (!node.dcgm || fields.length === 0 || node.dcgm.gpus.size === 0) return null;
    const ids = fields.map(({ id }) => id).join(',');
    return {
      argv: ['dcgmi', 'dmon', '-e', ids, '-d', String(Math.max(100, intervalMs))],
      reader: dcgmReader(fields, node.dcgm.gpus),
    };
  },
};
