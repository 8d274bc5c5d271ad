import type { PlannedStep } from '#shared/domain/action';
import { commandLine } from '../hosts/quote';

/**
 * A command as a shell would take it, for the user to read and copy. `root`: by sudo, whose options depend on whether its password
 * is known when it runs (batch-library.ts).
 */
export function commandLineOf(argv: readonly string[], privilege: PlannedStep['privilege']): string {
  return commandLine(privilege === 'root' ? ['sudo', ...argv] : argv);
}
