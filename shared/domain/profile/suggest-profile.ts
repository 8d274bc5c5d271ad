import type { NodeParts } from '../parts/index';
import { isCount, isLike, type Profile } from './profile';

/** Profiles that are for a node like this, the one that says most of it first. */
export function suggestProfiles(profiles: readonly Profile[], look: NodeParts): Profile[] {
  return profiles
    .map((profile) => ({ profile, fit: fitOf(profile, look) }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit)
    .map(({ profile }) => profile);
}

/** How many of its conditions hold; 0 when one does not, or when it names none. */
function fitOf({ matches = {} }: Profile, { parts, knownKinds }: NodeParts): number {
  const node = parts.find(({ kind }) => kind === 'node');
  const gpus = parts.filter(({ kind }) => kind === 'gpu');
  const { vendor, product, gpu, gpuCount } = matches;
  const holds = [
    ...(vendor === undefined ? [] : [isLike(String(node?.attributes.vendor ?? ''), vendor)]),
    ...(product === undefined ? [] : [isLike(node?.model ?? '', product)]),
    ...(gpu === undefined ? [] : [gpus.some(({ model }) => model !== null && isLike(model, gpu))]),
    ...(gpuCount === undefined ? [] : [knownKinds.includes('gpu') && isCount(gpus.length, gpuCount)]),
  ];
  return holds.every(Boolean) ? holds.length : 0;
}
