/** The numbers of a version, as far as it is one: `535.54.03` -> [535, 54, 3], `12.4.1-1` -> [12, 4, 1]. */
function parts(version: string): number[] {
  return (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
}

/** Part by part as whole numbers, the shorter one padded with zeros: 570.9 is older than 570.26. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [parts(one), parts(other)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function isAtLeast(version: string, minimum: string): boolean {
  return compareVersions(version, minimum) >= 0;
}

/** `570` of `570.133.20`, `12` of `12.4.1`. */
export function majorOf(version: string): number {
  return parts(version)[0] ?? 0;
}

/** `12.4` of `12.4.1`. */
export function minorOf(version: string): string {
  return parts(version).slice(0, 2).join('.');
}

export function newest<T>(items: readonly T[], versionOf: (item: T) => string): T | null {
  return items.reduce<T | null>(
    (best, item) => (best === null || compareVersions(versionOf(item), versionOf(best)) > 0 ? item : best),
    null,
  );
}
