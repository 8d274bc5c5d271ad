import type { ConfigEntry } from './resolve-config';

/**
 * Which entries can apply to a destination, in the order of the file. A config written by a tool names thousands of hosts,
 * and what stands under the plain names of others need not be looked at for each of them.
 */
export function indexEntries(entries: readonly ConfigEntry[]): (destination: string) => ConfigEntry[] {
  const anywhere: number[] = [];
  const byName = new Map<string, number[]>();
  for (const [position, { conditions }] of entries.entries()) {
    const named = conditions.find(({ kind, words }) => kind === 'host' && words.every((word) => !/[*?!]/.test(word)));
    if (!named) anywhere.push(position);
    for (const name of new Set(named?.words)) {
      const positions = byName.get(name);
      if (positions) positions.push(position);
      else byName.set(name, [position]);
    }
  }
  return (destination) =>
    [...anywhere, ...(byName.get(destination) ?? [])]
      .sort((one, other) => one - other)
      .flatMap((position) => entries[position] ?? []);
}
