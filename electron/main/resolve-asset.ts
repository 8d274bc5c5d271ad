import path from 'node:path';

/**
 * Maps a request of our scheme to a file below `rootDir`.
 * @returns null for anything that leads outside, by `..`, by an encoded separator or by a null byte
 */
export function resolveAsset(rootDir: string, url: string): string | null {
  let name: string;
  try {
    name = decodeURIComponent(new URL(url).pathname);
  } catch {
    return null;
  }
  if (/[\0\\]/.test(name)) return null;
  const file = path.join(rootDir, name === '/' ? 'index.html' : name);
  return file.startsWith(rootDir + path.sep) ? file : null;
}
