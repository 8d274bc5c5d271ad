import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { rootDir } from '../setup/paths.mjs';

const outDir = path.join(rootDir, '.cache/bench');

/**
 * Loads a TypeScript module of ours, bundled as the product's are.
 * @template Module
 * @param {string} file path from the root
 * @returns {Promise<Module>}
 */
export async function load(file) {
  return import(await bundle(file));
}

/**
 * @param {string} file path from the root
 * @returns {Promise<string>} where its bundle is, for `import` in another process
 */
export async function bundle(file) {
  const name = file.replace(/\W/g, '-');
  await build({
    root: rootDir,
    configFile: false,
    logLevel: 'error',
    define: {
      'import.meta.env.GANTRY_KNOWLEDGE': JSON.stringify(`${pathToFileURL(path.join(rootDir, 'shared/knowledge'))}/`),
    },
    ssr: { noExternal: true, external: ['libsql', 'ssh2'], target: 'node' },
    build: {
      ssr: path.join(rootDir, file),
      outDir: path.join(outDir, name),
      emptyOutDir: true,
      target: 'node20.18',
      minify: false,
      rolldownOptions: {
        external: ['libsql', 'ssh2'],
        output: { entryFileNames: 'index.mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  });
  return pathToFileURL(path.join(outDir, name, 'index.mjs')).href;
}
