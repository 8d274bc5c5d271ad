import { rm } from 'node:fs/promises';
import path from 'node:path';
import { build as packageApp } from 'electron-builder';
import { builderConfig } from './electron-builder.config.mjs';
import { rootDir } from './setup/paths.mjs';

/**
 * Packages what is in `out/`: an unpacked folder, or with `isRelease` this system's installers.
 * @param {{ electron: import('./setup/official-electron.mjs').ElectronRuntime, isRelease: boolean }} options
 */
export async function createPackage({ electron, isRelease }) {
  await rm(path.join(rootDir, 'dist'), { recursive: true, force: true });
  await packageApp({
    projectDir: rootDir,
    config: builderConfig({ electron, isRelease }),
    dir: !isRelease,
    publish: 'never',
  });
}
