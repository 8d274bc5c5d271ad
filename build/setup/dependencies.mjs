import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rootDir } from './paths.mjs';
import { runNpm } from './run.mjs';
import { elapsed, SetupError, say } from './say.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockEntry */

/** Makes node_modules what package-lock.json says, and does nothing when it already is. */
export async function installDependencies() {
  if (areDependenciesCurrent(rootDir)) return;
  const startedAtMs = performance.now();
  say('installing dependencies from package-lock.json (npm ci) …');
  // No install script is needed; the switch makes npm 10 and 11 behave alike.
  const options = ['--ignore-scripts', '--no-audit', '--no-fund'];
  let result = await runNpm(['ci', ...options], { cwd: rootDir });
  if (result.code !== 0 && result.output.includes('EUSAGE')) {
    // A lock file written where the registry lacks other systems' packages; the versions it names still hold.
    say('npm ci finds the lock file incomplete, so npm install does it …');
    result = await runNpm(['install', '--no-save', ...options], { cwd: rootDir });
  }
  if (result.code !== 0) throw new SetupError(`installing the dependencies failed:\n${result.output.trimEnd()}`);
  say(`dependencies installed in ${elapsed(startedAtMs)}`);
}

/**
 * Compares the lock file with the record that npm keeps of what it installed. An interrupted install has no such
 * record, and an optional package for another platform may be missing.
 * @param {string} dir
 */
export function areDependenciesCurrent(dir) {
  const wanted = readPackages(path.join(dir, 'package-lock.json'));
  const installed = readPackages(path.join(dir, 'node_modules', '.package-lock.json'));
  if (!wanted || !installed) return false;
  const isEachWantedThere = Object.entries(wanted).every(([place, entry]) => {
    if (place === '') return true;
    const found = installed[place];
    if (!found) return Boolean(entry.optional || entry.devOptional);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
  return isEachWantedThere && Object.keys(installed).every((place) => place in wanted);
}

/**
 * @param {string} file
 * @returns {Record<string, LockEntry> | null}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}
