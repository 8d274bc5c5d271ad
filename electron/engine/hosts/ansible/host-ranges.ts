/** Ranges that one pattern may stand for; a typo such as `[1:100000]` is told, not followed. */
const maxExpanded = 5000;

/**
 * Every host that a pattern of an inventory stands for: `gpu[01:16]` keeps the leading zeros, `rack-[a:c]` counts letters,
 * `n[1:9:2]` has a step, and there may be several. Null: no such range, or too many.
 */
export function expandHosts(pattern: string): string[] | null {
  let names = [''];
  let rest = pattern;
  while (rest !== '') {
    const range = /^\[([^\]:[]{1,10}):([^\]:[]{1,10})(?::(\d{1,4}))?\]/.exec(rest);
    if (!range && rest.startsWith('[')) return null;
    const literal = range ? '' : (/^[^[]+/.exec(rest)?.[0] ?? '');
    const steps = range ? stepsOf(range[1] ?? '', range[2] ?? '', Number(range[3] ?? 1)) : [literal];
    if (!steps || steps.length * names.length > maxExpanded) return null;
    names = names.flatMap((name) => steps.map((step) => name + step));
    rest = rest.slice(range ? range[0].length : literal.length);
  }
  return names;
}

function stepsOf(from: string, to: string, step: number): string[] | null {
  if (step < 1) return null;
  const isNumber = /^\d{1,9}$/.test(from) && /^\d{1,9}$/.test(to);
  const isLetter = (/^[a-z]$/.test(from) && /^[a-z]$/.test(to)) || (/^[A-Z]$/.test(from) && /^[A-Z]$/.test(to));
  if (!isNumber && !isLetter) return null;
  const [first, last] = isNumber ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  if (last < first || (last - first) / step >= maxExpanded) return null;
  // Of `01:16` each number has as many digits as the first.
  const width = isNumber && from.startsWith('0') ? from.length : 0;
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => {
    const at = first + index * step;
    return isNumber ? String(at).padStart(width, '0') : String.fromCharCode(at);
  });
}
