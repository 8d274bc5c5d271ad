import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { playwrightOutcomes, vitestOutcomes } from './test-failures.mjs';

describe('vitestOutcomes', () => {
  const report = (tests: object[], file: object = {}) => ({
    numPassedTests: 1,
    numFailedTests: 1,
    numPendingTests: 0,
    testResults: [{ name: '/repo/shared/a.test.ts', status: 'failed', message: '', assertionResults: tests, ...file }],
  });

  it('names a failed test by file and titles, with its message', () => {
    const outcomes = vitestOutcomes(
      report([{ ancestorTitles: ['parse'], title: 'reads a line', status: 'failed', failureMessages: ['expected 1'] }]),
      '/repo',
    );
    expect(outcomes.failures).toEqual([{ name: 'shared/a.test.ts > parse > reads a line', message: 'expected 1' }]);
    expect(outcomes.secondTries).toEqual([]);
  });

  it('names a test that passed on its second try apart from the failed, as Vitest really reports it', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gantry-vitest-')));
    const vitest = createRequire(import.meta.url)
      .resolve('vitest/package.json')
      .replace('package.json', 'vitest.mjs');
    const test = `let tries = 0; test('waits', () => { tries += 1; expect(tries, 'too late').toBe(2); });`;
    writeFileSync(join(folder, 'a.test.js'), test);
    execFileSync(
      process.execPath,
      [vitest, 'run', '--root', folder, '--globals', '--retry=1', '--reporter=json', '--outputFile=report.json'],
      { stdio: 'ignore' },
    );
    const outcomes = vitestOutcomes(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')), folder);
    rmSync(folder, { recursive: true });
    expect(outcomes).toMatchObject({ passed: 1, failed: 0, failures: [] });
    expect(outcomes.secondTries).toEqual([
      { name: 'a.test.js > waits', message: expect.stringContaining('too late: expected 1 to be 2') },
    ]);
  });

  it('counts a file that could not be read as a failure', () => {
    const outcomes = vitestOutcomes({ ...report([], { message: 'no such module' }), numFailedTests: 0 }, '/repo');
    expect(outcomes).toMatchObject({ failed: 1, failures: [{ name: 'shared/a.test.ts', message: 'no such module' }] });
  });
});

describe('playwrightOutcomes', () => {
  it('tells failed tests from those that passed on a second try', () => {
    const test = (title: string, status: string) => ({
      title,
      tests: [{ status, results: [{ errors: [{ message: `${title} was hidden` }] }] }],
    });
    const outcomes = playwrightOutcomes({
      stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 0 },
      suites: [
        { title: 'main.spec.ts', suites: [{ title: 'job', specs: [test('a', 'unexpected'), test('b', 'flaky')] }] },
      ],
    });
    expect(outcomes).toEqual({
      passed: 4,
      failed: 1,
      skipped: 0,
      failures: [{ name: 'main.spec.ts > job > a', message: 'a was hidden' }],
      secondTries: [{ name: 'main.spec.ts > job > b', message: 'b was hidden' }],
    });
  });
});
