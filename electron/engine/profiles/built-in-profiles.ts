import type { Profile } from '#shared/domain/profile/profile';
import { shippedFiles } from '../knowledge/shipped-files';
import { parseProfile } from './parse-profile';

let profiles: readonly Profile[] | undefined;

/** Profiles per system type that come with Gantry, read when they are first asked for. Throws for a file that is wrong. */
export function builtInProfiles(): readonly Profile[] {
  profiles ??= shippedFiles('profiles').map(({ file, text }) => {
    const { profile, problems } = parseProfile(file, text);
    if (!profile) throw new Error(problems.map(({ line, message }) => `${file}:${line ?? 1}: ${message}`).join('\n'));
    return profile;
  });
  return profiles;
}
