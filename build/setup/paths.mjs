import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout. */
export const rootDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Folder for what outlives node_modules (the Electron runtime). Per user, so that several checkouts share it;
 * inside the checkout where the home folder can't be written (some CI machines).
 */
export function cacheDir() {
  const candidates = [process.env.GANTRY_CACHE_DIR, perUserCacheDir(), path.join(rootDir, '.cache')];
  for (const dir of candidates) {
    if (!dir) continue;
    try {
      mkdirSync(dir, { recursive: true });
      accessSync(dir, constants.W_OK);
      return path.resolve(dir);
    } catch {
      // Not writable: the next candidate may be.
    }
  }
  throw new Error('No folder can be written to keep the Electron runtime in. Set GANTRY_CACHE_DIR to one.');
}

function perUserCacheDir() {
  if (process.platform === 'win32') return path.join(process.env.LOCALAPPDATA ?? homedir(), 'gantry', 'cache');
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'gantry');
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'gantry');
}
