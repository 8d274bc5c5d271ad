import { createInterface } from 'node:readline';
import type { CliContext } from './context';
import { CliError, exitCodes } from './exit-codes';
import { askSecret } from './prompts';

/** The option of what changes a node. There is none that takes the password itself: others would see it. */
export const askSudo = [
  '-K, --ask-sudo',
  "ask for sudo's password on each node; without a terminal, the first line of standard input",
] as const;

/** Gives the engine sudo's password for these nodes, until it ends. Throws CliError where sudo takes none. */
export async function giveSudoPasswords(context: CliContext, names: readonly string[]): Promise<void> {
  const piped = process.stdin.isTTY ? null : await firstLine();
  const { hosts } = await context.client();
  for (const name of names) {
    const { spec } = await context.host(name);
    const question = `${context.say({ key: 'cli.askSudo', params: { host: spec.name } })} `;
    for (;;) {
      const password = piped ?? (await askSecret(question));
      if (password === null) throw new CliError(context.say({ key: 'cli.confirmRefused' }));
      const options = { signal: context.signal };
      const { answer, words } = await hosts.giveSudoPassword({ hostId: spec.id, password }, options);
      if (answer === 'right') break;
      const said = `${spec.name}: ${context.say({ key: `hosts.sudo.${answer}`, params: { words } })}`;
      if (answer !== 'not-needed' && (answer !== 'wrong' || piped !== null)) {
        throw new CliError(said, exitCodes.couldNotJudge);
      }
      context.warn(said);
      if (answer === 'not-needed') break;
    }
  }
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  return '';
}
