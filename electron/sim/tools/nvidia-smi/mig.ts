import type { SimGpu } from '../../model/gpu';
import type { NodeModel } from '../../model/node-model';
import { failed, printed, type ToolOutput } from '../tool';

/** Profiles that an 80 GB card offers: name, id, how many fit, memory in GiB, SMs, decoders, copy engines. */
const PROFILES: readonly (readonly [string, number, number, string, number, number, number])[] = [
  ['1g.10gb', 19, 7, '9.50', 14, 0, 1],
  ['1g.10gb+me', 20, 1, '9.50', 14, 1, 1],
  ['1g.20gb', 15, 4, '19.50', 14, 1, 1],
  ['2g.20gb', 14, 3, '19.50', 28, 1, 2],
  ['3g.40gb', 9, 2, '39.25', 42, 2, 3],
  ['4g.40gb', 5, 1, '39.25', 56, 2, 4],
  ['7g.80gb', 0, 1, '78.75', 98, 5, 7],
];

/** `nvidia-smi mig -lgi | -lci | -lgip`. Creating and destroying instances is refused: nothing here offers it yet. */
export function renderMig(model: NodeModel, args: readonly string[]): ToolOutput {
  const gpus = model.gpus.filter((gpu) => gpu.migInstances.length > 0);
  if (args.includes('-lgip')) return listProfiles(gpus);
  if (args.includes('-lgi')) return gpus.length === 0 ? noDevice() : printed(listInstances(gpus));
  if (args.includes('-lci')) return gpus.length === 0 ? noDevice() : printed(listComputeInstances(gpus));
  return failed(4, '', 'Insufficient Permissions\n');
}

function noDevice(): ToolOutput {
  return failed(6, '', 'No MIG-enabled devices found.\n');
}

const RULE = `+${'-'.repeat(55)}+`;

function boxed(rows: readonly string[]): string[] {
  return rows.flatMap((row) => [`|${row.padEnd(55)}|`, RULE]);
}

function listInstances(gpus: readonly SimGpu[]): string {
  const rows = gpus.flatMap((gpu) =>
    gpu.migInstances.map(({ spec }) => {
      const placement = `${spec.placementStart}:${spec.placementSize}`;
      return ` ${String(gpu.index).padStart(2)}  MIG ${spec.profileName.padEnd(16)}${String(spec.profileId).padStart(4)}       ${String(spec.gpuInstanceId).padStart(3)}          ${placement}`;
    }),
  );
  return [
    RULE,
    `|${' GPU instances:'.padEnd(55)}|`,
    `|${' GPU   Name             Profile  Instance   Placement'.padEnd(55)}|`,
    `|${'                          ID       ID       Start:Size'.padEnd(55)}|`,
    `|${'='.repeat(55)}|`,
    ...boxed(rows),
    '',
  ].join('\n');
}

function listComputeInstances(gpus: readonly SimGpu[]): string {
  const rows = gpus.flatMap((gpu) =>
    gpu.migInstances.map(({ spec }) => {
      const size = spec.profileName[0];
      return ` ${String(gpu.index).padStart(2)}  ${String(spec.gpuInstanceId).padStart(5)}       MIG ${spec.profileName.padEnd(12)}${String(Number(size) - 1).padStart(4)}         0          0:${size}`;
    }),
  );
  const rule = `+${'-'.repeat(68)}+`;
  const wide = (text: string): string => `|${text.padEnd(68)}|`;
  return [
    rule,
    wide(' Compute instances:'),
    wide(' GPU     GPU       Name             Profile   Instance   Placement'),
    wide('       Instance                       ID        ID       Start:Size'),
    wide('         ID'),
    `|${'='.repeat(68)}|`,
    ...rows.flatMap((row) => [wide(row), rule]),
    '',
  ].join('\n');
}

function listProfiles(gpus: readonly SimGpu[]): ToolOutput {
  if (gpus.length === 0) return noDevice();
  const rule = `+${'-'.repeat(77)}+`;
  const wide = (text: string): string => `|${text.padEnd(77)}|`;
  const rows = gpus.flatMap((gpu) => {
    const usedSlots = gpu.migInstances.reduce((sum, { spec }) => sum + Number(spec.profileName[0]), 0);
    return PROFILES.flatMap(([name, id, total, memory, multiprocessors, decoders, copyEngines]) => {
      const free = Math.max(0, Math.min(total, Math.floor((7 - usedSlots) / Number(name[0]))));
      return [
        wide(
          `   ${gpu.index}  MIG ${name.padEnd(14)}${String(id).padStart(3)}     ${free}/${total}        ${memory.padEnd(6)}     No     ${String(multiprocessors).padStart(3)}     ${decoders}     0`,
        ),
        wide(`${' '.repeat(57)}${String(copyEngines).padStart(3)}     0     0`),
        rule,
      ];
    });
  });
  return printed(
    [
      rule,
      wide(' GPU instance profiles:'),
      wide(' GPU   Name             ID    Instances   Memory     P2P    SM    DEC   ENC'),
      wide('                              Free/Total   GiB              CE    JPEG  OFA'),
      `|${'='.repeat(77)}|`,
      ...rows,
      '',
    ].join('\n'),
  );
}
