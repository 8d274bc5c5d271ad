import type { LocalizedText } from '#shared/domain/text';
import { failureCatalogue } from '#shared/knowledge/catalogs/catalogues';
import type { RanCommand } from '../action';
import { say } from './words';

type Ended = Pick<RanCommand, 'exitCode' | 'state'>;
type Words = Required<LocalizedText>;

/** Where a message is a known one, what it means and what to do; then what was said. */
export function explained(detail: Words, output: string): Words {
  const failure = failureCatalogue().find(({ pattern }) => new RegExp(pattern, 'mu').test(output));
  if (!failure) return detail;
  const { cause, remedy } = failure;
  const words = say('knownFailure', { cause, remedy });
  return { en: `${words.en}\n${detail.en}`, 'zh-CN': `${words['zh-CN']}\n${detail['zh-CN']}` };
}

/** How a command of a step ended that failed. All that it printed is its evidence. */
export function stepFailed({ exitCode, state }: Ended, output: string): Words {
  return explained(say('stepFailed', { exitCode: exitCode ?? '-', state, output: lastLines(output) }), output);
}

/** The same of a command that only looks. */
export function dryRunFailed({ exitCode, state }: Ended, output: string): Words {
  return explained(say('dryRunFailed', { exitCode: exitCode ?? state, output: lastLines(output) }), output);
}

const mostLines = 10;
const mostCharacters = 1500;

/** Programs say last why they gave up. dpkg's progress is left out. */
export function lastLines(output: string): string {
  const lines = output
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^\(Reading database \.\.\.(?: \d+%)?$/.test(line));
  const text = lines.slice(-mostLines).join('\n');
  const isCut = lines.length > mostLines || text.length > mostCharacters;
  return `${isCut ? '… ' : ''}${text.slice(-mostCharacters)}`;
}
