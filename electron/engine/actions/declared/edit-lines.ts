/** A `key = value` file: with sections (`ini`: dnf.conf, systemd units), or without (`conf`: /etc/default, sysctl.d). */
export interface LineEdit {
  /** Of an ini file the section that the setting stands in. */
  readonly section: string | null;
  readonly key: string;
  readonly value: string;
}

/**
 * The text with one line changed, or added at the end of the file or of its section, which is added where there is none. How
 * the line is written (`a=b`, `a = b`) stays. Null where the setting is there twice, or goes on in the next line.
 */
export function editLines(text: string, { section, key, value }: LineEdit): string | null {
  const lineEnd = /\r\n/.test(text) ? '\r\n' : '\n';
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  const [first, last] = section === null ? [0, lines.length] : sectionOf(lines, section);
  if (first === null) {
    const blank = lines.length > 0 && lines.at(-1)?.trim() !== '' ? [''] : [];
    return [...lines, ...blank, `[${section}]`, `${key}=${value}`, ''].join(lineEnd);
  }
  const found = lines.flatMap((line, index) => (index >= first && index < last && keyOf(line) === key ? [index] : []));
  const [only] = found;
  if (found.length > 1) return null;
  if (only === undefined) {
    // Behind the last line that says something, so that blank lines between sections stay where they are.
    let at = last;
    while (at > first && lines[at - 1]?.trim() === '') at -= 1;
    const pattern = lines.slice(first, last).find((line) => keyOf(line) !== null);
    const between = /^[^=]*?([ \t]*=[ \t]*)/.exec(pattern ?? '')?.[1] ?? '=';
    return [...lines.slice(0, at), `${key}${between}${value}`, ...lines.slice(at), ''].join(lineEnd);
  }
  const line = lines[only] ?? '';
  if (line.endsWith('\\')) return null;
  const [head = `${key}=`] = /^[^=]*=[ \t]*/.exec(line) ?? [];
  lines[only] = head + value;
  return [...lines, ...(/\n$/.test(text) ? [''] : [])].join(lineEnd);
}

/** Null for a comment, a section, or what is no setting. */
function keyOf(line: string): string | null {
  return /^[ \t]*(?:export[ \t]+)?([^#;[\s=][^=]*?)[ \t]*=/.exec(line)?.[1] ?? null;
}

/** The lines of a section without its heading; nulls where there is none. A section that is there twice: the last. */
function sectionOf(lines: readonly string[], section: string): readonly [number, number] | readonly [null, null] {
  const heading = lines.findLastIndex((line) => line.trim() === `[${section}]`);
  if (heading === -1) return [null, null];
  const next = lines.findIndex((line, index) => index > heading && /^[ \t]*\[.*\][ \t]*$/.test(line));
  return [heading + 1, next === -1 ? lines.length : next];
}

/** The same for lines of words, whose first is the key: blanks or tabs stand between. */
export function editWords(text: string, key: string, value: string): string | null {
  const lineEnd = /\r\n/.test(text) ? '\r\n' : '\n';
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  const found = lines.flatMap((line, index) => (/^[ \t]*([^#\s]\S*)/.exec(line)?.[1] === key ? [index] : []));
  const [only] = found;
  if (found.length > 1) return null;
  if (only === undefined) return [...lines, `${key} ${value}`, ''].join(lineEnd);
  const [head = `${key} `] = /^[ \t]*\S+[ \t]*/.exec(lines[only] ?? '') ?? [];
  lines[only] = (/[ \t]$/.test(head) ? head : `${head} `) + value;
  return [...lines, ...(/\n$/.test(text) ? [''] : [])].join(lineEnd);
}
