import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '../fixtures/app';
import { GantryPage } from '../pages/gantry-page';

test('a pulled GPU is a difference, a change and a line in its passport', async ({ app: { page } }) => {
  const gantry = new GantryPage(page);
  await gantry.exploreDemoFleet();
  await gantry.fleetRow('dgx01').getByText('dgx01').click();
  await page.getByRole('tab', { name: 'Profile' }).click();
  await page.getByRole('button', { name: 'Make a profile from this node' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a profile from this node' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Golden DGX');
  await dialog.getByRole('button', { name: 'Make profile' }).click();
  await expect(page.getByText('As the profile says').first()).toBeVisible();

  await gantry.inject('dgx01', 'A part is pulled');
  await gantry.open('Fleet');
  await gantry.fleetRow('dgx01').getByText('dgx01').click();
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect(page.getByText('Nothing is running')).toBeVisible({ timeout: 90_000 });

  await page.getByRole('tab', { name: 'Profile' }).click();
  await expect(page.getByText(/\d+ differences?/).first()).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('profile.png') });
  await page.getByRole('tab', { name: 'Changes' }).click();
  await expect(page.getByText(/GPUs?: 1 gone/).first()).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('changes.png') });

  await gantry.open('Parts');
  await page.getByRole('textbox', { name: 'Serial number, UUID, model or note' }).fill('H100');
  await expect(page.getByText('was there last').first()).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('parts.png') });
});

test('the picture of a node is saved as SVG and as PNG', async ({ app: { page }, saveDir }) => {
  const gantry = new GantryPage(page);
  await gantry.exploreDemoFleet();
  await gantry.fleetRow('dgx01').getByText('dgx01').click();
  await page.getByRole('tab', { name: 'Topology' }).click();
  await page.getByRole('button', { name: 'Save as SVG' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '.svg' })).toBeVisible();
  await page.getByRole('button', { name: 'Save as PNG' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '.png' })).toBeVisible();
  const saved = (suffix: string) => {
    const name = readdirSync(saveDir).find((candidate) => candidate.endsWith(suffix));
    if (!name) throw new Error(`no ${suffix} among ${readdirSync(saveDir)}`);
    return readFileSync(path.join(saveDir, name));
  };
  const svg = saved('.svg').toString();
  expect(svg).toMatch(/^(<\?xml[^>]*>\s*)?<svg /);
  for (const word of ['<title', 'GPU 0', 'GPU 7', 'x16 Gen5', 'mlx5_0']) expect(svg).toContain(word);
  expect(saved('.png').subarray(1, 4).toString()).toBe('PNG');
});

test('a filter leaves the nodes it speaks of, and what is shown goes into a file', async ({
  app: { page },
  saveDir,
}) => {
  const gantry = new GantryPage(page);
  await gantry.exploreDemoFleet();
  await page.getByRole('combobox', { name: /filter/i }).fill('gpu.model ~ H100 and driver < 570');
  await expect(gantry.fleetRow('dgx01')).toBeVisible();
  await expect(gantry.fleetRow('forge01')).toBeHidden();
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'CSV: 1 node shown' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '1 node exported' })).toBeVisible();
  const [name = ''] = readdirSync(saveDir);
  const [head = '', row = '', ...rest] = readFileSync(path.join(saveDir, name), 'utf8').trim().split(/\r?\n/);
  expect(head).toContain(',driver,');
  expect(row).toContain('dgx01');
  expect(rest).toEqual([]);
});
