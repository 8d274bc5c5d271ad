#!/usr/bin/env node
// `npx gantry`: the command line as `npm run build` left it. A file that is always there: npx keeps for good that a
// command is missing.
import { existsSync } from 'node:fs';

const built = new URL('../out/cli/index.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  process.stderr.write('gantry: not built yet. Run `npm run build` first.\n');
  process.exitCode = 3;
}
