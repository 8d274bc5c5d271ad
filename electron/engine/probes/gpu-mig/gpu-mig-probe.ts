import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { GpuMigFacts } from '#shared/domain/facts/gpu';
import { chipsWithoutMig, nvidiaSmi, nvidiaSmiMessage, nvidiaSmiProblem, nvidiaSmiUnless } from '../lib/nvidia-smi';
import { type Problem, problem } from '../lib/outcome';
import { defineProbe } from '../probe';

/** The driver has a folder for each GPU instance (MIG User Guide, "Device Nodes and Capabilities"). */
const instances = '/proc/driver/nvidia/capabilities/gpu[0-9]*/mig/gi[0-9]*';
const asRoot = { privilege: 'root', onlyWhere: instances } as const;
const gpuInstances: CommandSpec = { ...nvidiaSmi('gpu-instances', ['mig', '-lgi'], 15_000), ...asRoot };
const computeInstances: CommandSpec = { ...nvidiaSmi('compute-instances', ['mig', '-lci'], 15_000), ...asRoot };
/** The generations of data centre GPUs that can be divided; what comes after them is asked. */
const profiles = nvidiaSmiUnless(
  'profiles',
  chipsWithoutMig,
  'No MIG-supported devices found.',
  ['mig', '-lgip'],
  15_000,
);

export const gpuMigProbe = defineProbe({
  id: 'gpu-mig',
  commands: [gpuInstances, computeInstances, profiles],
  sources: { gpuInstances: 'gpu-instances', computeInstances: 'compute-instances', profiles: 'profiles' },
  parse(outputs) {
    // One recorded table is enough: which one it is stands in its title.
    const tables = [gpuInstances, computeInstances, profiles].map((spec) => readTable(outputs[spec.id], spec));
    const [first] = tables;
    const readable = tables.flatMap((table) => ('rows' in table ? [table.rows] : []));
    if (first === undefined || ('reason' in first && first.reason.key !== 'probes.notRun') || readable.length === 0) {
      return first !== undefined && 'reason' in first ? first : problem('failed', 'notRun', { tool: 'nvidia-smi' });
    }
    const facts: GpuMigFacts = { gpuInstances: [], computeInstances: [], profiles: [] };
    for (const rows of readable) addRows(rows, facts);
    return { state: 'ok', facts };
  },
});

/** The rows of one table; none when nvidia-smi says that there is nothing to list. */
function readTable(output: CommandOutput | undefined, spec: CommandSpec): { rows: string[] } | Problem {
  const text = output?.state === 'exited' ? output.stdout : '';
  if (/Insufficient Permissions/i.test(`${text.slice(0, 4096)}\n${output?.stderr.slice(0, 4096) ?? ''}`)) {
    return problem('denied', 'nvmlNoPermission');
  }
  // Not asked, as the driver has no instances.
  if (output?.state === 'exited' && output.exitCode === 0 && `${text}${output.stderr}`.trim() === '') {
    return { rows: [] };
  }
  if (/No MIG-enabled devices found|No (?:GPU|compute) instances found|No MIG-supported devices found/i.test(text)) {
    return { rows: [] };
  }
  const title = /^\|\s+(GPU instances|Compute instances|GPU instance profiles):/m.exec(text)?.[1];
  const isWhole = title !== undefined && text.includes('|====') && text.trimEnd().endsWith('+');
  // Code 6 is what `mig` ends with when it has nothing to list: here it does not mean that there is no GPU.
  if (output?.state === 'exited' && output.exitCode === 6 && nvidiaSmiMessage(text) === null) {
    return problem('unparsable', 'unparsable', { tool: 'nvidia-smi' });
  }
  const told = nvidiaSmiProblem(output, spec, isWhole);
  if (told) return told;
  if (!isWhole) return problem('unparsable', output?.isTruncated ? 'truncated' : 'unparsable', { tool: 'nvidia-smi' });
  const rows = text.split('\n').filter((line) => /^\|\s+\d+\s/.test(line) && line.length < 1024);
  return { rows: rows.map((row) => `${title}${row}`) };
}

/**
 *   |   0  MIG 1g.10gb         19        9          2:1     |     GPU instances: name, profile, instance, placement
 *   |   0      9       MIG 1g.10gb          0         0          0:1     |     compute instances
 *   |   0  MIG 1g.10gb       19     7/7        9.75       No     16     1     0   |     profiles, memory in GiB
 */
function addRows(rows: readonly string[], facts: GpuMigFacts): void {
  for (const row of rows) {
    const instance = /^GPU instances\|\s+(\d+)\s+MIG (\S+)\s+(\d+)\s+(\d+)\s+(\{?[\d,]+\}?:\d+)\s*\|/.exec(row);
    if (instance) {
      const [, gpu, profile, profileId, id, placement] = instance;
      facts.gpuInstances.push({
        gpuIndex: Number(gpu),
        profile: profile ?? '',
        profileId: Number(profileId),
        instanceId: Number(id),
        placement: placement ?? null,
      });
    }
    const compute = /^Compute instances\|\s+(\d+)\s+(\d+)\s+MIG (\S+)\s+(\d+)\s+(\d+)\s/.exec(row);
    if (compute) {
      const [, gpu, owner, profile, , id] = compute;
      facts.computeInstances.push({
        gpuIndex: Number(gpu),
        gpuInstanceId: Number(owner),
        profile: profile ?? '',
        instanceId: Number(id),
      });
    }
    const offer = /^GPU instance profiles\|\s+(\d+)\s+MIG (\S+)\s+(\d+)\s+(\d+)\/(\d+)\s+([\d.]+)\s/.exec(row);
    if (offer) {
      const [, gpu, profile, id, free, total, gib] = offer;
      const memory = Number(gib);
      facts.profiles.push({
        gpuIndex: Number(gpu),
        profile: profile ?? '',
        profileId: Number(id),
        freeInstances: Number(free),
        totalInstances: Number(total),
        memoryBytes: Number.isFinite(memory) ? Math.round(memory * 1024 ** 3) : null,
      });
    }
  }
}
