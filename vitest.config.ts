import { availableParallelism } from 'node:os';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Domain rules and parsers. */
const pureTests = ['shared/**/*.test.ts', 'electron/engine/probes/**/*.test.ts'];

export default defineConfig({
  test: {
    // A process per file: native modules, and tests that change the environment, stay apart.
    pool: 'forks',
    // Many files wait for servers and processes more than they compute.
    maxWorkers: Math.max(2, availableParallelism()),
    // Real servers and processes on cores that others may use as well; a test that waits longer is stuck.
    testTimeout: 150_000,
    hookTimeout: 150_000,
    expect: { poll: { timeout: 60_000 } },
    // On a shared machine one hiccup is no defect; `npm test` names what passed only on a second try.
    retry: process.env.CI ? 1 : 0,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['electron/**/*.test.ts', 'build/**/*.test.ts'],
          exclude: pureTests,
        },
      },
      {
        extends: true,
        test: {
          // These change nothing outside themselves: a process keeps what it has loaded for the next file.
          name: 'pure',
          environment: 'node',
          isolate: false,
          include: pureTests,
        },
      },
      {
        extends: true,
        plugins: [react()],
        test: {
          name: 'renderer',
          environment: 'jsdom',
          include: ['renderer/**/*.test.{ts,tsx}'],
          setupFiles: ['renderer/testing/setup.ts'],
        },
      },
    ],
  },
});
