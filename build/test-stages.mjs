import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { startVirtualDisplay } from './display.mjs';
import { rootDir } from './setup/paths.mjs';
import { run } from './setup/run.mjs';
import { noOutcomes, playwrightOutcomes, vitestOutcomes } from './test-failures.mjs';

/** @typedef {import('./test.mjs').Stage} Stage */
/** @typedef {import('./test.mjs').StageResult} StageResult */

/** Far above what any stage takes; a stage that gets there hangs. */
const stageTimeoutMs = 30 * 60_000;

/** One TypeScript project per environment, so that none sees another's globals. */
const typescriptProjects = ['shared', 'electron', 'electron/preload', 'renderer', 'e2e', 'build'];

/** @type {Stage[]} */
export const checkStages = [
  commandStage('format and lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings']),
  {
    name: 'types',
    run: async () => {
      const results = [];
      for (const project of typescriptProjects) {
        results.push(await runNode('node_modules/typescript/bin/tsc', ['-p', project, '--noEmit']));
      }
      return {
        isPassed: results.every(({ isPassed }) => isPassed),
        output: results.map(({ output }) => output).join(''),
      };
    },
  },
  commandStage('import directions', 'build/check-imports.mjs', []),
  commandStage('unused code', 'node_modules/knip/bin/knip.js', ['--no-progress']),
];

/** @type {Stage} */
export const unitStage = {
  name: 'unit',
  run: async () => {
    const report = 'artifacts/unit.json';
    const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const result = await runNode('node_modules/vitest/vitest.mjs', args);
    const written = readJson(report);
    return { ...result, ...(written ? vitestOutcomes(written, rootDir) : noOutcomes) };
  },
};

/**
 * Builds and packages in a process of its own, so that its output is kept with it.
 * @param {import('./setup/official-electron.mjs').ElectronRuntime} electron
 * @returns {Stage}
 */
export function packageStage(electron) {
  return {
    name: 'package',
    run: () => runNode('build/package.mjs', [], { ELECTRON_OVERRIDE_DIST_PATH: electron.distDir }),
  };
}

/**
 * @param {string[]} switches for the app
 * @returns {Stage}
 */
export function endToEndStage(switches) {
  return {
    name: 'e2e',
    run: async () => {
      const display = process.platform === 'linux' ? await startVirtualDisplay() : null;
      try {
        const report = 'artifacts/e2e.json';
        const result = await runNode(
          'node_modules/playwright/cli.js',
          ['test', '--config', 'e2e/playwright.config.ts'],
          {
            ...(display && { DISPLAY: display.name }),
            GANTRY_E2E_SWITCHES: switches.join(' '),
            PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(rootDir, report),
          },
        );
        const written = readJson(report);
        return { ...result, ...(written ? playwrightOutcomes(written) : noOutcomes) };
      } finally {
        display?.stop();
      }
    },
  };
}

/**
 * @param {string} name
 * @param {string} script
 * @param {string[]} args
 * @returns {Stage}
 */
function commandStage(name, script, args) {
  return { name, run: () => runNode(script, args) };
}

/**
 * @param {string} script
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<StageResult>}
 */
async function runNode(script, args, env) {
  const { code, output } = await run(process.execPath, [script, ...args], {
    cwd: rootDir,
    timeoutMs: stageTimeoutMs,
    env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1', ...env },
  });
  const text = stripVTControlCharacters(output);
  return { isPassed: code === 0, output: code === 124 ? `${text}\nended: it took too long\n` : text };
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(path.join(rootDir, file), 'utf8'));
  } catch {
    return null;
  }
}
