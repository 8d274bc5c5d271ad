/** A number with or without decimals; null for anything else. */
export function numberOf(word: string | undefined): number | null {
  return word !== undefined && /^\d{1,15}(\.\d{1,6})?$/.test(word.trim()) ? Number(word) : null;
}

/** `54T`, `2.0G`, `14.551 TB`: powers of two by every unit, as LVM, multipath, ZFS and storcli mean them. */
export function sizeOf(word: unknown): number | null {
  const match = typeof word === 'string' ? /^ *(\d{1,16}(?:\.\d{1,4})?) ?([KMGTPE]?)i?B?\b/.exec(word) : null;
  if (!match) return null;
  return Math.round(Number(match[1]) * 1024 ** ' KMGTPE'.indexOf(match[2] || ' '));
}
