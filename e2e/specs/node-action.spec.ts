import { expect, test } from '../fixtures/app';
import { GantryPage } from '../pages/gantry-page';

test('an action from the menu of a node, done and taken back', async ({ app: { page } }) => {
  const gantry = new GantryPage(page);
  await gantry.exploreDemoFleet();
  await gantry.fleetRow('edge01').getByText('edge01').click();
  const menu = page.getByRole('button', { name: 'More for this node' });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Set GPU persistence mode…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set GPU persistence mode on edge01' });
  await dialog.getByRole('radio', { name: 'On' }).check();
  await dialog.getByRole('button', { name: 'Show the plan' }).click();
  await expect(dialog.getByText(/^sudo -n nvidia-smi -i GPU-\S+ -pm 1$/)).toBeVisible();
  await expect(dialog.getByText('Now: GPU 0: off', { exact: true })).toBeVisible();
  await dialog.getByRole('button', { name: 'Apply on edge01' }).click();
  await expect(dialog.getByText('Before: GPU 0: off. Now: GPU 0: on.')).toBeVisible({ timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Undo this' }).click();
  await expect(dialog.getByText('As before: GPU 0: off.')).toBeVisible({ timeout: 60_000 });
  await page.screenshot({ path: test.info().outputPath('undone.png') });
  await page.keyboard.press('Escape');
  await expect(menu).toBeFocused();
});
