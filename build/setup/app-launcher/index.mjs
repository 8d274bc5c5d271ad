// Takes the place of Electron's default app, which the registry runtime lacks: `electron [-r MODULE] APP_FOLDER [ARGS]`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app as publicApp } from 'electron';

/** What Electron's own default app uses too. @typedef {{ setAppPath(dir: string): void, setVersion(version: string): void }} Internals */
const app = /** @type {import('electron').App & Internals} */ (publicApp);

const args = process.argv.slice(1);
let appDir = process.cwd();
for (let index = 0; index < args.length; index += 1) {
  const arg = args[index] ?? '';
  if (arg === '-r' || arg === '--require') {
    index += 1;
    createRequire(import.meta.url)(path.resolve(args[index] ?? ''));
  } else if (!arg.startsWith('-')) {
    appDir = path.resolve(arg);
    break;
  }
}
const manifest = JSON.parse(readFileSync(path.join(appDir, 'package.json'), 'utf8'));
Object.assign(process, { defaultApp: true });
app.setAppPath(appDir);
app.setName(manifest.productName ?? manifest.name);
app.setVersion(manifest.version);
await import(pathToFileURL(path.join(appDir, manifest.main)).href);
