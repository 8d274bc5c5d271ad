import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '../fixtures/app';
import { GantryPage } from '../pages/gantry-page';

// Steps of one test: to start the app and to collect the demo fleet takes longer than any of them.
test('the demo fleet is filtered, drawn, acted on, and missed when a part of it is gone', async ({
  app: { page },
  saveDir,
}) => {
  test.setTimeout(420_000);
  const gantry = new GantryPage(page);
  await gantry.exploreDemoFleet();

  await test.step('a filter leaves the nodes it speaks of, and what is shown goes into a file', async () => {
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
    await page.getByRole('combobox', { name: /filter/i }).fill('');
  });

  await test.step('the picture of a node is saved as SVG and as PNG', async () => {
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

  await test.step('an action from the menu of a node is done and taken back', async () => {
    await gantry.open('Fleet');
    await gantry.fleetRow('edge01').getByText('edge01').click();
    const menu = page.getByRole('button', { name: 'More for this node' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Set GPU persistence mode…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set GPU persistence mode on edge01' });
    await dialog.getByRole('radio', { name: 'On' }).check();
    await dialog.getByRole('button', { name: 'Show the plan' }).click();
    await expect(dialog.getByText(/^sudo nvidia-smi -i GPU-\S+ -pm 1$/)).toBeVisible();
    await expect(dialog.getByText('Now: GPU 0: off', { exact: true })).toBeVisible();
    await dialog.getByRole('button', { name: 'Apply on edge01' }).click();
    await expect(dialog.getByText('Before: GPU 0: off. Now: GPU 0: on.')).toBeVisible({ timeout: 60_000 });
    await dialog.getByRole('button', { name: 'Undo this' }).click();
    await expect(dialog.getByText('As before: GPU 0: off.')).toBeVisible({ timeout: 60_000 });
    await page.screenshot({ path: test.info().outputPath('undone.png') });
    await page.keyboard.press('Escape');
    await expect(menu).toBeFocused();
  });

  await test.step('a pulled GPU is a difference, a change and a line in its passport', async () => {
    await gantry.open('Fleet');
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
});
