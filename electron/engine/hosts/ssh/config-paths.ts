import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export function expandTilde(path: string, homeDir: string): string {
  return path === '~' || path.startsWith('~/') ? join(homeDir, path.slice(1)) : path;
}

/** Fills `%h` and the like from `tokens`, by letter, and `${HOME}` and the like from `environment`, by name. */
export function expandTokens(
  text: string,
  tokens: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  return text.replace(/%([%a-zA-Z])|\$\{(\w+)\}/g, (whole, letter?: string, name?: string) => {
    if (name !== undefined) return environment[name] ?? whole;
    return letter === '%' ? '%' : (tokens[letter ?? ''] ?? whole);
  });
}

/** The files that match, sorted folder by folder; a path without wildcards is itself, whether or not it is there. */
export function expandGlob(path: string): string[] {
  if (!/[*?[]/.test(path)) return [path];
  const [head = '', ...segments] = resolve(path).split('/');
  let found = [head === '' ? '/' : head];
  for (const segment of segments) {
    if (!/[*?[]/.test(segment)) {
      found = found.map((folder) => join(folder, segment));
      continue;
    }
    const pattern = globPattern(segment);
    if (!pattern) return [];
    found = found.flatMap((folder) => {
      try {
        return readdirSync(folder)
          .filter((name) => pattern.test(name) && (segment.startsWith('.') || !name.startsWith('.')))
          .sort()
          .map((name) => join(folder, name));
      } catch {
        return [];
      }
    });
  }
  return found;
}

/** glob(7) for one segment; null: a range that is none, such as `[` or `[z-a]`. */
function globPattern(segment: string): RegExp | null {
  const source = segment
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
    .replaceAll('[!', '[^');
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return null;
  }
}
