import type { ElectronApplication } from 'playwright/test';
import { expect, test } from '../fixtures/app';

/** Process id of the engine that runs now; undefined between two. */
function enginePid(electron: ElectronApplication): Promise<number | undefined> {
  return electron.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'Gantry engine')?.pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('brings the engine back when it is killed, without a reload of the page', async ({ app: { electron, page } }) => {
  const status = page.getByRole('contentinfo').getByRole('status');
  await expect(status).toContainText('Engine ready');
  // Noted by the page itself: a quick restart may be over before anyone looks.
  await page.evaluate(() => {
    const statuses: string[] = [];
    const note = () => statuses.push(document.querySelector('footer [role=status]')?.textContent ?? '');
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
    Object.assign(window, { statuses });
  });
  const firstPid = await enginePid(electron);
  if (firstPid === undefined) throw new Error('There is no engine process');

  process.kill(firstPid, 'SIGKILL');
  const isReady = (text: string) => text.includes('Engine ready');
  const statuses = (): Promise<string[]> => page.evaluate(() => (window as unknown as { statuses: string[] }).statuses);
  await expect.poll(async () => (await statuses()).some((text) => !isReady(text))).toBe(true);
  await expect(status).toContainText('Engine ready');
  const secondPid = await enginePid(electron);
  expect(secondPid).not.toBe(firstPid);
  expect(await page.evaluate(() => 'statuses' in window)).toBe(true);
});

test('ends the engine with the app', async ({ app: { electron } }) => {
  await expect.poll(() => enginePid(electron)).toBeDefined();
  const pid = (await enginePid(electron)) ?? 0;
  await electron.close();
  await expect.poll(() => isRunning(pid)).toBe(false);
});

test('ends the app also while there is no engine to stop', async ({ app: { electron, page } }) => {
  await expect(page.getByRole('contentinfo').getByRole('status')).toContainText('Engine ready');
  const pid = await enginePid(electron);
  if (pid === undefined) throw new Error('There is no engine process');
  const app = electron.process();
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => enginePid(electron), { intervals: [10] }).toBeUndefined();
  // A quit that is lost leaves the process, which close() would wait for.
  void electron.evaluate(({ app }) => app.quit()).catch(() => undefined);
  await expect.poll(() => app.exitCode).toBe(0);
});

test('comes up with the window where it was left', async ({ launch }) => {
  const first = await launch();
  const bounds = { x: 40, y: 50, width: 1100, height: 720 };
  await first.electron.evaluate(
    ({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]?.setBounds(wanted),
    bounds,
  );
  await first.electron.close();
  const second = await launch();
  const restored = await second.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
  expect(restored).toEqual(bounds);
});
