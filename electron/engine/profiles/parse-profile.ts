import { partReaders } from '#shared/domain/parts/index';
import type { PartKind } from '#shared/domain/parts/part';
import { type Profile, profileSchema } from '#shared/domain/profile/profile';
import { firstOf, type KnowledgeProblem, YamlSource } from '../knowledge/yaml-source';

/** Ten times what the biggest node makes; reading more would keep the engine from everything else for seconds. */
const maxCharacters = 500_000;

/** Reads a profile's YAML, or JSON, which is YAML as well; a null profile has problems, each with its line. */
export function parseProfile(
  file: string,
  text: string,
): { profile: Profile | null; problems: readonly KnowledgeProblem[] } {
  if (text.length > maxCharacters) {
    const message = `the file has ${text.length} characters; a profile has ${maxCharacters} at most`;
    return { profile: null, problems: [{ file, line: null, message }] };
  }
  const source = new YamlSource(file, text);
  const { value, problems } = source.parse(profileSchema);
  const found = value ? firstOf(unknownAttributes(source, value)) : problems;
  return { profile: found.length > 0 ? null : value, problems: found };
}

/** A name that no part has would only ever be told as "could not be read". */
function unknownAttributes(source: YamlSource, { parts }: Profile): KnowledgeProblem[] {
  return parts.flatMap(({ kind, attributes }, index) => {
    const known = attributesOf(kind);
    return Object.entries(attributes).flatMap(([name, wanted]) => {
      const path = ['parts', index, 'attributes', name];
      const other = typeof wanted === 'object' && 'sameAs' in wanted ? wanted.sameAs : name;
      return [name, other].flatMap((one, at) => {
        if (known.has(one) || (at === 1 && other === name)) return [];
        return [source.problem(path, `${kind} has no attribute "${one}"; it has ${[...known].join(', ')}`)];
      });
    });
  });
}

function attributesOf(kind: PartKind): ReadonlySet<string> {
  const readers = partReaders.filter((reader) => reader.kind === kind);
  return new Set(readers.flatMap(({ attributes }) => Object.keys(attributes)));
}
