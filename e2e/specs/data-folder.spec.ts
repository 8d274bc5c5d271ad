import { spawn } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '../fixtures/app';

test('a damaged database is kept aside, said so on the first screen, and a fresh one works', async ({
  dataDir,
  launch,
}, testInfo) => {
  const damaged = Buffer.from('this was a database once'.repeat(1000));
  writeFileSync(path.join(dataDir, 'gantry.db'), damaged);
  const { page } = await launch();
  const notice = page.getByRole('main').getByText('gantry.db.damaged-');
  await expect(notice).toBeVisible();
  const [kept = ''] = readdirSync(dataDir).filter((name) => /\.damaged-.*Z$/.test(name));
  await expect(notice).toContainText(kept);
  expect(readFileSync(path.join(dataDir, kept))).toEqual(damaged);
  await page.screenshot({ path: testInfo.outputPath('damaged-database.png') });
  await page.getByRole('main').getByRole('button', { name: 'Close' }).click();
  await expect(notice).toBeHidden();
  await page.getByText('Add this machine').click();
  await expect(page.getByRole('main').getByText('localhost').first()).toBeVisible();
});

test('a data folder that is a file is told in the window, which goes on once it was moved away', async ({
  dataDir,
  launch,
}, testInfo) => {
  rmSync(dataDir, { recursive: true });
  writeFileSync(dataDir, 'kept');
  const { page } = await launch();
  const alert = page.getByRole('main').getByRole('alert');
  await expect(alert).toContainText('Gantry cannot open its data');
  await expect(alert).toContainText(`${dataDir} is a file, and a folder is needed in its place. Move it away`);
  await page.screenshot({ path: testInfo.outputPath('data-folder-is-a-file.png') });
  const moved = testInfo.outputPath('moved-away');
  copyFileSync(dataDir, moved);
  rmSync(dataDir);
  await expect(page.getByText('Add this machine')).toBeVisible({ timeout: 60_000 });
  await expect(alert).toBeHidden();
  expect(readFileSync(moved, 'utf8')).toBe('kept');
});

test('a second start on the same data brings the first window forward and ends', async ({ app, dataDir }) => {
  await expect(app.page.getByRole('contentinfo').getByRole('status')).toContainText('Engine ready');
  const [executable = '', ...args] = app.child.spawnargs;
  const second = spawn(
    executable,
    args.filter((arg) => arg.startsWith('--no-')),
    {
      env: { ...process.env, GANTRY_DATA_DIR: dataDir },
      stdio: 'ignore',
    },
  );
  expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0);
  expect(app.electron.windows()).toHaveLength(1);
  expect(await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized())).toBe(
    false,
  );
});
