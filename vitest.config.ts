import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/**
 * What a file does that needs a process to itself: it starts engines, nodes, servers or programs, of which something
 * late could fall on the next file, or puts another module in the place of one that is loaded already. A program that is
 * waited for (`execFileSync`) leaves nothing behind.
 */
const needsOwnProcess =
  /EngineBench|createEngine\(|startSim|startSshd|LocalHost|\b(spawn|exec|execFile|fork)\b[^}]*\} from 'node:child_process'|'node:(net|dgram|http|https)'|testing\/(directory-bench|ssh-client|small-disk|.*-sink)'|vi\.mock\(/;

const nodeTests = ['shared', 'electron', 'build'].flatMap((folder) =>
  readdirSync(path.join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join(folder, name)),
);
const alone = nodeTests.filter((file) =>
  needsOwnProcess.test(readFileSync(path.join(import.meta.dirname, file), 'utf8')),
);

export default defineConfig({
  test: {
    pool: 'forks',
    // Many files wait for servers and processes more than they compute.
    maxWorkers: Math.max(2, availableParallelism()) + 1,
    // Real servers and processes on cores that others may use as well; a test that waits longer is stuck.
    testTimeout: 150_000,
    hookTimeout: 150_000,
    expect: { poll: { timeout: 60_000 } },
    // On a shared machine one hiccup is no defect; `npm test` names what passed only on a second try.
    retry: process.env.CI ? 1 : 0,
    // Projects run in the order of their names: the long files first, so that short ones fill the end.
    projects: [
      { extends: true, test: { name: 'alone', environment: 'node', include: alone } },
      {
        extends: true,
        test: {
          name: 'beside',
          environment: 'node',
          // A process keeps what it has loaded for the next file: to load it anew takes longer than most of them.
          isolate: false,
          include: nodeTests,
          exclude: alone,
        },
      },
      {
        extends: true,
        plugins: [react()],
        test: {
          name: 'renderer',
          environment: 'jsdom',
          // `setup.ts` puts back what a test changes.
          isolate: false,
          include: ['renderer/**/*.test.{ts,tsx}'],
          setupFiles: ['renderer/testing/setup.ts'],
        },
      },
    ],
  },
});
