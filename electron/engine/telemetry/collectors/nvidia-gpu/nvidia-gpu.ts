import type { Collector } from '../collector';
import { planQuery, queryReader } from './query-reader';

/** Everything of NVIDIA's GPUs that its driver answers in one call, from one process that stays. */
export const nvidiaGpu: Collector = {
  id: 'nvidia-gpu',
  plan(node, intervalMs) {
    if (node.nvidiaGpus.length === 0 || node.queryFields.size === 0) return null;
    const plan = planQuery(node.queryFields);
    if (plan.layout.length === 0) return null;
    return {
      // nvidia-smi prints the node's local time; in UTC it can be read without knowing where the node is.
      argv: [
        'env',
        'TZ=UTC',
        'nvidia-smi',
        `--query-gpu=${plan.fields.join(',')}`,
        '--format=csv,noheader,nounits',
        '-lms',
        String(intervalMs),
      ],
      reader: queryReader(plan),
    };
  },
};
