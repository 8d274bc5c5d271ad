import type { Severity } from '#shared/domain/finding';
import type { CliContext } from './context';
import type { StyledCell, Tone } from './table';

const tones: Readonly<Record<Severity, Tone | undefined>> = {
  info: undefined,
  warn: 'warn',
  critical: 'bad',
  fatal: 'bad',
};

/** How severe something is, in the user's words. */
export function severityCell(context: Pick<CliContext, 'say'>, severity: Severity): StyledCell {
  return { text: context.say({ key: `shell.severity.${severity}` }), tone: tones[severity] };
}
