/** Kernels with the newest first, by the numbers in their names: 6.8.0-101 is newer than 6.8.0-57. */
export function newestFirst<K extends { readonly release: string }>(kernels: readonly K[]): K[] {
  return [...kernels].sort(
    (a, b) => compare(numbers(b.release), numbers(a.release)) || (a.release < b.release ? -1 : 1),
  );
}

function numbers(release: string): number[] {
  return (release.match(/\d+/g) ?? []).map(Number);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
