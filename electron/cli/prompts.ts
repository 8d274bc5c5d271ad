import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Prompt } from '#shared/contract/hosts';
import type { EngineClient } from '#shared/contract/index';
import { printable } from '#shared/domain/text';
import type { Translate } from '#shared/i18n/translator';

interface AskOptions {
  readonly signal: AbortSignal;
  readonly translate: Translate;
  readonly beforeAsking: () => void;
}

/**
 * Answers the engine's questions (passwords, passphrases, host keys) on the terminal; without one each is cancelled, and
 * said, as nobody would know otherwise what the login failed for.
 */
export async function answerPrompts(client: EngineClient, options: AskOptions): Promise<void> {
  try {
    for await (const change of await client.hosts.watchPrompts(undefined, { signal: options.signal })) {
      if (change.event !== 'opened') continue;
      const answers = process.stdin.isTTY ? await ask(change.prompt, options) : null;
      if (!process.stdin.isTTY) process.stderr.write(`gantry: ${unaskedWords(change.prompt, options.translate)}\n`);
      await client.hosts.answerPrompt({ id: change.prompt.id, answers, remember: false });
    }
  } catch (error) {
    if (!options.signal.aborted) process.stderr.write(`gantry: ${error instanceof Error ? error.message : error}\n`);
  }
}

async function ask(prompt: Prompt, { translate, beforeAsking }: AskOptions): Promise<string[] | null> {
  beforeAsking();
  if (prompt.kind === 'host-key') {
    const { keyType, sha256 } = prompt.offered;
    const question = translate({
      key: 'cli.askHostKey',
      params: { target: prompt.target, keyType, fingerprint: sha256 },
    });
    const answer = await readLine(`${question} `, false);
    return answer?.trim().toLowerCase() === 'yes' ? ['yes'] : null;
  }
  const { heading, fields } = promptWords(prompt, translate);
  for (const line of heading) process.stderr.write(`${line}\n`);
  const answers: string[] = [];
  for (const { text, isSecret } of fields) {
    const answer = await readLine(text, isSecret);
    if (answer === null) return null;
    answers.push(answer);
  }
  return answers;
}

/** Null where there is no terminal to ask on. */
export async function askYes(question: string): Promise<boolean | null> {
  if (!process.stdin.isTTY) return null;
  return (await readLine(`${question} `, false))?.trim().toLowerCase() === 'yes';
}

/** Reads one line from the terminal without showing it. Null where the input ended. */
export function askSecret(question: string): Promise<string | null> {
  return readLine(question, true);
}

/** What would have been asked, and why it was not. */
export function unaskedWords(prompt: Prompt, translate: Translate): string {
  if (prompt.kind === 'host-key') {
    const { target, offered } = prompt;
    const params = { target, keyType: offered.keyType, fingerprint: offered.sha256 };
    return translate({ key: 'cli.unaskedHostKey', params });
  }
  return translate({ key: 'cli.unasked', params: { what: whoseWords(prompt, translate) } });
}

function whoseWords({ method, target }: CredentialsPrompt, translate: Translate): string {
  const name = { password: 'password', passphrase: 'passphrase', 'keyboard-interactive': 'keyboardInteractive' }[
    method
  ];
  return translate({ key: `hosts.prompt.${name}`, params: { target: printable(target) } });
}

type CredentialsPrompt = Extract<Prompt, { kind: 'credentials' }>;

/** What is said before the questions, and each question. The server's own words are made printable. */
export function promptWords(
  prompt: CredentialsPrompt,
  translate: Translate,
): { heading: string[]; fields: Array<{ text: string; isSecret: boolean }> } {
  const { instructions, fields, isRetry } = prompt;
  const whose = whoseWords(prompt, translate);
  const heading = isRetry ? [translate({ key: 'hosts.prompt.retry' })] : [];
  // A server that asks in its own words gets a line of ours above them, so that they can't be taken for ours.
  const isInItsWords = fields.some(({ text }) => text !== '');
  if (isInItsWords) heading.push(whose, ...(instructions ? [printable(instructions)] : []));
  return {
    heading,
    fields: fields.map(({ text, isSecret }) => ({
      text: `${text === '' ? `${whose}:` : printable(text).trim()} `,
      isSecret,
    })),
  };
}

/** Reads one line from the terminal without showing a secret. Null when the input ended. */
function readLine(question: string, isSecret: boolean): Promise<string | null> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: isSecret ? nowhere : process.stderr, terminal: true });
  return new Promise((resolve) => {
    reader.once('line', (line) => {
      resolve(line);
      reader.close();
    });
    // In raw mode Ctrl-C is a character.
    reader.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    reader.once('close', () => {
      if (isSecret) process.stderr.write('\n');
      resolve(null);
    });
  });
}
