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

/** Answers the engine's questions (passwords, passphrases, host keys) on the terminal; without one each is cancelled. */
export async function answerPrompts(client: EngineClient, options: AskOptions): Promise<void> {
  try {
    for await (const change of await client.hosts.watchPrompts(undefined, { signal: options.signal })) {
      if (change.event !== 'opened') continue;
      const answers = process.stdin.isTTY ? await ask(change.prompt, options) : null;
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
  if (prompt.instructions) process.stderr.write(`${printable(prompt.instructions)}\n`);
  const answers: string[] = [];
  for (const field of prompt.fields) {
    const answer = await readLine(`${printable(prompt.target)} ${printable(field.text)} `, field.isSecret);
    if (answer === null) return null;
    answers.push(answer);
  }
  return answers;
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
    reader.once('close', () => {
      if (isSecret) process.stderr.write('\n');
      resolve(null);
    });
  });
}
