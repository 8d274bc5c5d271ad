import { expect, test } from '../fixtures/app';
import { GantryPage } from '../pages/gantry-page';

test('a walk is answered, asked "what if", answered differently, and gone on with after a restart', async ({
  app: { electron, page },
  launch,
}) => {
  const gantry = new GantryPage(page);
  await gantry.exploreDemoFleet();
  await gantry.diagnose('Not enough GPU memory', 'dgx01');
  const asks = page.getByRole('button', { name: /^Are these processes expected here/ });
  await expect(asks).toHaveAttribute('aria-current', 'step', { timeout: 60_000 });
  await page.getByRole('radio', { name: 'No, one does not belong there' }).check();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  const stranger = page.locator('[data-step-id="unexpected-process"]');
  await expect(stranger).toHaveAttribute('aria-current', 'step');

  // The keyboard goes back along the path; Escape leads out of what is only assumed.
  await page.keyboard.press('[');
  await expect(asks).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'What if?', exact: true }).click();
  await page.getByRole('radio', { name: 'Yes, all of them' }).check();
  await page.getByRole('button', { name: 'Show what would follow' }).click();
  await expect(page.getByText('What if', { exact: true })).toBeVisible();
  await expect(stranger).not.toHaveAttribute('aria-current', 'step');
  await page.keyboard.press('Escape');
  await expect(page.getByText('What if', { exact: true })).toBeHidden();
  await expect(stranger).toHaveAttribute('aria-current', 'step');

  await asks.click();
  await page.getByRole('button', { name: 'Change these answers' }).click();
  await page.getByRole('radio', { name: 'Yes, all of them' }).check();
  await page.getByRole('button', { name: 'Change answers' }).click();
  await expect(page.getByText('Answers changed at “Are these processes expected here?”')).toBeVisible();
  const question = (await page.getByRole('heading', { level: 2 }).first().textContent()) ?? '';
  await expect(page.getByRole('button', { name: 'Continue', exact: true })).toBeVisible();

  await electron.close();
  const { page: again } = await launch();
  await new GantryPage(again).open('Diagnose');
  // What was only assumed is no diagnosis of the node.
  const lately = again.getByRole('table', { name: 'Recent diagnoses' }).getByRole('row').filter({ hasText: 'dgx01' });
  await expect(lately).toHaveCount(1);
  await lately.getByRole('button', { name: 'Not enough GPU memory' }).click();
  await expect(again.getByRole('heading', { level: 2, name: question })).toBeVisible();
  await again.getByRole('button', { name: 'I don’t know any of it' }).click();
  await expect(again.getByRole('heading', { level: 2, name: question })).toBeHidden();
});
