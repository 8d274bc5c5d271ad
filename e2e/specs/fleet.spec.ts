import { expect, test } from '../fixtures/app';

test('a fleet that was left is there with the first frame and answers the keyboard at once', async ({ launch }) => {
  const first = await launch();
  await first.page.getByRole('button', { name: /Add nodes over SSH/ }).click();
  const dialog = first.page.getByRole('dialog');
  await dialog.getByRole('tab', { name: 'Pasted list' }).click();
  const names = Array.from({ length: 120 }, (_, index) => `node-${String(index + 1).padStart(3, '0')}`);
  await dialog.getByRole('textbox').fill(names.map((name, index) => `127.0.0.1:${1000 + index} ${name}`).join('\n'));
  await dialog.getByLabel('Collect their inventory right away').uncheck();
  await dialog.getByRole('button', { name: 'Add 120 nodes' }).click();
  await expect(first.page.getByText('120 nodes', { exact: true })).toBeVisible();
  await first.electron.close();

  const { page } = await launch();
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  await expect(row('node-001')).toBeVisible();
  // Lines down to the lower edge, no more and no fewer than there is room for.
  const { lowest, edge } = await page.getByRole('table', { name: 'Nodes' }).evaluate((table) => ({
    lowest:
      table
        .querySelector('tbody tr:not([aria-hidden]):last-of-type, tbody tr:nth-last-child(2)')
        ?.getBoundingClientRect().bottom ?? 0,
    edge: table.parentElement?.getBoundingClientRect().bottom ?? 0,
  }));
  expect(lowest).toBeGreaterThanOrEqual(edge - 1);
  await page.keyboard.press('End');
  await expect(row('node-120')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(row('node-001')).toBeFocused();
  await page.keyboard.press('PageDown');
  await expect(row('node-001')).not.toBeFocused();

  // The screen that comes takes the focus, without a ring around all of it.
  await page.keyboard.press('Control+3');
  await expect(page.getByRole('main')).toBeFocused();
  await expect(page.getByRole('main')).toHaveCSS('outline-style', 'none');
});
