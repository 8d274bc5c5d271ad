import { installDependencies } from './dependencies.mjs';
import { prepareElectron } from './electron-runtime.mjs';
import { SetupError, say } from './say.mjs';
import { installSystemPackages } from './system-packages.mjs';
import { fetchTestPackages } from './test-packages.mjs';

/**
 * Makes a fresh machine ready, skipping whatever already is: npm packages, system libraries, an Electron runtime.
 * @param {{ forTests: boolean }} options
 */
export async function setUp(options) {
  checkNode();
  await installSystemPackages(options);
  if (options.forTests) await fetchTestPackages();
  await installDependencies();
  const electron = await prepareElectron();
  process.env.ELECTRON_OVERRIDE_DIST_PATH = electron.distDir;
  return { electron };
}

/** The part of it that building takes. */
export async function setUpToBuild() {
  checkNode();
  await installDependencies();
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 18))
    throw new SetupError(`Node 20.18 or newer is needed, this is ${process.version}`);
}

/** Switches that Electron needs on this machine, with a warning for the one that lowers its guard. */
export function electronSwitches() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [];
  say(
    'warning: running as root, so Chromium starts without its sandbox (--no-sandbox). Use an ordinary account for daily work.',
  );
  return ['--no-sandbox'];
}
