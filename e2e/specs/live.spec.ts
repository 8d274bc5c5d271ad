import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '../fixtures/app';
import { GantryPage } from '../pages/gantry-page';

test('a node of the demo fleet is watched live, and its GPUs are compared with all others', async ({
  app: { page },
}) => {
  test.setTimeout(420_000);
  await page.getByRole('button', { name: /Explore a demo fleet/ }).click();
  const row = new GantryPage(page).fleetRow('dgx01');
  await expect(row).toContainText('H100', { timeout: 90_000 });
  await row.getByText('dgx01').click();
  await page.getByRole('tab', { name: 'Live', exact: true }).click();
  for (const index of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const gpu = page.getByRole('listitem', { name: `GPU ${index}`, exact: true });
    await expect(gpu).toContainText(/Temperature\s*\d+\s°C/, { timeout: 60_000 });
  }
  const chart = page.getByRole('region', { name: 'Temperature', exact: true });
  await chart.scrollIntoViewIfNeeded();
  // A line that leads from one sample to another.
  await expect(chart.locator('[data-line]')).toHaveCount(8, { timeout: 60_000 });
  await expect(chart.locator('[data-line]').first()).toHaveAttribute('d', /^M[^L]+L/, { timeout: 60_000 });
  await expect(chart).toContainText('critical 85');
  await page.screenshot({ path: test.info().outputPath('live.png') });

  // What runs on the GPUs, and whose it is.
  const processes = page.getByRole('region', { name: 'Processes on the GPUs' });
  await processes.scrollIntoViewIfNeeded();
  await expect(processes.getByRole('row').nth(1)).toContainText(/GPU \d/, { timeout: 60_000 });

  // From a GPU to the same metrics of all others, and back in time.
  await page
    .getByRole('listitem', { name: 'GPU 3', exact: true })
    .getByRole('button', { name: 'Open in Metrics' })
    .click();
  const compared = page.getByRole('region', { name: 'Temperature', exact: true });
  await expect(compared.getByRole('row', { name: /GPU 3/ })).toContainText('°C', { timeout: 60_000 });
  await expect(compared.locator('[data-line]')).toHaveCount(1);
  await page.getByRole('button', { name: '1 of 8 chosen' }).click();
  await page.getByRole('button', { name: 'Everything' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: /filter/i }).fill('');
  // All GPUs of the demo are too many to be told apart.
  await expect(compared.getByRole('row', { name: /Median of \d\d/ })).toContainText('°C', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Show less time' }).click();
  await expect(page.getByRole('button', { name: 'Live', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Live', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Live', exact: true })).toBeHidden();
  await page.screenshot({ path: test.info().outputPath('metrics.png') });

  // A rule of one's own fires on it, is acknowledged and silenced, and is resolved when it is no longer true.
  const folder = mkdtempSync(path.join(tmpdir(), 'gantry-rules-'));
  const write = (limit: number) =>
    writeFileSync(
      path.join(folder, 'own.yaml'),
      `rules:\n  - { id: lukewarm, of: gpu, when: gpu.temperatureC > ${limit}, until: { for: 1s }, severity: critical, title: { en: Lukewarm }, message: { en: '{{ value }} °C' } }\n`,
    );
  write(5);
  await new GantryPage(page).open('Alerts');
  await page.getByRole('tab', { name: 'Rules' }).click();
  await page.getByRole('button', { name: 'Folder of your rules' }).click();
  await page.getByRole('textbox', { name: 'Folder of your rules' }).fill(folder);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /Lukewarm/ })).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Alerts', exact: true }).click();
  await page.getByRole('textbox', { name: 'Search alerts' }).fill('lukewarm dgx01');
  const alert = page.getByRole('row', { name: /Firing.*dgx01.*Lukewarm/ }).first();
  await expect(alert).toContainText(/GPU \d · [0-9a-f]{8}/, { timeout: 60_000 });
  await alert.click();
  const panel = page.getByRole('complementary', { name: 'Lukewarm' });
  await panel.getByRole('textbox', { name: 'Note' }).fill('fan ordered');
  await panel.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(panel.getByText(/: fan ordered/)).toBeVisible({ timeout: 60_000 });
  await panel.getByRole('button', { name: 'Silence' }).click();
  await panel.getByRole('textbox', { name: 'Reason' }).fill('service');
  await panel.getByRole('button', { name: 'Silence' }).click();
  await expect(panel.getByText(/Silenced by .* until .*: service/)).toBeVisible({ timeout: 60_000 });
  await page.screenshot({ path: test.info().outputPath('alerts.png') });
  write(500);
  await expect(panel.getByText('Resolved', { exact: true })).toBeVisible({ timeout: 120_000 });
  rmSync(folder, { recursive: true, force: true });
});
