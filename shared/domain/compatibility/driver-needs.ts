import { z } from 'zod';
import type { NodeFacts } from '../facts/index';
import { firstBranch, flavourOf } from './judge-driver';
import { operatingSystemOf } from './judge-kernel';
import type { Newest } from './report';
import { type Knowledge, readStack, type Stack } from './stack';

/** Which NVIDIA driver the GPUs of a node can have, by their names on the PCI bus: none has to be loaded for it. */
export const driverNeedsSchema = z.object({
  /** As lspci calls them, with their generation: `8 x GH100 [H100 SXM5 80GB] (Hopper)`. */
  gpus: z.array(z.string()),
  /** Those whose generation the name does not tell. */
  unknown: z.array(z.string()),
  /** `none`: no driver is for all of them, as of a Pascal beside a Blackwell card. */
  modules: z.enum(['open', 'proprietary', 'either', 'none']),
  /** Branches from and to that know all of them; null: the tables have no limit. */
  lowestBranch: z.number().nullable(),
  highestBranch: z.number().nullable(),
});
export type DriverNeeds = z.infer<typeof driverNeedsSchema>;

export function driverNeeds(facts: Pick<NodeFacts, 'gpu-devices'>, knowledge: Knowledge): DriverNeeds {
  // Of the devices alone: what nvidia-smi lists are the same.
  return needsOf(readStack({ 'gpu-devices': facts['gpu-devices'] }, knowledge));
}

export function needsOf(stack: Stack): DriverNeeds {
  const gpus = stack.gpus ?? [];
  const known = gpus.flatMap(({ architecture }) => (architecture === null ? [] : [architecture]));
  const needed = new Set(gpus.flatMap((gpu) => flavourOf(gpu) ?? []));
  const lowest = gpus.flatMap((gpu) => firstBranch(stack, gpu) ?? []);
  const highest = known.flatMap(({ lastDriverBranch }) => lastDriverBranch ?? []);
  const lowestBranch = lowest.length > 0 ? Math.max(...lowest) : null;
  const highestBranch = highest.length > 0 ? Math.min(...highest) : null;
  const isImpossible =
    needed.size > 1 || (lowestBranch !== null && highestBranch !== null && lowestBranch > highestBranch);
  return {
    gpus: gpus.map(
      ({ name, count, architecture }) => `${count} x ${name}${architecture ? ` (${architecture.architecture})` : ''}`,
    ),
    unknown: gpus.flatMap(({ name, architecture }) => (architecture === null ? [name] : [])),
    modules: isImpossible ? 'none' : ([...needed][0] ?? 'either'),
    lowestBranch,
    highestBranch,
  };
}

/** Why a branch is the one to have, as the newest or as the one with fixes for longest, and where this system gets it from. */
export function branchWords(
  stack: Stack,
  { branch, endOfLife, source }: Stack['catalogue']['driverBranches'][number],
  rank: 'newest' | 'longest',
): Pick<NonNullable<Newest['driver']>, 'reason' | 'source'> {
  const system = operatingSystemOf(stack);
  const packaged = system?.driverBranches.includes(branch) ? 'Packaged' : 'Repository';
  const params = {
    branch,
    month: endOfLife ?? '',
    system: system?.name ?? stack.facts.os?.prettyName ?? '',
    repository: system?.cudaRepository ?? '',
  };
  const key = `compatibility.${rank}Driver${system ? packaged : 'Other'}`;
  return { reason: { key, params }, source: stack.source(source) };
}
