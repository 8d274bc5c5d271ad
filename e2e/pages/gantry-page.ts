import { expect, type Locator, type Page } from 'playwright/test';

/** The window as a person uses it: by roles and names, English. */
export class GantryPage {
  constructor(readonly page: Page) {}

  async open(screen: 'Fleet' | 'Diagnose' | 'Incidents' | 'Alerts' | 'Parts' | 'Set up' | 'Settings'): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main navigation' }).getByText(screen, { exact: true }).click();
    await expect(this.page.getByRole('heading', { name: screen, level: 1 })).toBeVisible();
  }

  /** From the empty first screen to a fleet whose nodes have all been collected. */
  async exploreDemoFleet(): Promise<void> {
    await this.page.getByRole('button', { name: /Explore a demo fleet/ }).click();
    await expect(this.fleetRow('dgx01')).toContainText('H100', { timeout: 90_000 });
    await expect(this.page.getByText('Nothing is running')).toBeVisible({ timeout: 90_000 });
  }

  fleetRow(name: string): Locator {
    return this.page.getByRole('table', { name: 'Nodes' }).getByRole('row').filter({ hasText: name });
  }

  /** Breaks a node of the demo fleet, as the Settings screen lets a newcomer do. */
  async inject(node: string, fault: string): Promise<void> {
    await this.open('Settings');
    await this.page.getByRole('tab', { name: 'Demo fleet' }).click();
    await this.page.getByRole('button', { name: `Break something on ${node}` }).click();
    await this.page.getByRole('menuitem', { name: fault }).click();
    // One that could hit several things asks which; the usual one is chosen already.
    const choice = this.page.getByRole('dialog', { name: `${node}: ${fault}` });
    const broken = this.page.getByRole('button', { name: `Repair: ${fault}` });
    await expect(choice.or(broken)).toBeVisible();
    if (await choice.isVisible()) await choice.getByRole('button', { name: 'Break something' }).click();
    await expect(broken).toBeVisible();
  }

  async diagnose(symptom: string, node: string): Promise<void> {
    await this.open('Diagnose');
    await this.page.locator('#diagnose-node').click();
    await this.page.getByRole('option', { name: node }).click();
    await this.page.getByRole('button', { name: `Start “${symptom}” on ${node}` }).click();
  }

  /** Exports the open incident; returns once the dialog has closed itself and the app says where the file is. */
  async exportReport(
    format: 'PDF' | 'HTML' | 'Markdown' | 'ZIP',
    language: 'English' | '简体中文' = 'English',
  ): Promise<void> {
    await this.page.getByRole('button', { name: 'Export report' }).click();
    const dialog = this.page.getByRole('dialog', { name: /^Export INC-/ });
    await dialog.getByText(format, { exact: true }).click();
    await dialog
      .getByRole('combobox', { name: 'Language' })
      .or(dialog.getByRole('textbox', { name: 'Language' }))
      .click();
    await this.page.getByRole('option', { name: language }).click();
    await dialog.getByRole('button', { name: `Export as ${format}` }).click();
    await expect(dialog).toBeHidden({ timeout: 60_000 });
    const suffix = { PDF: /\.pdf/, HTML: /\.html/, Markdown: /\.md/, ZIP: /\.zip/ }[format];
    const saved = this.page.getByRole('alert').filter({ hasText: 'Report saved' }).filter({ hasText: suffix });
    await expect(saved).toBeVisible();
  }
}
