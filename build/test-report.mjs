import { stripVTControlCharacters } from 'node:util';

/**
 * What `npm test` prints of a stage: one line when all is well, else first the names and reasons of what failed.
 * @param {{ name: string, result: import('./test.mjs').StageResult, elapsed: string, log: string }} options
 */
export function stageReport({ name, result, elapsed, log }) {
  const { isPassed, output, passed = 0, failed = 0, failures = [], secondTries = [] } = result;
  const count = passed + failed > 0 ? `  ${passed} passed, ${failed} failed` : '';
  const notes = secondTries.map(
    (test) => `passed on its second try: ${test.name}\n  ${lines(test.message).slice(0, 3).join('\n  ')}`,
  );
  if (!isPassed) {
    notes.push(
      ...failures.map((failure) => `failed: ${failure.name}`),
      ...failures.map((failure) => `\n${failure.name}\n${lines(failure.message).slice(0, 30).join('\n')}`),
      `\nthe end of ${log}:\n${lines(output.trimEnd()).slice(-60).join('\n')}`,
    );
  }
  return [
    `${isPassed ? 'ok    ' : 'FAILED'} ${name.padEnd(18)} ${elapsed.padStart(8)}${count}`,
    ...notes.map((note) => note.replace(/^/gm, '       | ')),
  ].join('\n');
}

/** @param {string} text */
function lines(text) {
  return stripVTControlCharacters(text).split('\n');
}
