import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const rootDir = fileURLToPath(new URL('../../..', import.meta.url));
const knowledge = new URL('../../../shared/knowledge/', import.meta.url).href;

/** An engine that lives to be killed, as one file, so that each of its lives starts in a fraction of a second. */
export async function bundleBusyEngine(
  folder: string,
  entry = new URL('./busy-engine.ts', import.meta.url),
): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: rootDir,
    define: { 'import.meta.env.GANTRY_KNOWLEDGE': JSON.stringify(knowledge) },
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: fileURLToPath(entry),
      outDir: folder,
      rolldownOptions: { external: ['libsql', 'ssh2'], output: { entryFileNames: 'busy-engine.mjs' } },
    },
  });
  symlinkSync(join(rootDir, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'busy-engine.mjs');
}
