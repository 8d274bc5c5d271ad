/** More than a week of samples every ten seconds. */
const MAX_SAMPLES = 100_000;

/**
 * A row of samples as promtool's tests write it: `80` is one, `80x3` four of them, `70+5x3` is 70 75 80 85, `70-5x1` is
 * 70 65, `_` and `_x3` did not come (null), `?` and `?x3` came and are not known (NaN). Null for anything else.
 */
export function readSampleNotation(text: string): Array<number | null> | null {
  const samples: Array<number | null> = [];
  for (const word of text.trim().split(/\s+/)) {
    const match = /^(?:(_|\?)|(-?\d+(?:\.\d+)?(?:e\d+)?)([+-]\d+(?:\.\d+)?)?)(?:x(\d{1,6}))?$/.exec(word);
    if (!match) return null;
    const [, mark, first = '0', step = '0', more = '0'] = match;
    if (samples.length + Number(more) >= MAX_SAMPLES) return null;
    for (let index = 0; index <= Number(more); index += 1) {
      samples.push(mark === '_' ? null : mark === '?' ? Number.NaN : Number(first) + index * Number(step));
    }
  }
  return samples;
}
