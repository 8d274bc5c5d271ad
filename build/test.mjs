// `npm test`: sets the machine up, then runs every check and test, one line per stage. With a name (`check`, `unit`,
// `e2e`) it runs that part alone. Each stage's full output is kept under artifacts/.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { electronSwitches, setUp } from './setup/index.mjs';
import { rootDir } from './setup/paths.mjs';
import { elapsed, runMain, SetupError } from './setup/say.mjs';
import { stageReport } from './test-report.mjs';
import { checkStages, endToEndStage, packageStage, unitStage } from './test-stages.mjs';

/**
 * @typedef {object} StageEnd
 * @property {boolean} isPassed
 * @property {string} output
 */
/** @typedef {StageEnd & Partial<import('./test-failures.mjs').TestOutcomes>} StageResult */
/** @typedef {{ name: string, run: () => Promise<StageResult> }} Stage */

const artifactsDir = path.join(rootDir, 'artifacts');
const totals = { passed: 0, failed: 0, skipped: 0 };

await runMain(async () => {
  const part = process.argv[2] ?? 'all';
  if (!['all', 'check', 'unit', 'e2e'].includes(part))
    throw new SetupError(`there is no part called ${part}: check, unit or e2e`);
  const startedAtMs = performance.now();
  const { electron } = await setUp({ forTests: true });
  rmSync(artifactsDir, { recursive: true, force: true });
  mkdirSync(artifactsDir, { recursive: true });

  const isAll = part === 'all';
  const withPackage = isAll || part === 'e2e' ? [packageStage(electron)] : [];
  const withChecks = isAll || part === 'check' ? checkStages : [];
  // Two at a time fits the smallest machine; tests with clocks and servers run with the machine to themselves.
  const isReady = await runStages([...withPackage, ...withChecks], 2);
  if (isAll || part === 'unit') await runStages([unitStage], 1);
  if (withPackage.length > 0) {
    if (isReady.get('package')) await runStages([endToEndStage(electronSwitches())], 1);
    else
      report({
        name: 'e2e',
        result: { isPassed: false, output: 'not run: there is no package\n' },
        startedAtMs: performance.now(),
      });
  }

  console.log(
    `all stages took ${elapsed(startedAtMs)}${totals.skipped > 0 ? `, ${totals.skipped} tests skipped` : ''}\n`,
  );
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed > 0 ? 1 : 0;
});

/**
 * @param {Stage[]} stages
 * @param {number} concurrency
 * @returns {Promise<Map<string, boolean>>} whether each stage passed
 */
async function runStages(stages, concurrency) {
  const queue = [...stages];
  const results = new Map();
  const worker = async () => {
    for (let stage = queue.shift(); stage; stage = queue.shift()) {
      const startedAtMs = performance.now();
      const result = await stage.run().catch((error) => ({ isPassed: false, output: `${error?.stack ?? error}\n` }));
      report({ name: stage.name, result, startedAtMs });
      results.set(stage.name, result.isPassed);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}

/** @param {{ name: string, result: StageResult, startedAtMs: number }} options */
function report({ name, result, startedAtMs }) {
  const { isPassed, output, passed = 0, failed = 0, skipped = 0 } = result;
  totals.passed += passed;
  totals.skipped += skipped;
  // A stage that fails without a failed test (a type error, a crash) counts as one.
  totals.failed += isPassed ? 0 : Math.max(1, failed);
  const log = `artifacts/${name.replaceAll(' ', '-')}.log`;
  writeFileSync(path.join(rootDir, log), output);
  console.log(stageReport({ name, result, elapsed: elapsed(startedAtMs), log }));
}
