/** ssh_config(5) PATTERNS: `*` and `?`, a `!` before one excludes; nothing matches by exclusion alone. */
export function matchesPatterns(
  patterns: readonly string[],
  text: string,
  options: { isCaseSensitive?: boolean } = {},
): boolean {
  let isMatch = false;
  for (const pattern of patterns) {
    const isNegated = pattern.startsWith('!');
    if (!matches(isNegated ? pattern.slice(1) : pattern, text, options.isCaseSensitive === true)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}

function matches(pattern: string, text: string, isCaseSensitive: boolean): boolean {
  // Most are plain names, and a big config has them by the thousand.
  if (!/[*?]/.test(pattern)) {
    return isCaseSensitive ? pattern === text : pattern.toLowerCase() === text.toLowerCase();
  }
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, isCaseSensitive ? 's' : 'is').test(text);
}
