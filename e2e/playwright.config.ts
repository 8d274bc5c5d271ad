import { defineConfig } from 'playwright/test';

export default defineConfig({
  testDir: './specs',
  outputDir: '../artifacts/e2e',
  // Two cores: one app at a time keeps what is measured in words ("within a second") true.
  workers: 1,
  timeout: 300_000,
  expect: { timeout: 60_000 },
  forbidOnly: true,
  // On a shared machine one hiccup is no defect; `npm test` names what passed only on a second try.
  retries: process.env.CI ? 1 : 0,
  reporter: [['list'], ['json']],
});
