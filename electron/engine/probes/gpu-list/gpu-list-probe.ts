import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { GpuListFacts } from '#shared/domain/facts/gpu';
import { nvidiaSmi, nvidiaSmiProblem, readLostGpus } from '../lib/nvidia-smi';
import { unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { type ListedGpu, parseGpuInformation, parseGpuList } from './parse-gpu-list';

/** Also a command of probe `gpu`: a batch runs it once for both. Its limit is what a hung driver costs, so it is short. */
export const listCommand = nvidiaSmi('list', ['-L'], 10_000);
/** What is left when nvidia-smi gives up because of one GPU: the kernel module's own list. */
export const informationCommand: CommandSpec = {
  id: 'information',
  argv: ['sh', '-c', 'grep -H "" /proc/driver/nvidia/gpus/*/information'],
};

export const gpuListProbe = defineProbe({
  id: 'gpu-list',
  commands: [listCommand, informationCommand],
  sources: { '': 'list|information', lost: 'list' },
  parse(outputs) {
    const output = outputs.list;
    const facts = output?.state === 'exited' ? parseGpuList(output.stdout) : null;
    const problem = nvidiaSmiProblem(output, listCommand, facts !== null);
    if (facts) {
      const lost = [...facts.lost, ...readLostGpus(output?.stderr ?? '')];
      const reason = lost.length > 0 ? nvidiaSmiProblem(output, listCommand, false)?.reason : problem?.reason;
      return { state: 'ok', facts: { ...facts, lost }, ...(reason ? { reason } : {}) };
    }
    const known = lostAmongListed(output, outputs.information);
    if (!problem || !known) return problem ?? unparsable(listCommand, output);
    return { state: 'ok', facts: listOfModule(known), reason: problem.reason };
  },
});

/** What the kernel module lists when nvidia-smi printed nothing but that it can't open a GPU; null otherwise. */
export function lostAmongListed(
  output: CommandOutput | undefined,
  information: CommandOutput | undefined,
): { listed: ListedGpu[]; lost: GpuListFacts['lost'] } | null {
  if (output?.state !== 'exited' || information?.state !== 'exited') return null;
  const lost = readLostGpus(`${output.stdout}\n${output.stderr}`);
  const listed = parseGpuInformation(information.stdout);
  return lost.length > 0 && listed.length > 0 ? { listed, lost } : null;
}

function listOfModule({ listed, lost }: NonNullable<ReturnType<typeof lostAmongListed>>): GpuListFacts {
  const gpus = listed.flatMap(({ pciBusId, name, uuid }, index) =>
    uuid === null || lost.some((one) => one.pciBusId === pciBusId)
      ? []
      : [{ index, name: name ?? pciBusId, uuid, migDevices: [] }],
  );
  return { gpus, lost };
}
