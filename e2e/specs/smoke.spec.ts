import { expect, test } from '../fixtures/app';

test('opens its window', async ({ app: { electron, page } }, testInfo) => {
  await expect(page).toHaveTitle('Gantry');
  await expect(page.getByRole('main')).toBeVisible();
  expect(page.url()).toBe('app://gantry/index.html');
  expect(await electron.evaluate(({ app }) => app.isPackaged)).toBe(true);
  await page.screenshot({ path: testInfo.outputPath('first-screen.png') });
});

test('gives the page no Node and no preload API', async ({ app: { electron, page } }) => {
  const globals = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in window),
  );
  expect(globals).toEqual([]);
  const preferences = await electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => {
      const contents = window.webContents as unknown as { getLastWebPreferences(): Electron.WebPreferences };
      const { sandbox, contextIsolation, nodeIntegration } = contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration };
    }),
  );
  expect(preferences).toEqual([{ sandbox: true, contextIsolation: true, nodeIntegration: false }]);
});

test.describe('refusals that the console reports', () => {
  test.use({ expectsCleanConsole: false });

  test('enforces a content security policy without unsafe sources', async ({ app: { page } }) => {
    const policy = await page.evaluate(async () => (await fetch('/index.html')).headers.get('content-security-policy'));
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const blocked = await page.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
            once: true,
          });
          const script = document.createElement('script');
          script.textContent = 'document.title = "owned"';
          document.body.append(script);
        }),
    );
    expect(blocked).toBe('script-src-elem');
    await expect(page).toHaveTitle('Gantry');
  });

  test('serves only its own files', async ({ app: { page } }) => {
    const statuses = await page.evaluate(() =>
      Promise.all(
        [
          '/index.html',
          '/..%2f..%2fpackage.json',
          '/%2e%2e/main/index.js',
          '/..%5c..%5cpackage.json',
          '/missing.js',
        ].map(async (url) => (await fetch(url)).status),
      ),
    );
    expect(statuses).toEqual([200, 404, 404, 404, 404]);
  });
});

test('stays on its page and opens no other window', async ({ app: { electron, page } }) => {
  const opened = await page.evaluate(() => window.open('https://example.com/') === null);
  expect(opened).toBe(true);
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'https://example.com/';
    document.body.append(link);
    link.click();
  });
  // Another round trip through the page gives a navigation the time it would need to start.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  expect(page.url()).toBe('app://gantry/index.html');
  expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('hands a second start over to the running instance', async ({ app: { electron, page }, launch }) => {
  await electron.evaluate(({ app }) => {
    app.once('second-instance', () => {
      process.env.GANTRY_SAW_SECOND = 'yes';
    });
  });
  await expect(launch()).rejects.toThrow();
  await expect.poll(() => electron.evaluate(() => process.env.GANTRY_SAW_SECOND)).toBe('yes');
  await expect(page).toHaveTitle('Gantry');
});
