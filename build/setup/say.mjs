/**
 * Prints one line of progress.
 * @param {string} text
 */
export function say(text) {
  process.stdout.write(`gantry: ${text}\n`);
}

/**
 * Seconds since a `performance.now()` reading, for people.
 * @param {number} startedAtMs
 */
export function elapsed(startedAtMs) {
  return `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`;
}

/** A failure whose message alone tells the user what to do: printed without a stack. */
export class SetupError extends Error {}

/**
 * Runs a script's main function; a SetupError ends it with its message, anything else with a stack.
 * @param {() => Promise<number | undefined>} main returns the exit code
 */
export async function runMain(main) {
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.once(signal, () => process.exit(1));
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stderr.write(
      `${error instanceof SetupError ? `gantry: ${error.message}` : error instanceof Error ? error.stack : error}\n`,
    );
    process.exitCode = 1;
  }
}
