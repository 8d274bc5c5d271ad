import type { NvlinkFacts } from '#shared/domain/facts/gpu-system';
import { integerOf, linesOf } from '../lib/lines';
import { chipsWithoutNvlink, nvidiaSmi, nvidiaSmiProblem, nvidiaSmiUnless } from '../lib/nvidia-smi';
import { unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

const status = nvidiaSmi('status', ['nvlink', '-s'], 30_000);
/** Who has no links has no errors of theirs. */
const errors = nvidiaSmiUnless('errors', chipsWithoutNvlink, 'nvlink:none', ['nvlink', '-e'], 30_000);

export const nvlinkProbe = defineProbe({
  id: 'nvlink',
  commands: [status, errors],
  sources: {
    '': 'status',
    'gpus.links.replayErrors': 'errors',
    'gpus.links.recoveryErrors': 'errors',
    'gpus.links.crcErrors': 'errors',
    'gpus.links.otherCounters': 'errors',
  },
  parse(outputs) {
    const output = outputs.status;
    const gpus = output?.state === 'exited' ? parseNvlink(output.stdout) : null;
    const told = nvidiaSmiProblem(output, status, gpus !== null);
    if (!gpus) return told ?? unparsable(status, output);
    const counted = outputs.errors?.state === 'exited' ? parseNvlink(outputs.errors.stdout) : null;
    return { state: 'ok', facts: { gpus: gpus.map((gpu) => withErrors(gpu, counted)) } };
  },
});

type NvlinkGpu = NvlinkFacts['gpus'][number];
type Link = NvlinkGpu['links'][number];

/** What drivers print under a GPU in place of links. */
const sayings: ReadonlyArray<readonly [RegExp, NvlinkGpu['support']]> = [
  [/does not have or support Nvlink|not support(ed)? .{0,40}NVLink|NVLink is not supported/i, 'none'],
  [/not supported for Devices in MIG mode/i, 'hidden'],
];

const counterNames: Readonly<Record<string, 'replayErrors' | 'recoveryErrors' | 'crcErrors'>> = {
  'replay errors': 'replayErrors',
  'recovery errors': 'recoveryErrors',
  'crc errors': 'crcErrors',
};

/**
 * Reads `nvidia-smi nvlink -s` and, in the same shape, `-e`:
 *   GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-b4895dbf-9350-2524-a89b-98161ddd9fe4)
 *      Link 0: 26.562 GB/s        Link 1: <inactive>        Link 0: Replay Errors: 0
 *   Device does not have or support Nvlink
 * Null: a GPU with nothing below it, a line that is none of these, or no GPU at all.
 */
export function parseNvlink(text: string): NvlinkGpu[] | null {
  const gpus: NvlinkGpu[] = [];
  for (const line of linesOf(text, 500)) {
    if (line.trim() === '') continue;
    const gpu = /^GPU (\d{1,3}): (.{1,200}?)(?: \(UUID: (GPU-[0-9a-fA-F-]{36})\))?\s*$/.exec(line);
    if (gpu) {
      if (isBare(gpus.at(-1))) return null;
      const [, index, name, uuid] = gpu;
      const found = { name: name ?? null, uuid: uuid ?? null, said: null, links: [] };
      gpus.push({ ...found, index: Number(index), support: 'unknown' });
      continue;
    }
    const owner = gpus.at(-1);
    // Words before the first GPU are a banner.
    if (!owner) continue;
    const link = /^\s+Link (\d{1,3}): (.{1,200})$/.exec(line);
    if (link) {
      owner.support = 'links';
      if (!readLink(linkOf(owner, Number(link[1])), (link[2] ?? '').trim())) return null;
      continue;
    }
    // A slice of `-L` or half a line: not what this command prints.
    if (/^\s|^GPU /.test(line) || owner.said !== null || owner.links.length > 0) return null;
    owner.said = line.trim();
    owner.support = sayings.find(([pattern]) => pattern.test(line))?.[1] ?? 'unknown';
  }
  return gpus.length > 0 && !isBare(gpus.at(-1)) ? gpus : null;
}

function isBare(gpu: NvlinkGpu | undefined): boolean {
  return gpu !== undefined && gpu.said === null && gpu.links.length === 0;
}

function linkOf(gpu: NvlinkGpu, link: number): Link {
  const known = gpu.links.find((each) => each.link === link);
  if (known) return known;
  const created: Link = {
    link,
    isActive: false,
    speedGBps: null,
    replayErrors: null,
    recoveryErrors: null,
    crcErrors: null,
    otherCounters: {},
  };
  gpu.links.push(created);
  return created;
}

function readLink(link: Link, said: string): boolean {
  const speed = /^(\d{1,5}(?:\.\d{1,4})?) GB\/s$/.exec(said);
  if (speed) {
    link.isActive = true;
    link.speedGBps = Number(speed[1]);
    return true;
  }
  // `<inactive>`, `inActive`, on newer drivers `<sleep>` for a link that was put to sleep to save power.
  if (/^<?(in-?active|sleep)>?$/i.test(said)) return true;
  const counter = /^([A-Za-z][A-Za-z0-9 /()-]{1,60}): (\S{1,40})$/.exec(said);
  if (!counter) return false;
  const [, label = '', value] = counter;
  const count = integerOf(value);
  const field = counterNames[label.toLowerCase()];
  // A bit error rate is told as `15e-254`.
  const rate = /^\d{1,6}(?:\.\d{1,6})?e-?\d{1,3}$/i.test(value ?? '') ? Number(value) : null;
  const other = count ?? (rate !== null && Number.isFinite(rate) ? rate : null);
  if (field && count !== null) link[field] = count;
  else if (!field && other !== null) link.otherCounters[label] = other;
  return true;
}

function withErrors(gpu: NvlinkGpu, counted: readonly NvlinkGpu[] | null): NvlinkGpu {
  const other = counted?.find(({ index, uuid }) => index === gpu.index && uuid === gpu.uuid);
  if (!other) return gpu;
  const links = gpu.links.map((link) => {
    const found = other.links.find((each) => each.link === link.link);
    if (!found) return link;
    const { replayErrors, recoveryErrors, crcErrors, otherCounters } = found;
    return { ...link, replayErrors, recoveryErrors, crcErrors, otherCounters };
  });
  return { ...gpu, links };
}
