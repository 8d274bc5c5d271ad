import { type Profile, profileSchema } from '#shared/domain/profile/profile';
import { type KnowledgeProblem, YamlSource } from '../knowledge/yaml-source';

/** Reads a profile's YAML, or JSON, which is YAML as well; a null profile has problems, each with its line. */
export function parseProfile(
  file: string,
  text: string,
): { profile: Profile | null; problems: readonly KnowledgeProblem[] } {
  const { value, problems } = new YamlSource(file, text).parse(profileSchema);
  return { profile: value, problems };
}
