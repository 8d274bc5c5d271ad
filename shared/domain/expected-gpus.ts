import { z } from 'zod';
import type { GpuDevicesFacts } from './facts/gpu-system';
import type { GpuPresence } from './gpu-presence';
import { isSameDevice } from './gpu-recovery';
import type { Profile } from './profile/profile';

const knownGpuSchema = z.object({
  pciBusId: z.string(),
  name: z.string().nullable(),
  serial: z.string().nullable(),
  lastSeenMs: z.number(),
});
export type KnownGpu = z.infer<typeof knownGpuSchema>;

/** How many NVIDIA GPUs a node should have by what is kept of it, and those it was last known with. */
export const expectedGpusSchema = z.object({
  count: z.number(),
  /** `profile`: the one the node is given; `answer`: somebody said so; `inventory`: the most that were there at once. */
  source: z.enum(['profile', 'answer', 'inventory']),
  /** When it was said, or last so. Null for a profile. */
  atMs: z.number().nullable(),
  gpus: z.array(knownGpuSchema),
});
export type ExpectedGpus = z.infer<typeof expectedGpusSchema>;

/** A GPU at the node from its first look to its last one. */
export interface GpuStay {
  readonly slot: string;
  readonly model: string | null;
  readonly serial: string | null;
  readonly fromMs: number;
  /** When it was seen last, be it still there. */
  readonly toMs: number;
  readonly isOpen: boolean;
  /** Another node has told of it since: somebody moved it. */
  readonly isElsewhere: boolean;
}

export interface ExpectationSources {
  readonly profile: Profile | null;
  /** What somebody said last. */
  readonly answer: { readonly count: number; readonly atMs: number } | null;
  readonly stays: readonly GpuStay[];
}

/**
 * What somebody set down counts more than what was seen: the profile, then an answer, which later looks can only raise. A GPU that
 * was swapped for another, or moved to another node, is not expected. Pure; null where nothing is known.
 */
export function expectedGpus({ profile, answer, stays }: ExpectationSources): ExpectedGpus | null {
  const sinceMs = answer?.atMs ?? Number.NEGATIVE_INFINITY;
  const here = stays.filter(({ isElsewhere }) => !isElsewhere);
  const at = (ms: number): GpuStay[] => here.filter((one) => one.fromMs <= ms && (one.isOpen || one.toMs >= ms));
  const most = here
    .map(({ fromMs }) => fromMs)
    .filter((ms) => ms > sinceMs)
    .sort((one, other) => other - one)
    .map(at)
    .reduce<GpuStay[]>((best, one) => (one.length > best.length ? one : best), []);
  const gpus = (most.length > 0 ? most : here.filter(({ isOpen, toMs }) => isOpen || toMs >= sinceMs)).map(toKnown);
  const ofProfile = profile && countOf(profile);
  if (ofProfile !== null) return { count: ofProfile, source: 'profile', atMs: null, gpus };
  if (answer !== null && most.length <= answer.count) return { ...answer, source: 'answer', gpus };
  if (most.length === 0) return null;
  return { count: most.length, source: 'inventory', atMs: Math.min(...most.map(({ toMs }) => toMs)), gpus };
}

function toKnown({ slot, model, serial, toMs }: GpuStay): KnownGpu {
  return { pciBusId: slot, name: model, serial, lastSeenMs: toMs };
}

/** A profile that names no exact number, or no maker, says nothing here. */
function countOf({ parts }: Profile): number | null {
  const counts = parts.flatMap(({ kind, model = '', count, slots }) => {
    if (kind !== 'gpu' || !/nvidia|tesla|quadro|geforce|titan/i.test(model)) return [];
    return [typeof count === 'number' ? count : (slots?.length ?? null)];
  });
  const known = counts.flatMap((count) => count ?? []);
  return known.length === 0 || known.length < counts.length ? null : known.reduce((sum, count) => sum + count, 0);
}

/** Those it was known with that are not on the bus now and are not told of as lost. */
export function absentGpus(expected: ExpectedGpus, devices: GpuDevicesFacts, { lost }: GpuPresence): KnownGpu[] {
  return expected.gpus.filter(
    ({ pciBusId }) => ![...devices.devices, ...lost].some((one) => isSameDevice(one.pciBusId, pciBusId)),
  );
}
