import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { app } from 'electron';

/**
 * Decides where everything is kept: `--data-dir=…`, else GANTRY_DATA_DIR, else the system's place for app data. What
 * Chromium keeps goes below it, so that the folder's own level holds Gantry's files only.
 * @returns its absolute path; when it can't be used the engine will say why, in a window that keeps nothing
 */
export function applyDataDir(): string {
  const chosen = app.commandLine.getSwitchValue('data-dir') || process.env.GANTRY_DATA_DIR;
  const dataDir = chosen ? path.resolve(chosen) : app.getPath('userData');
  // Without a folder of its own Chromium would show no window at all.
  const ownDir = isUsable(dataDir) ? dataDir : mkdtempSync(path.join(tmpdir(), 'gantry-'));
  app.setPath('userData', ownDir);
  app.setPath('sessionData', path.join(ownDir, 'chromium'));
  return dataDir;
}

function isUsable(dir: string): boolean {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
