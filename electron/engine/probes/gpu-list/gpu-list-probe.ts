import { nvidiaSmi, nvidiaSmiProblem } from '../lib/nvidia-smi';
import { unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { parseGpuList } from './parse-gpu-list';

/** Also a command of probe `gpu`: a batch runs it once for both. */
export const listCommand = nvidiaSmi('list', ['-L'], 20_000);

export const gpuListProbe = defineProbe({
  id: 'gpu-list',
  commands: [listCommand],
  sources: { '': 'list' },
  parse(outputs) {
    const output = outputs.list;
    const facts = output?.state === 'exited' ? parseGpuList(output.stdout) : null;
    const problem = nvidiaSmiProblem(output, listCommand, facts !== null);
    if (problem && !facts) return problem;
    if (!facts) return unparsable(listCommand, output);
    return problem ? { state: 'ok', facts, reason: problem.reason } : { state: 'ok', facts };
  },
});
