import type { Answers } from '#shared/domain/diagnosis';
import type { CliContext } from './context';
import { CliError } from './exit-codes';

/** `A5.parametersBillion=70` -> { A5: { parametersBillion: 70 } }; numbers and true/false are taken as such. */
export function parseAnswers(context: Pick<CliContext, 'say'>, given: readonly string[]): Record<string, Answers> {
  const answers: Record<string, Answers> = {};
  for (const item of given) {
    const match = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(item);
    if (!match) throw new CliError(context.say({ key: 'cli.answerMalformed', params: { answer: item } }));
    const [, step = '', field = '', value = ''] = match;
    answers[step] = { ...answers[step], [field]: parseValue(value) };
  }
  return answers;
}

export function parseValue(value: string): string | number | boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}
