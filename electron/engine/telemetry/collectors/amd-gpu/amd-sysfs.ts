import { listAmdFiles, readAmdSysfs } from '../../../probes/amd-gpu/amd-sysfs';
import { readAmdGpu } from '../../../probes/amd-gpu/read-amd-gpu';
import { amdGpuId } from '../../list-gpus';
import type { Collector, LineReader } from '../collector';
import { amdLayout, amdValues } from './amd-values';

/** One shell that stays and a `grep` a round. */
const script = `while :; do
read -r u x </proc/uptime; echo "= $u"
${listAmdFiles}
grep -s '' $l
echo .
sleep "$1"
done`;

/** More than 256 GPUs print. */
const MAX_ROUND_LENGTH = 1024 * 1024;

/** AMD's GPUs by what their driver tells in /sys, where neither amd-smi nor rocm-smi is installed. */
export const amdSysfs: Collector = {
  id: 'amd-sysfs',
  plan: ({ amdGpus, amdTool }, intervalMs) =>
    amdGpus.size === 0 || amdTool !== 'sysfs'
      ? null
      : {
          argv: ['sh', '-c', script, 'sh', String(intervalMs / 1000)],
          reader: amdSysfsReader(new Set(amdGpus.values())),
        },
};

/** `known` are the GPUs that the inventory knows. */
export function amdSysfsReader(known: ReadonlySet<string>): LineReader {
  let nodeMs: number | null = null;
  let round: string[] = [];
  let length = 0;
  return {
    read(line) {
      const start = /^= (\d{1,12}(?:\.\d{1,3})?)$/.exec(line);
      if (start) {
        nodeMs = Math.round(Number(start[1]) * 1000);
        round = [];
        length = 0;
        return [];
      }
      if (nodeMs === null) return [];
      if (line !== '.') {
        length += line.length;
        if (length > MAX_ROUND_LENGTH) nodeMs = null;
        else round.push(line);
        return [];
      }
      const atMs = nodeMs;
      nodeMs = null;
      return [...(readAmdSysfs(round.join('\n')) ?? [])].flatMap(([index, report]) => {
        const gpu = readAmdGpu(report, index);
        // One that was taken out moves the others: not by their order.
        const id = amdGpuId(gpu);
        if (!known.has(id)) return [];
        return [{ subject: { kind: 'gpu' as const, id }, layout: amdLayout, nodeMs: atMs, values: amdValues(gpu) }];
      });
    },
  };
}
