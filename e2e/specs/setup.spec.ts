import { expect, test } from '../fixtures/app';
import { GantryPage } from '../pages/gantry-page';

test('from a choice over the plan to a finished setup on a simulated node, also after a reload, and back', async ({
  app: { page },
}) => {
  const gantry = new GantryPage(page);
  await page.getByRole('button', { name: /Explore a demo fleet/ }).click();
  await expect(gantry.fleetRow('edge01')).toContainText('L4', { timeout: 90_000 });
  await gantry.open('Set up');
  await page.getByRole('button', { name: /^Host settings for GPU work/ }).click();
  await page.getByRole('checkbox', { name: 'edge01' }).check();
  await page.getByRole('button', { name: 'Plan on 1 node' }).click();
  const step = page.getByRole('button', { name: /To do.*Let programs lock all their memory/ });
  await step.click();
  await expect(page.getByText('+++ /etc/security/limits.d/90-gantry-rdma.conf')).toBeVisible();
  const understood = page.getByRole('checkbox', { name: /I have read the plans/ });
  if (await understood.isVisible()) await understood.check();
  await page.getByRole('button', { name: 'Start on 1 node' }).click();
  const node = page.getByRole('region', { name: 'edge01', exact: true });
  await expect(node).toContainText('Let programs lock all their memory');
  await page.reload();
  await expect(node.getByText('Verified').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeHidden();
  await node.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
  await expect(node.getByText('Undone').first()).toBeVisible();
});
