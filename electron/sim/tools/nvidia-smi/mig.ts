import type { MigInstance, SimGpu } from '../../model/gpu';
import type { NodeModel } from '../../model/node-model';
import { createRandom, seedFrom, uuid } from '../../model/random';
import { failed, optionValue, printed, type ToolOutput } from '../tool';
import { selectGpus } from './reading';

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

/** `nvidia-smi mig -lgi | -lci | -lgip | -dci | -dgi | -cgi PROFILES -C`, of the GPUs that `-i` names. */
export function renderMig(model: NodeModel, args: readonly string[], isRoot: boolean): ToolOutput {
  const gpus = (selectGpus(model, optionValue(args, '-i')) ?? []).filter((gpu) => gpu.isMigEnabled);
  const has = (option: string): boolean => args.includes(option);
  if (gpus.length === 0) return noDevice();
  if (has('-lgip')) return listProfiles(gpus);
  if (has('-lgi'))
    return gpus.some(({ migInstances }) => migInstances.length > 0) ? printed(listInstances(gpus)) : none('GPU');
  const withCompute = gpus.filter(({ migInstances }) => migInstances.some(({ hasCompute }) => hasCompute));
  if (has('-lci')) return withCompute.length > 0 ? printed(listComputeInstances(gpus)) : none('compute');
  if (!isRoot) return failed(4, '', 'Insufficient Permissions\n');
  const busy = gpus.find((gpu) => model.holdersOf(gpu.index).length > 0);
  if (busy && !has('-cgi')) return inUse(`GPU ${busy.index}`);
  if (has('-dci')) {
    if (withCompute.length === 0) return none('compute');
    return changed(
      model,
      gpus,
      ({ migInstances }) => migInstances.map((one) => ({ ...one, hasCompute: false })),
      'Successfully destroyed compute instances',
    );
  }
  if (has('-dgi')) {
    const [left] = withCompute;
    if (left) return inUse(`GPU instance of GPU ${left.index}`);
    if (gpus.every(({ migInstances }) => migInstances.length === 0)) return none('GPU');
    return changed(model, gpus, () => [], 'Successfully destroyed GPU instances');
  }
  const wanted = optionValue(args, '-cgi');
  if (wanted === undefined) return failed(2, '', 'Invalid combination of input arguments.\n');
  for (const gpu of gpus) {
    const made = createInstances(model, gpu, wanted.split(','), has('-C'));
    if (made === null)
      return failed(
        19,
        '',
        `Unable to create a GPU instance on GPU ${String(gpu.index).padStart(2)}: Insufficient Resources\n`,
      );
    gpu.migInstances = made;
  }
  return changed(model, [], () => [], 'Successfully created GPU instances');
}

/** `-mig 0|1`: a GPU that nobody is on is reset by it at once. */
export function setMigMode(model: NodeModel, gpus: readonly SimGpu[], mode: string, isRoot: boolean): ToolOutput {
  if (!isRoot) return failed(4, '', 'Unable to enable MIG Mode: Insufficient Permissions\n');
  const unable = gpus.find(({ slot }) => !slot.card.supportsMig);
  if (unable) return failed(3, '', `MIG Mode is not supported on GPU ${unable.index}\n`);
  const busy = gpus.find((gpu) => model.holdersOf(gpu.index).length > 0 || gpu.migInstances.length > 0);
  if (busy) return inUse(`GPU ${busy.index}`);
  for (const gpu of gpus) gpu.isMigEnabled = mode === '1';
  model.revision += 1;
  return printed(`${mode === '1' ? 'Enabled' : 'Disabled'} MIG Mode for GPU\nAll done.\n`);
}

function none(kind: 'GPU' | 'compute'): ToolOutput {
  return failed(6, '', `No ${kind} instances found: Not Found\n`);
}

function inUse(what: string): ToolOutput {
  return failed(19, '', `Unable to destroy ${what}: In use by another client\n`);
}

function changed(
  model: NodeModel,
  gpus: readonly SimGpu[],
  instancesOf: (gpu: SimGpu) => MigInstance[],
  text: string,
): ToolOutput {
  for (const gpu of gpus) gpu.migInstances = instancesOf(gpu);
  model.revision += 1;
  return printed(`${text}\n`);
}

/** Eight slices of memory: how many each profile takes, and where it may begin (MIG user guide, placements of an A100). */
const PLACEMENTS: Readonly<Record<string, readonly [size: number, starts: readonly number[], firstId: number]>> = {
  '1g.10gb': [1, [0, 1, 2, 3, 4, 5, 6], 7],
  '1g.10gb+me': [1, [0, 1, 2, 3, 4, 5, 6], 7],
  '1g.20gb': [2, [0, 2, 4, 6], 7],
  '2g.20gb': [2, [0, 2, 4], 3],
  '3g.40gb': [4, [0, 4], 1],
  '4g.40gb': [4, [0], 1],
  '7g.80gb': [8, [0], 0],
};

/** Null where one does not fit. A profile is named or numbered, with `:START` where it has to lie there. */
function createInstances(
  model: NodeModel,
  gpu: SimGpu,
  wanted: readonly string[],
  hasCompute: boolean,
): MigInstance[] | null {
  const made = [...gpu.migInstances];
  for (const [at, word] of wanted.entries()) {
    const [id = '', start] = word.split(':');
    const profile = PROFILES.find(([name, number]) => name === id || String(number) === id);
    if (!profile) return null;
    const [name, profileId, , memory, multiprocessors, decoders, copyEngines] = profile;
    const [size, starts, firstId] = PLACEMENTS[name] ?? [8, [], 0];
    const isFree = (from: number): boolean =>
      made.every(({ spec }) => from + size <= spec.placementStart || spec.placementStart + spec.placementSize <= from);
    const placementStart = starts.find((one) => isFree(one) && (start === undefined || one === Number(start)));
    if (placementStart === undefined) return null;
    let gpuInstanceId = firstId;
    while (made.some(({ spec }) => spec.gpuInstanceId === gpuInstanceId)) gpuInstanceId += 1;
    const memoryTotalMib = Math.round(Number(memory) * 1024);
    const spec = {
      ...{ profileName: name, profileId, gpuInstanceId, placementStart, placementSize: size, memoryTotalMib },
      ...{ bar1TotalMib: memoryTotalMib * 1.6, multiprocessors, copyEngines, decoders },
    };
    const random = createRandom(seedFrom(`${gpu.uuid}/${model.revision}/${at}`));
    made.push({ index: made.length, uuid: `MIG-${uuid(random)}`, spec, hasCompute });
  }
  return made;
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
    gpu.migInstances
      .filter(({ hasCompute }) => hasCompute)
      .map(({ spec }) => {
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
