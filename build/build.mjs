// `npm run build`: everything under out/. It needs neither a display nor Electron, as the command line doesn't.
import { setUpToBuild } from './setup/index.mjs';
import { elapsed, runMain, say } from './setup/say.mjs';

await runMain(async () => {
  await setUpToBuild();
  // Loaded late: vite is only there once the set-up is done.
  const { build } = await import('./bundles.mjs');
  const startedAtMs = performance.now();
  await build();
  say(`built in ${elapsed(startedAtMs)}`);
  return 0;
});
