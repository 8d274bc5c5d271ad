import { expect, test } from '../fixtures/app';
import { GantryPage } from '../pages/gantry-page';

test('a node of the demo fleet is watched live: its GPUs with their temperatures, and lines over time', async ({
  app: { page },
}) => {
  test.setTimeout(180_000);
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
});
