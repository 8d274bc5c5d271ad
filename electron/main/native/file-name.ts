/** Characters that some file system refuses, or that would lead into another folder. */
const unsafeCharacters = /[\u0000-\u001f\u007f<>:"/\\|?*]/g;

/** Longest name that common file systems take, in UTF-8 bytes, with room for a suffix. */
const longestBytes = 200;

/** Makes a suggested file name harmless on every system, keeping its extension. */
export function safeFileName(suggested: string): string {
  const cleaned = suggested.replace(unsafeCharacters, '-').replace(/^[.\s-]+|[.\s]+$/g, '');
  const dot = cleaned.lastIndexOf('.');
  const extension = dot > 0 && cleaned.length - dot <= 12 ? cleaned.slice(dot) : '';
  const stem = Buffer.from(extension ? cleaned.slice(0, dot) : cleaned);
  // Cutting bytes may cut a character, which then reads as a replacement character at the end.
  const short = stem
    .subarray(0, longestBytes)
    .toString()
    .replace(/\uFFFD+$/, '');
  return (short || 'gantry') + extension;
}
