import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { elapsed, say } from './say.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} distDir folder with the Electron executable, for ELECTRON_OVERRIDE_DIST_PATH and electron-builder
 * @property {string} version Electron's version
 * @property {string} executable full path of the executable
 */

const releases = 'https://github.com/electron/electron/releases/download/';
/** Who sets one of these has decided where downloads come from, so there is nothing to try first. */
const chosenSource = /^(npm_config_)?electron_mirror$|^https?_proxy$/i;

/** @returns {string} path of the executable inside a dist folder on this platform */
export function executableName() {
  if (process.platform === 'win32') return 'electron.exe';
  return process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}

/**
 * @param {string} distDir
 * @returns {ElectronRuntime | null} null when the folder holds no complete runtime
 */
export function describeRuntime(distDir) {
  const executable = path.join(distDir, executableName());
  const versionFile = path.join(distDir, 'version');
  if (!existsSync(executable) || !existsSync(versionFile)) return null;
  return { distDir, executable, version: readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') };
}

/**
 * The runtime inside the `electron` package, its own download or a link that we put there.
 * @param {string} packageDir
 */
export function describePackaged(packageDir) {
  // Written last: without it an unpacking was interrupted.
  return existsSync(path.join(packageDir, 'path.txt')) ? describeRuntime(path.join(packageDir, 'dist')) : null;
}

/**
 * Lets the `electron` package fetch its own binary: from GitHub or ELECTRON_MIRROR, through a proxy where the usual
 * variables name one, checked against the sums that the package pins.
 * @param {string} packageDir
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<ElectronRuntime | null>} null when it could not be had
 */
export async function fetchOfficial(packageDir, env = process.env) {
  const { version } = JSON.parse(readFileSync(path.join(packageDir, 'package.json'), 'utf8'));
  const isChosen = Object.entries(env).some(([name, value]) => value && chosenSource.test(name));
  // A short look first, because the downloader waits long where GitHub is not reachable.
  if (!isChosen && !(await isReachable(`${releases}v${version}/SHASUMS256.txt`))) {
    say('the official Electron download is not reachable from here');
    return null;
  }
  const startedAtMs = performance.now();
  say(`downloading Electron ${version} …`);
  // The downloader is an ES module that its CommonJS installer requires: a matter of course since Node 20.19 only.
  const flags = 'require_module' in process.features ? [] : ['--experimental-require-module'];
  const { code, output } = await run(process.execPath, [...flags, path.join(packageDir, 'install.js')], {
    env: { ...env, ELECTRON_GET_USE_PROXY: 'true' },
    timeoutMs: 10 * 60_000,
  });
  const runtime = code === 0 ? describePackaged(packageDir) : null;
  if (runtime) say(`Electron ${version} is ready in ${elapsed(startedAtMs)}`);
  // The first line of the stack that the installer prints.
  else say(`the official Electron download failed: ${/^\w*Error\b.*/m.exec(output)?.[0] ?? `exit ${code}`}`);
  return runtime;
}

/** @param {string} url */
async function isReachable(url) {
  try {
    return (await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}
