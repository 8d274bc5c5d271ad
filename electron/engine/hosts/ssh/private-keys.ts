import { readFileSync, statSync } from 'node:fs';
import type { ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import type { Message } from '#shared/domain/text';
import type { Prompts } from '../prompts';
import type { SecretKeeper } from '../secret-keeper';

/** A key that could not be used. */
export interface SkippedKey {
  readonly what: string;
  readonly why: Message;
}

export interface PrivateKeyOptions {
  readonly path: string;
  /** The path as shown. */
  readonly what: string;
  /** Missed when it is not there. */
  readonly isExplicit: boolean;
  readonly hostId: string | null;
  readonly prompts: Pick<Prompts, 'ask'>;
  readonly secrets: SecretKeeper;
  /** Keys whose passphrase was given in this session. */
  readonly unlockedKeys: Map<string, ParsedKey>;
  /** Gets the reason of a key that can't be used. */
  readonly skipped: SkippedKey[];
  readonly signal?: AbortSignal;
}

const maxPassphraseRounds = 3;

/** Reads a private key file, asking for its passphrase when it has one. Null: it can't be used, and `skipped` says why. */
export async function readPrivateKey(options: PrivateKeyOptions): Promise<ParsedKey | null> {
  const { path, what, isExplicit, skipped } = options;
  let source: Buffer;
  try {
    source = readKeyFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' || isExplicit) {
      skipped.push({ what, why: code === 'ENOENT' ? problem('missing') : problem('unusable', error as Error) });
    }
    return null;
  }
  const parsed = parse(source);
  if (!(parsed instanceof Error)) {
    if (parsed.isPrivateKey()) return parsed;
    skipped.push({ what, why: problem('notPrivate') });
    return null;
  }
  if (!/encrypted|passphrase/i.test(parsed.message)) {
    skipped.push({ what, why: problem('unusable', parsed) });
    return null;
  }
  return unlock(options, source);
}

async function unlock(options: PrivateKeyOptions, source: Buffer): Promise<ParsedKey | null> {
  const { path, what, secrets, prompts, hostId, signal, unlockedKeys, skipped } = options;
  const unlocked = unlockedKeys.get(path);
  if (unlocked) return unlocked;
  const secretKey = `passphrase ${path}`;
  const saved = await secrets.get(secretKey);
  for (let round = 0; round < maxPassphraseRounds; round += 1) {
    let passphrase = round === 0 ? saved : null;
    let remember = false;
    if (passphrase === null) {
      const answer = await prompts.ask(
        {
          kind: 'credentials',
          hostId,
          method: 'passphrase',
          target: what,
          keyFile: path,
          instructions: null,
          fields: [{ text: '', isSecret: true }],
          isRetry: round > (saved === null ? 0 : 1),
          canRemember: secrets.canRemember,
        },
        { signal },
      );
      if (!answer) {
        // Without this key there may still be a password; a cancelled passphrase skips the key only.
        skipped.push({ what, why: problem('noPassphrase') });
        return null;
      }
      passphrase = answer.answers[0] ?? '';
      remember = answer.remember;
    }
    const parsed = parse(source, passphrase);
    if (!(parsed instanceof Error)) {
      await secrets.set(secretKey, passphrase, remember);
      unlockedKeys.set(path, parsed);
      return parsed;
    }
    secrets.forget(secretKey);
  }
  skipped.push({ what, why: problem('wrongPassphrase') });
  return null;
}

/** Reading a pipe or a device might never end, and everything else would wait for it. */
function readKeyFile(path: string): Buffer {
  if (!statSync(path).isFile()) throw new Error('it is not a regular file');
  return readFileSync(path);
}

function problem(name: string, error?: Error): Message {
  return { key: `hosts.keyProblem.${name}`, ...(error ? { params: { detail: error.message } } : {}) };
}

function parse(source: Buffer, passphrase?: string): ParsedKey | Error {
  const parsed = ssh2.utils.parseKey(source, passphrase);
  return Array.isArray(parsed) ? (parsed[0] ?? new Error('no key in it')) : parsed;
}

/** The public half beside a key file, which tells what the agent has without a passphrase. */
export function publicPart(path: string): Buffer | null {
  try {
    const parsed = parse(readKeyFile(`${path}.pub`));
    return parsed instanceof Error ? null : parsed.getPublicSSH();
  } catch {
    return null;
  }
}

export function tildePath(path: string, homeDir: string): string {
  return path.startsWith(`${homeDir}/`) ? `~${path.slice(homeDir.length)}` : path;
}
