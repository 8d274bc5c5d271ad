import { matchesPatterns } from './ssh-patterns';

/** The `Host` or `Match` line that a setting stands under. */
export interface ConfigCondition {
  readonly kind: 'host' | 'match';
  readonly words: readonly string[];
}

/** Settings found so far, by lower-case parameter: what `Match host` and `Match user` go by. */
export type FoundSettings = ReadonlyMap<string, readonly string[]>;

/** What a `Match` may ask that can be told without running a program. */
const computable = new Set(['all', 'host', 'originalhost', 'user', 'localuser']);

/** Reads `host a,b !user c all` as criteria; each is negated by a `!` before its name. */
function criteria(words: readonly string[]): Array<{ name: string; isNegated: boolean; patterns: string }> {
  const list: Array<{ name: string; isNegated: boolean; patterns: string }> = [];
  const rest = [...words];
  while (rest.length > 0) {
    const word = (rest.shift() ?? '').toLowerCase();
    const isNegated = word.startsWith('!');
    const [name = '', attached] = word.replace(/^!/, '').split('=');
    const takesNone = name === 'all' || name === 'canonical' || name === 'final';
    list.push({ name, isNegated, patterns: takesNone ? '' : (attached ?? rest.shift() ?? '') });
  }
  return list;
}

export function holds(
  condition: ConfigCondition,
  destination: string,
  found: FoundSettings,
  localUser: string,
): boolean {
  if (condition.kind === 'host') return matchesPatterns(condition.words, destination, { isCaseSensitive: true });
  // A line that could not be read.
  if (condition.words.length === 0) return false;
  return criteria(condition.words).every(({ name, isNegated, patterns }) => {
    if (!computable.has(name)) return false;
    const text = {
      all: '',
      host: found.get('hostname')?.[0]?.replaceAll('%h', destination) ?? destination,
      originalhost: destination,
      user: found.get('user')?.[0] ?? localUser,
      localuser: localUser,
    }[name];
    const isMatch = name === 'all' || matchesPatterns(patterns.split(','), text ?? '');
    return isMatch !== isNegated;
  });
}

/** The criteria of a `Match` that can't be told here, so that it never holds. */
export function untellableCriteria(words: readonly string[]): string[] {
  return criteria(words).flatMap(({ name }) => (computable.has(name) ? [] : [name]));
}
