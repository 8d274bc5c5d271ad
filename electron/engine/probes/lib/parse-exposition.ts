/** One sample of Prometheus' text format. A time of its own is left out: what counts is when it was read. */
export interface ExpositionSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** More lines than any exporter of one node prints. */
const MAX_SAMPLES = 100_000;
const MAX_LABELS = 100;

/**
 * Reads Prometheus' text format (0.0.4; exemplars and `# EOF` of OpenMetrics do no harm). Total: a line that is none of it is
 * left out. Only the samples whose name is wanted are taken apart, which is most of the work.
 *   # HELP vllm:num_requests_running Number of requests …
 *   vllm:num_requests_running{model_name="a \"b\" c",engine="0"} 3.0 1700000000000
 */
export function parseExposition(text: string, isWanted: (name: string) => boolean = () => true): ExpositionSample[] {
  const samples: ExpositionSample[] = [];
  for (let start = 0; start < text.length && samples.length < MAX_SAMPLES; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const sample = readSample(text.slice(start, end), isWanted);
    if (sample) samples.push(sample);
    start = end + 1;
  }
  return samples;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const BLANKS = /[ \t]*/y;
/** Closing quote included; a backslash and what follows it are one. */
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
const VALUE = /([+-]?(?:Inf|NaN|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))(?:[ \t]+[+-]?\d+(?:\.\d+)?)?[ \t]*(?:#.*)?\r?$/iy;

function readSample(line: string, isWanted: (name: string) => boolean): ExpositionSample | null {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (match) at = pattern.lastIndex;
    return match;
  };
  take(BLANKS);
  const name = take(NAME)?.[0];
  if (name === undefined || !isWanted(name)) return null;
  const labels = new Map<string, string>();
  take(BLANKS);
  if (line[at] === '{') {
    at += 1;
    for (;;) {
      take(BLANKS);
      if (line[at] === '}') break;
      const label = take(NAME)?.[0];
      take(BLANKS);
      if (label === undefined || line[at] !== '=' || labels.size >= MAX_LABELS) return null;
      at += 1;
      take(BLANKS);
      const value = take(QUOTED)?.[1];
      if (value === undefined || labels.has(label)) return null;
      labels.set(label, unescaped(value));
      take(BLANKS);
      // A comma may also stand behind the last one.
      if (line[at] === ',') at += 1;
      else if (line[at] !== '}') return null;
    }
    at += 1;
    take(BLANKS);
  } else if (!/[ \t]/.test(line[at - 1] ?? '')) return null;
  const value = take(VALUE)?.[1];
  return value === undefined ? null : { name, labels, value: numberOf(value) };
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/gs, (whole, letter: string) =>
    letter === 'n' ? '\n' : letter === '"' || letter === '\\' ? letter : whole,
  );
}

function numberOf(text: string): number {
  const word = text.toLowerCase();
  if (word.endsWith('inf')) return word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return word.endsWith('nan') ? Number.NaN : Number(text);
}
