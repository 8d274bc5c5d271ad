// `npm run package`: an unpacked application under dist/, the one that the end-to-end tests drive.
// `npm run dist`: this system's installers, with the inspector closed as well. They need tools that are downloaded.
import { setUp } from './setup/index.mjs';
import { runMain } from './setup/say.mjs';

await runMain(async () => {
  const { electron } = await setUp({ forTests: false });
  const { buildIfChanged } = await import('./bundles.mjs');
  const { createPackage } = await import('./create-package.mjs');
  await buildIfChanged();
  await createPackage({ electron, isRelease: process.argv.includes('--release') });
  return 0;
});
