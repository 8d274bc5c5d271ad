import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from '../fixtures/app';
import { GantryPage } from '../pages/gantry-page';

test('from an empty first screen to a verified repair and its report', async ({ app: { electron, page }, saveDir }) => {
  const gantry = new GantryPage(page);
  await gantry.exploreDemoFleet();
  await expect(gantry.fleetRow('forge01')).toContainText('RTX 6000 Ada');
  await page.screenshot({ path: test.info().outputPath('fleet.png') });

  await gantry.fleetRow('dgx01').getByText('dgx01').click();
  await page.getByRole('tab', { name: 'GPUs' }).click();
  await expect(
    page.getByRole('table', { name: 'GPUs of this node' }).getByText('H100 80GB HBM3').first(),
  ).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('node.png') });

  await gantry.inject('dgx01', 'An orphan holds GPU memory');
  await gantry.diagnose('Not enough GPU memory', 'dgx01');
  const proposal = page.getByRole('button', { name: /^End a process that holds GPU memory/ }).first();
  await expect(page.getByText('F-A1').first()).toBeVisible({ timeout: 60_000 });
  // A step of the drawn tree answers to the mouse and shows why it went on.
  await page.getByRole('button', { name: /^Is every process alive/ }).click({ timeout: 60_000 });
  await expect(page.locator('strong', { hasText: '"orphaned"' }).first()).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('diagnose.png') });
  await page.getByRole('tab', { name: /^Findings/ }).click();

  await page.getByRole('button', { name: 'Incident', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Open an incident' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Open an incident' }).click();
  const message = page.getByRole('alert').filter({ hasText: 'Added to INC-1' });
  await expect(message).toBeVisible();
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1024, 700));
  // A message that is pointed at stays; it must cover nothing of a dialog.
  await message.hover();
  await proposal.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/kill/).first()).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).first().click({ trial: true });
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1440, 900));
  await page.screenshot({ path: test.info().outputPath('plan.png') });
  await expect(dialog.getByRole('button', { name: 'Apply on dgx01' })).toBeDisabled();
  await dialog.getByRole('checkbox', { name: /interrupts work on dgx01/ }).check();
  await dialog.getByRole('button', { name: 'Apply on dgx01' }).click();
  await expect(dialog.getByText('Done and verified')).toBeVisible({ timeout: 60_000 });
  await page.screenshot({ path: test.info().outputPath('verified.png') });
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  await gantry.open('Incidents');
  await page.getByRole('button', { name: /PID \d+ holds GPU memory/ }).click();
  await expect(page.getByText('Done and verified').first()).toBeVisible();
  await page.getByPlaceholder('What you saw, decided or were told').fill('Orphan from the night job. 夜间任务遗留。');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('夜间任务遗留').first()).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('incident.png') });

  await gantry.exportReport('PDF', '简体中文');
  await gantry.exportReport('HTML');
  await gantry.exportReport('Markdown');
  await gantry.exportReport('ZIP');
  const file = (suffix: string) => {
    const name = readdirSync(saveDir).find((candidate) => candidate.endsWith(suffix));
    if (!name) throw new Error(`no ${suffix} among ${readdirSync(saveDir)}`);
    return path.join(saveDir, name);
  };
  const pdf = execFileSync('pdftotext', ['-layout', file('.pdf'), '-'], { encoding: 'utf8' });
  expect(pdf).toContain('夜间任务遗留');
  expect(pdf).toContain('F-A1');
  for (const text of [pdf, readFileSync(file('.html'), 'utf8'), readFileSync(file('.md'), 'utf8')]) {
    expect(text).toContain('F-A1');
    expect(text).not.toContain('dgx01');
  }
  const bundle = unzipSync(readFileSync(file('.zip')));
  const manifest = strFromU8(bundle['MANIFEST.sha256'] ?? new Uint8Array());
  const listed = manifest
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+\*?/) as [string, string]);
  expect(listed.map(([, name]) => name).sort()).toEqual(
    Object.keys(bundle)
      .filter((name) => name !== 'MANIFEST.sha256')
      .sort(),
  );
  for (const [sum, name] of listed) {
    expect(
      createHash('sha256')
        .update(bundle[name] ?? '')
        .digest('hex'),
    ).toBe(sum);
    expect(strFromU8(bundle[name] ?? new Uint8Array())).not.toContain('dgx01');
  }
});
