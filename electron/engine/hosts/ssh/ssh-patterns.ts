/** ssh_config(5) PATTERNS: `*` and `?`, a `!` before one excludes; nothing matches by exclusion alone. */
export function matchesPatterns(patterns: readonly string[], text: string): boolean {
  let isMatch = false;
  for (const pattern of patterns) {
    const isNegated = pattern.startsWith('!');
    if (!wildcard(isNegated ? pattern.slice(1) : pattern).test(text)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'is');
}
