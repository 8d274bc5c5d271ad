import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, cp, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { build as viteBuild } from 'vite';
import { rootDir } from './setup/paths.mjs';
import { writeTreeLayouts } from './tree-layouts.mjs';

const outDir = path.join(rootDir, 'out');
const stampFile = path.join(outDir, 'built-from');

/** Stay packages of their own: Electron is the runtime, libsql loads a native module, ssh2 may. */
const externalPackages = ['electron', 'libsql', 'ssh2'];
const nodeModules = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)];
const isExternal = (/** @type {string} */ id) =>
  nodeModules.includes(id) || externalPackages.some((name) => id === name || id.startsWith(`${name}/`));

/** One letter beyond Latin-1, of which the Chinese texts have thousands, and V8 keeps the whole file at two bytes a letter. */
const charset = 'ascii';

/**
 * A bundle for Node or Electron's own processes.
 * @param {{ name: string, entry: string, format?: 'es' | 'cjs' }} target
 * @returns {import('vite').InlineConfig}
 */
function nodeConfig({ name, entry, format = 'es' }) {
  const fileName = path.basename(entry, '.ts') + (format === 'cjs' ? '.cjs' : '.js');
  return {
    ...common,
    define: { 'import.meta.env.GANTRY_KNOWLEDGE': JSON.stringify('../knowledge/') },
    ssr: { noExternal: true, target: 'node' },
    build: {
      ...common.build,
      ssr: path.join(rootDir, entry),
      target: 'node20.18',
      outDir: path.join(outDir, name),
      rolldownOptions: {
        external: isExternal,
        output: {
          format,
          charset,
          // Whitespace is most of what is read at start; names stay, for stack traces.
          minify: { compress: false, mangle: false, codegen: true },
          entryFileNames: fileName,
          chunkFileNames: '[name]-[hash].js',
          ...(format === 'cjs' && { codeSplitting: false }),
        },
      },
    },
  };
}

/** @satisfies {import('vite').InlineConfig} */
const common = {
  root: rootDir,
  configFile: false,
  logLevel: /** @type {const} */ ('warn'),
  build: { emptyOutDir: true, minify: false, sourcemap: false, reportCompressedSize: false },
};

/**
 * @param {import('vite').BuildOptions} options
 * @returns {import('vite').InlineConfig}
 */
function rendererConfig(options) {
  return {
    ...common,
    root: path.join(rootDir, 'renderer'),
    plugins: [react()],
    // Main replaces the placeholder with a fresh nonce for each page load.
    html: { cspNonce: '__CSP_NONCE__' },
    build: {
      ...common.build,
      minify: true,
      // The oldest Chromium that we run on is Electron 33's.
      target: 'chrome130',
      outDir: path.join(outDir, 'renderer'),
      modulePreload: { polyfill: false },
      // A file inlined as data: would need a wider content security policy.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 4000,
      ...options,
    },
  };
}

/**
 * The window, with all that its first screen needs in one file: on its own the bundler would put what a later screen
 * shares with it into a dozen, each of which is a request while the window is empty.
 */
async function buildRenderer() {
  const startModules = await modulesOfStart();
  const group = {
    name: 'start',
    test: (/** @type {string} */ id) => startModules.has(id),
    includeDependenciesRecursively: false,
  };
  await viteBuild(rendererConfig({ rolldownOptions: { output: { charset, codeSplitting: { groups: [group] } } } }));
}

/** Builds without writing, to see which modules the entry loads before anything is asked for. */
async function modulesOfStart() {
  const { output } = /** @type {import('vite').Rolldown.RolldownOutput} */ (
    await viteBuild(rendererConfig({ write: false, minify: false }))
  );
  const chunks = new Map(output.flatMap((one) => (one.type === 'chunk' ? [[one.fileName, one]] : [])));
  const waiting = [...chunks.values()].filter(({ isEntry }) => isEntry);
  /** @type {Set<string>} */
  const modules = new Set();
  for (const chunk of waiting) {
    for (const id of Object.keys(chunk.modules)) modules.add(id);
    for (const fileName of chunk.imports) {
      const next = chunks.get(fileName);
      if (next && !waiting.includes(next)) waiting.push(next);
    }
  }
  return modules;
}

const targets = {
  main: nodeConfig({ name: 'main', entry: 'electron/main/index.ts' }),
  preload: nodeConfig({ name: 'preload', entry: 'electron/preload/index.ts', format: 'cjs' }),
  engine: nodeConfig({ name: 'engine', entry: 'electron/engine/entry.ts' }),
  cli: nodeConfig({ name: 'cli', entry: 'electron/cli/index.ts' }),
};

/** Folders of `shared/knowledge` that the engine reads when it wants them (`shipped-files.ts`). */
const readFromDisk = ['actions', 'fixes', 'manual', 'playbooks', 'profiles', 'setup', 'trees'];

/** Builds everything into `out/`. */
export async function build() {
  const stamp = sourceStamp();
  await rm(outDir, { recursive: true, force: true });
  for (const config of Object.values(targets)) await viteBuild(config);
  await buildRenderer();
  for (const folder of readFromDisk) {
    await cp(path.join(rootDir, 'shared/knowledge', folder), path.join(outDir, 'knowledge', folder), {
      recursive: true,
    });
  }
  await writeTreeLayouts(path.join(outDir, 'renderer/tree-layouts'));
  await chmod(path.join(outDir, 'cli/index.js'), 0o755);
  await writeFile(stampFile, stamp);
}

/**
 * Builds unless `out/` was made from just these sources.
 * @returns {Promise<boolean>} whether there was something to do
 */
export async function buildIfChanged() {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sourceStamp()) return false;
  await build();
  return true;
}

const ownFiles = ['build/bundles.mjs', 'build/tree-graphs.ts', 'build/tree-layouts.mjs'];

/** Names, sizes and times of everything a build reads. */
function sourceStamp() {
  const hash = createHash('sha256');
  const files = ['shared', 'electron', 'renderer'].flatMap((dir) =>
    readdirSync(path.join(rootDir, dir), { recursive: true, encoding: 'utf8' }).map((name) => path.join(dir, name)),
  );
  for (const file of [...files.sort(), ...ownFiles, 'package.json', 'package-lock.json']) {
    const { size, mtimeMs } = statSync(path.join(rootDir, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
