import type { CliContext } from './context';
import { CliError } from './exit-codes';

/** Parameters out of `--set name=value`; a value that is JSON is taken as such. */
export function parametersOf(context: CliContext, set: readonly string[] = []): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  for (const item of set) {
    const match = /^([^=]+)=(.*)$/s.exec(item);
    if (!match?.[1]) throw new CliError(context.say({ key: 'cli.parameterMalformed', params: { parameter: item } }));
    parameters[match[1]] = jsonOrText(match[2] ?? '');
  }
  return parameters;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
