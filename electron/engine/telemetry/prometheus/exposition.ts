/** Text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
export const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/** One metric with all its samples. */
export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: ReadonlyArray<{ readonly labels: string; readonly value: number }>;
}

/** `{device="sda",instance="dgx01"}` */
export function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escaped(value: string): string {
  // Half of a surrogate pair, which is no UTF-8, becomes a replacement character when it is encoded.
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

/** The text of each family; one without a sample has none. */
export function* exposition(families: Iterable<Family>): Generator<string> {
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue;
    const head = `# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n# TYPE ${name} ${type}\n`;
    yield head + samples.map(({ labels, value }) => `${name}${labels} ${numberText(value)}\n`).join('');
  }
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
  return String(value);
}
