import { defineConfig } from 'playwright/test';

export default defineConfig({
  testDir: './specs',
  outputDir: '../artifacts/e2e',
  // Windows run one at a time, as a person has them; the command line's tests, which wait for processes, run beside them.
  workers: 2,
  projects: [
    { name: 'app', testIgnore: 'cli.spec.ts', workers: 1 },
    { name: 'cli', testMatch: 'cli.spec.ts', workers: 1 },
  ],
  timeout: 300_000,
  expect: { timeout: 60_000 },
  forbidOnly: true,
  // On a shared machine one hiccup is no defect; `npm test` names what passed only on a second try.
  retries: process.env.CI ? 1 : 0,
  reporter: [['list'], ['json']],
});
