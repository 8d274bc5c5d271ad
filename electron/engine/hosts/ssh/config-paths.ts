import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export function expandTilde(path: string, homeDir: string): string {
  return path === '~' || path.startsWith('~/') ? join(homeDir, path.slice(1)) : path;
}

/** Fills `%h` and the like from `tokens`, by letter; `%d` is `${HOME}` too. */
export function expandTokens(text: string, tokens: Readonly<Record<string, string>>): string {
  return text
    .replace(/%([%a-zA-Z])/g, (whole, letter: string) => (letter === '%' ? '%' : (tokens[letter] ?? whole)))
    .replace(/\$\{HOME\}/g, tokens.d ?? '');
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
    const pattern = new RegExp(
      `^${segment
        .replace(/[.+^${}()|\\]/g, '\\$&')
        .replaceAll('*', '[^/]*')
        .replaceAll('?', '[^/]')
        .replaceAll('[!', '[^')}$`,
    );
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
