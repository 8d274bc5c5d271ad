import { printable } from '#shared/domain/text';

/** Text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
export const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/** One metric with all its samples. */
export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: ReadonlyArray<{ readonly labels: string; readonly value: number }>;
}

const MAX_LABEL = 200;

/** `{device="sda",instance="dgx01"}`; what is empty or unknown is left out. A node's words come out as one line of text. */
export function labelText(labels: Readonly<Record<string, string | null>>): string {
  const pairs = Object.entries(labels).flatMap(([name, value]) => (value ? [`${name}="${escaped(value)}"`] : []));
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escaped(value: string): string {
  // Half of a surrogate pair, which is no UTF-8, becomes a replacement character when it is encoded.
  return printable(value.slice(0, MAX_LABEL)).replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

/** The text of each family; one without a sample has none. */
export function* exposition(families: Iterable<Family>): Generator<string> {
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue;
    const head = `# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n# TYPE ${name} ${type}\n`;
    yield head + samples.map(({ labels, value }) => `${name}${labels} ${numberText(value)}\n`).join('');
  }
}

/** Fifteen digits: what a float has without the dust of its conversion. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
  return String(Number.isSafeInteger(value) ? value : Number(value.toPrecision(15)));
}
