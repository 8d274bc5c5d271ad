import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';

/**
 * Decides where everything is kept: `--data-dir=…`, else GANTRY_DATA_DIR, else the system's place for app data. What
 * Chromium keeps goes below it, so that the folder's own level holds Gantry's files only.
 * @returns the absolute path of an existing folder
 */
export function applyDataDir(): string {
  const chosen = app.commandLine.getSwitchValue('data-dir') || process.env.GANTRY_DATA_DIR;
  const dataDir = chosen ? path.resolve(chosen) : app.getPath('userData');
  mkdirSync(dataDir, { recursive: true });
  app.setPath('userData', dataDir);
  app.setPath('sessionData', path.join(dataDir, 'chromium'));
  return dataDir;
}
