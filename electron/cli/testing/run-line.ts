import { Command } from 'commander';
import type { CliContext } from '../context';
import type { registerManual } from '../nouns/manual';

/** Reads a command line and carries it out in a context of the test's own; a wrong line throws and prints nothing. */
export async function runLine(
  registers: ReadonlyArray<typeof registerManual>,
  context: Partial<Record<keyof CliContext, unknown>>,
  line: readonly string[],
): Promise<void> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const register of registers) {
    register(
      program,
      (command) =>
        (...args) =>
          command(context as unknown as CliContext, ...args),
    );
  }
  for (const command of program.commands.flatMap((noun) => noun.commands)) {
    command.exitOverride().configureOutput({ writeErr: () => {} });
  }
  await program.parseAsync(['node', 'gantry', ...line]);
}
