// What a test runner's JSON report says of the tests that failed or passed only on a second try, so that a failure's
// name and reason stand in the first lines that `npm test` prints of it. The whole output is kept under artifacts/.

/**
 * @typedef {object} TestOutcomes
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {{ name: string, message: string }[]} failures
 * @property {{ name: string, message: string }[]} secondTries tests that failed first and then passed
 */

/** @type {TestOutcomes} */
export const noOutcomes = { passed: 0, failed: 0, skipped: 0, failures: [], secondTries: [] };

/**
 * @param {any} report what Vitest's `json` reporter wrote
 * @param {string} rootDir taken off the front of file names
 * @returns {TestOutcomes}
 */
export function vitestOutcomes(report, rootDir) {
  const failures = [];
  const secondTries = [];
  for (const file of report.testResults) {
    const place = file.name.replace(`${rootDir}/`, '');
    for (const test of file.assertionResults) {
      const name = `${place} > ${[...test.ancestorTitles, test.title].join(' > ')}`;
      const message = (test.failureMessages ?? []).join('\n');
      if (test.status === 'failed') failures.push({ name, message });
      else if (message) secondTries.push({ name, message });
    }
    const hasFailedTest = file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed');
    if (file.status === 'failed' && !hasFailedTest) failures.push({ name: place, message: file.message });
  }
  return {
    passed: report.numPassedTests,
    failed: Math.max(report.numFailedTests, failures.length),
    skipped: report.numPendingTests,
    failures,
    secondTries,
  };
}

/**
 * @param {any} report what Playwright's `json` reporter wrote
 * @returns {TestOutcomes}
 */
export function playwrightOutcomes(report) {
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report.stats;
  /** @type {TestOutcomes} */
  const outcomes = { passed: expected + flaky, failed: unexpected, skipped, failures: [], secondTries: [] };
  const visit = (/** @type {any} */ suite, /** @type {string[]} */ titles) => {
    for (const inner of suite.suites ?? []) visit(inner, [...titles, inner.title]);
    for (const spec of suite.specs ?? []) {
      const name = [...titles, spec.title].join(' > ');
      for (const { status, results } of spec.tests) {
        const errors = results.flatMap((/** @type {any} */ result) => result.errors ?? []);
        const message = errors.map((/** @type {any} */ error) => error.message).join('\n');
        if (status === 'unexpected') outcomes.failures.push({ name, message });
        if (status === 'flaky') outcomes.secondTries.push({ name, message });
      }
    }
  };
  for (const suite of report.suites ?? []) visit(suite, [suite.title]);
  for (const error of report.errors ?? [])
    outcomes.failures.push({ name: 'outside the tests', message: error.message });
  return outcomes;
}
