// Takes the place of Electron's default app, which the registry runtime lacks: `electron [-r MODULE] APP_FOLDER [ARGS]`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const args = process.argv.slice(1);
let appDir = process.cwd();
for (let index = 0; index < args.length; index += 1) {
  if (args[index] === '-r' || args[index] === '--require') {
    index += 1;
    createRequire(import.meta.url)(path.resolve(args[index]));
  } else if (!args[index].startsWith('-')) {
    appDir = path.resolve(args[index]);
    break;
  }
}
const manifest = JSON.parse(readFileSync(path.join(appDir, 'package.json'), 'utf8'));
process.defaultApp = true;
app.setAppPath(appDir);
app.setName(manifest.productName ?? manifest.name);
app.setVersion(manifest.version);
await import(pathToFileURL(path.join(appDir, manifest.main)).href);
