import { runnerImport } from 'vite';
import { rootDir } from '../setup/paths.mjs';

/**
 * Loads a TypeScript module of ours as it is in the checkout.
 * @template Module
 * @param {string} file path from the root
 * @returns {Promise<Module>}
 */
export async function load(file) {
  const { module } = await runnerImport(`${rootDir}/${file}`, { root: rootDir, configFile: false, logLevel: 'error' });
  return /** @type {Module} */ (module);
}
