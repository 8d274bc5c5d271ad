import type { Gpu } from './facts/gpu';

/**
 * The GPUs that a text names: `all`, or indexes and UUIDs with commas or blanks between. Null where one of them is not on the
 * node or has no UUID, and where there is none at all: an action on GPUs that are not there is a mistake.
 */
export function chosenGpus(gpus: readonly Gpu[], wanted: string): Gpu[] | null {
  const names = wanted.split(/[\s,]+/).filter((name) => name !== '');
  const isAll = names.length === 0 || (names.length === 1 && names[0]?.toLowerCase() === 'all');
  const chosen = isAll ? [...gpus] : gpus.filter((gpu) => names.some((name) => isNamed(gpu, name)));
  const isEach = isAll || names.every((name) => chosen.some((gpu) => isNamed(gpu, name)));
  return isEach && chosen.length > 0 && chosen.every(({ uuid }) => uuid !== null) ? chosen : null;
}

function isNamed({ index, uuid }: Gpu, name: string): boolean {
  return name === String(index) || name.toLowerCase() === uuid?.toLowerCase();
}
