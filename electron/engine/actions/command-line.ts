import type { PlannedStep } from '#shared/domain/action';
import { commandLine } from '../hosts/quote';

/** A command as a shell would take it, for the user to read and copy. `root` shows how it gets its rights. */
export function commandLineOf(argv: readonly string[], privilege: PlannedStep['privilege']): string {
  return commandLine(privilege === 'root' ? ['sudo', '-n', ...argv] : argv);
}
