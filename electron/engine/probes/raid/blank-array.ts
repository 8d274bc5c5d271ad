import type { RaidArray } from '#shared/domain/facts/storage';

/** An array of which nothing but its name is known yet. */
export function blankArray(kind: RaidArray['kind'], name: string): RaidArray {
  return {
    name,
    kind,
    level: null,
    state: null,
    isDegraded: null,
    sizeBytes: null,
    usedBytes: null,
    membersWanted: null,
    membersActive: null,
    members: [],
    operation: null,
    uuid: null,
  };
}
