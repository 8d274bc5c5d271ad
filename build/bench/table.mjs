/**
 * @typedef {{ name: string, ours: string, theirs: string, ratio: number, limit: string, isMet: boolean }} Row
 * `ratio` is ours against theirs, measured side by side in one run.
 */

/** @param {readonly Row[]} rows */
export function printTable(rows) {
  const head = ['measure', 'Gantry', 'against', 'ratio', 'wanted', ''];
  const cells = [
    head,
    ...rows.map((row) => [
      row.name,
      row.ours,
      row.theirs,
      row.ratio.toFixed(2),
      row.limit,
      row.isMet ? 'met' : 'MISSED',
    ]),
  ];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
