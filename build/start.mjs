// `npm start`: sets the machine up where needed, builds what changed, and opens the app.
import { spawn } from 'node:child_process';
import { electronSwitches, setUp } from './setup/index.mjs';
import { rootDir } from './setup/paths.mjs';
import { elapsed, runMain, SetupError, say } from './setup/say.mjs';

await runMain(async () => {
  const { electron } = await setUp({ forTests: false });
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new SetupError(
      'there is no display here (DISPLAY and WAYLAND_DISPLAY are empty). Run this in a desktop session, or under a virtual one: xvfb-run -a npm start',
    );
  }
  // Loaded late: vite is only there once the set-up is done.
  const { buildIfChanged } = await import('./bundles.mjs');
  const startedAtMs = performance.now();
  if (await buildIfChanged()) say(`built in ${elapsed(startedAtMs)}`);

  const args = [rootDir, ...electronSwitches(), ...process.argv.slice(2)];
  const child = spawn(electron.executable, args, { stdio: 'inherit', cwd: rootDir });
  process.on('exit', () => void child.kill());
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
});
