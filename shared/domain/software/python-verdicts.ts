import { z } from 'zod';
import { judgePython } from '../compatibility/judge-python';
import { type Knowledge, readStack } from '../compatibility/stack';
import type { NodeFacts } from '../facts/index';
import type { PythonEnvironment } from '../facts/software';

export const pythonVerdicts = ['works', 'cpu-only', 'lacks-code', 'driver-too-old', 'unknown'] as const;

export const pythonVerdictSchema = z.object({
  name: z.string(),
  prefix: z.string(),
  torch: z.string(),
  /** What this PyTorch was built with: `CUDA 12.4`, `ROCm 6.2`, `CPU`. */
  build: z.string(),
  verdict: z.enum(pythonVerdicts),
  /** The two values that were compared, where they tell more. */
  found: z.string().nullable(),
  needed: z.string().nullable(),
  source: z.string(),
  /** Wheels of one library for two CUDA versions: `nvidia-nccl-cu11 2.18.3, nvidia-nccl-cu12 2.21.5`. */
  mixedWheels: z.array(z.string()),
});
export type PythonVerdict = z.infer<typeof pythonVerdictSchema>;

/** What PyTorch of each environment can do with the GPUs of this node, by the tables of compatibility. */
export function judgeEnvironments(facts: NodeFacts, knowledge: Knowledge): PythonVerdict[] | null {
  const environments = facts['python-environments']?.environments;
  if (environments === undefined) return null;
  const rows = judgePython(readStack(facts, knowledge));
  return environments.flatMap((environment): PythonVerdict[] => {
    const { torch, prefix, name } = environment;
    if (torch === null) return [];
    const own = rows.filter(({ id }) => id === `torch:${prefix}` || id.startsWith(`torch:${prefix}:`));
    const telling = own
      .map((row) => ({ row, verdict: verdictOf(row.reason.key) }))
      .sort((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict))[0];
    return [
      {
        name,
        prefix,
        torch: torch.version,
        build:
          torch.hipVersion !== null
            ? `ROCm ${torch.hipVersion}`
            : torch.cudaVersion !== null
              ? `CUDA ${torch.cudaVersion}`
              : 'CPU',
        verdict: telling?.verdict ?? 'unknown',
        found: telling?.row.found ?? null,
        needed: telling?.row.needed ?? null,
        source: telling?.row.source ?? '',
        mixedWheels: mixedWheels(environment),
      },
    ];
  });
}

const order: readonly PythonVerdict['verdict'][] = ['cpu-only', 'driver-too-old', 'lacks-code', 'works', 'unknown'];

/** Rows about other packages (a torchvision of another release) say nothing against the GPUs. */
function verdictOf(reason: string): PythonVerdict['verdict'] {
  const key = reason.replace(/^compatibility\./, '');
  if (key === 'torchCpuOnly' || key === 'torchForAmd') return 'cpu-only';
  if (/^cudaTooOld|^cudaCompatBranch$/.test(key)) return 'driver-too-old';
  if (key === 'torchLacksCode') return 'lacks-code';
  if (/^(torchFits|torchHasCode|cudaFits|cudaOlder|cudaMinor|cudaToldByDriver)$/.test(key)) return 'works';
  return 'unknown';
}

/** `nvidia-nccl-cu11` beside `nvidia-nccl-cu12`: whichever is loaded first wins. */
function mixedWheels({ packages }: PythonEnvironment): string[] {
  const wheels = packages.flatMap(({ name, version }) => {
    const match = /^(nvidia-[a-z0-9-]{1,40})-cu(\d{2})$/.exec(name.replaceAll('_', '-'));
    return match ? [{ library: match[1] ?? '', text: `${name} ${version}` }] : [];
  });
  const doubled = wheels.filter(({ library }) => wheels.filter((other) => other.library === library).length > 1);
  return doubled.map(({ text }) => text).sort();
}

/** The environment that a person means: by its folder, by its Python, or by its name where only one has it. */
export function environmentNamed(verdicts: readonly PythonVerdict[], text: string): PythonVerdict | null {
  const wanted = text
    .trim()
    .replace(/\/bin\/(?:python[\d.]*|activate)?$/, '')
    .replace(/\/$/, '');
  if (wanted === '') return null;
  const byFolder = verdicts.find(({ prefix }) => prefix === wanted);
  const byName = verdicts.filter(({ name }) => name === wanted);
  return byFolder ?? (byName.length === 1 ? (byName[0] ?? null) : null);
}
