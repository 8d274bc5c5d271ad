import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware, ParsedKey } from 'ssh2';
import type { Prompts } from '../prompts';
import type { SecretKeeper } from '../secret-keeper';
import { listAgentKeys, oneKeyAgent } from './agent-keys';
import { publicPart, readPrivateKey, type SkippedKey, tildePath } from './private-keys';

export interface AuthenticationOptions {
  readonly hostId: string | null;
  readonly user: string;
  readonly address: string;
  readonly port: number;
  /** Key files in the order tried; `isExplicit` ones are missed when they are not there. */
  readonly identityFiles: ReadonlyArray<{ readonly path: string; readonly isExplicit: boolean }>;
  readonly identitiesOnly: boolean;
  /** Socket of the agent, null for none. */
  readonly agentSocket: string | null;
  readonly secrets: SecretKeeper;
  readonly homeDir: string;
  /** Keys whose passphrase was given in this session, by file: deriving one takes most of a second. */
  readonly unlockedKeys: Map<string, ParsedKey>;
}

/** The connection that a login is tried on. */
export interface AuthenticationLink {
  readonly prompts: Pick<Prompts, 'ask'>;
  /** Aborts when there is nobody left to log in to. */
  readonly signal: AbortSignal;
  /** Ends the connection: an empty answer to a question that was cancelled would count as a failed login. */
  readonly giveUp: () => void;
}

interface Attempt {
  readonly type: AuthenticationType;
  /** As shown in `tried`. */
  readonly label: string;
  readonly isKey: boolean;
  readonly method: AnyAuthMethod;
  /** A secret to forget when the attempt fails. */
  readonly secretKey?: string;
}

/** sshd's default MaxAuthTries is 6, and the refusal that uses them up is one that intrusion detection counts. */
const keysPerConnection = 5;
/** Who has more keys than that is told to name one. */
const maxKeyAttempts = 20;
const maxPasswordAttempts = 3;

/**
 * Decides what to try next: agent keys, key files, password, keyboard-interactive. Keeps account of what the server
 * offered, what was tried and what could not be used, for the error that a failure becomes. Lasts over several connections
 * where a server hangs up after a few refusals: each goes on where the one before it ended.
 */
export class Authentication {
  readonly offered = new Set<string>();
  readonly tried: string[] = [];
  readonly skipped: SkippedKey[] = [];
  isCancelled = false;
  /** Hung up, here or there, although there is more to try: worth another connection. */
  isCutShort = false;
  private link: AuthenticationLink | null = null;
  private attempts: AsyncGenerator<Attempt, void, void> | null = null;
  private authsLeft: readonly string[] = [];
  private last: Attempt | null = null;
  /** Taken out of `attempts` and kept for the next connection. */
  private kept: Attempt | null = null;
  private keysHere = 0;
  private isNoneTried = false;
  private wasPartial = false;

  constructor(private readonly options: AuthenticationOptions) {}

  /** Goes on with another connection, or begins with the first one. */
  begin(link: AuthenticationLink): void {
    this.link = link;
    this.isNoneTried = false;
    this.isCutShort = false;
    this.keysHere = 0;
  }

  /** The server hung up because of too many refusals. The last one it did not tell. */
  cutOff(): void {
    if (this.last?.secretKey) this.options.secrets.forget(this.last.secretKey);
    // With a first factor accepted, the next connection would have to start with that one again.
    this.isCutShort = this.last !== null && !this.wasPartial;
  }

  readonly handler: AuthHandlerMiddleware = (authsLeft, isPartialSuccess, next) => {
    const stop = next as unknown as (method: false) => void;
    // ssh2 calls with null the first time.
    for (const method of authsLeft ?? []) this.offered.add(method);
    this.authsLeft = authsLeft ?? [];
    if (!this.isNoneTried) {
      // `none` costs no try and tells what the server offers.
      this.isNoneTried = true;
      next({ type: 'none', username: this.options.user });
      return;
    }
    if (this.last?.secretKey && !isPartialSuccess) this.options.secrets.forget(this.last.secretKey);
    if (isPartialSuccess) this.wasPartial = true;
    const { signal, giveUp } = this.current;
    this.next().then(
      (attempt) => {
        if (signal.aborted) return;
        if (attempt?.isKey && this.keysHere >= keysPerConnection && !this.wasPartial) {
          this.kept = attempt;
          this.isCutShort = true;
          return giveUp();
        }
        this.last = attempt;
        if (!attempt) return stop(false);
        if (attempt.isKey) this.keysHere += 1;
        this.tried.push(attempt.label);
        next(attempt.method);
      },
      () => {
        if (!signal.aborted) stop(false);
      },
    );
  };

  private get current(): AuthenticationLink {
    if (!this.link) throw new Error('no connection to log in on');
    return this.link;
  }

  /** The person called it off: in so many words, or by giving no passphrase where there was nothing else to try. */
  get wasCancelled(): boolean {
    const isPassphraseMissing = this.skipped.some(({ why }) => why.key === 'hosts.keyProblem.noPassphrase');
    return this.isCancelled || (isPassphraseMissing && this.tried.length === 0);
  }

  private async next(): Promise<Attempt | null> {
    const { kept } = this;
    this.kept = null;
    if (kept) return kept;
    if (this.isCancelled) return null;
    this.attempts ??= this.list();
    const { value, done } = await this.attempts.next();
    return done || !value ? null : value;
  }

  private allows(type: string): boolean {
    return this.authsLeft.includes(type);
  }

  private async *list(): AsyncGenerator<Attempt, void, void> {
    if (this.allows('publickey')) {
      // The limit comes before the next key, which might have to be unlocked first.
      const keys = this.keys();
      for (let count = 0; count < maxKeyAttempts && this.allows('publickey'); count += 1) {
        const { value, done } = await keys.next();
        if (done || !value) break;
        yield value;
        if (count === maxKeyAttempts - 1) {
          this.skipped.push({ what: '…', why: { key: 'hosts.keyProblem.limit', params: { limit: maxKeyAttempts } } });
        }
      }
    }
    if (this.allows('password')) yield* this.passwords();
    if (this.isCancelled) return;
    if (this.allows('keyboard-interactive')) yield* this.keyboardInteractive();
    // A key was only the first factor: whatever is asked for now was listed above, so once more through the rest.
    if (this.allows('password') && !this.tried.includes('password')) yield* this.passwords();
  }

  private async *keys(): AsyncGenerator<Attempt, void, void> {
    const { user, identityFiles, identitiesOnly, agentSocket } = this.options;
    const files = identityFiles.map((file) => ({ ...file, publicBlob: publicPart(file.path) }));
    const done = new Set<string>();
    if (agentSocket) {
      const agentKeys = await listAgentKeys(agentSocket, this.skipped);
      const named = new Set(files.flatMap(({ publicBlob }) => (publicBlob ? [publicBlob.toString('base64')] : [])));
      const isNamed = (key: ParsedKey): boolean => named.has(key.getPublicSSH().toString('base64'));
      const ordered = [
        ...agentKeys.filter(isNamed),
        ...(identitiesOnly ? [] : agentKeys.filter((key) => !isNamed(key))),
      ];
      for (const key of ordered) {
        done.add(key.getPublicSSH().toString('base64'));
        yield {
          type: 'agent',
          isKey: true,
          label: `publickey agent ${key.type}${key.comment ? ` ${key.comment}` : ''}`,
          method: { type: 'agent', username: user, agent: oneKeyAgent(agentSocket, key) },
        };
      }
    }
    for (const file of files) {
      if (file.publicBlob && done.has(file.publicBlob.toString('base64'))) continue;
      const what = tildePath(file.path, this.options.homeDir);
      const read = await readPrivateKey({ ...file, what, skipped: this.skipped, ...this.options, ...this.current });
      if (!read || done.has(read.getPublicSSH().toString('base64'))) continue;
      yield {
        type: 'publickey',
        isKey: true,
        label: `publickey ${what}`,
        method: {
          type: 'publickey',
          username: user,
          // Parsed already; the types know only its bytes.
          key: read as unknown as Buffer,
        },
      };
    }
  }

  private get passwordKey(): string {
    const { user, address, port } = this.options;
    return `password ${user}@${address}:${port}`;
  }

  private async *passwords(): AsyncGenerator<Attempt, void, void> {
    const { secrets, hostId, user, address } = this.options;
    let asked = 0;
    const saved = await secrets.get(this.passwordKey);
    if (saved !== null) yield this.passwordAttempt(saved);
    while (asked < maxPasswordAttempts && this.allows('password')) {
      const { prompts, signal } = this.current;
      const answer = await prompts.ask(
        {
          kind: 'credentials',
          hostId,
          method: 'password',
          target: `${user}@${address}`,
          keyFile: null,
          instructions: null,
          fields: [{ text: '', isSecret: true }],
          isRetry: asked > 0 || saved !== null,
          canRemember: secrets.canRemember,
        },
        { signal },
      );
      if (!answer) {
        this.isCancelled = true;
        return;
      }
      asked += 1;
      const password = answer.answers[0] ?? '';
      await secrets.set(this.passwordKey, password, answer.remember);
      yield this.passwordAttempt(password);
    }
  }

  private passwordAttempt(password: string): Attempt {
    return {
      type: 'password',
      isKey: false,
      label: 'password',
      method: { type: 'password', username: this.options.user, password },
      secretKey: this.passwordKey,
    };
  }

  private async *keyboardInteractive(): AsyncGenerator<Attempt, void, void> {
    const { secrets, hostId, user, address } = this.options;
    for (let round = 0; round < maxPasswordAttempts && this.allows('keyboard-interactive'); round += 1) {
      if (this.isCancelled) return;
      let isSavedUsed = false;
      yield {
        type: 'keyboard-interactive',
        isKey: false,
        label: 'keyboard-interactive',
        secretKey: this.passwordKey,
        method: {
          type: 'keyboard-interactive',
          username: user,
          prompt: (name, instructions, _language, fields, finish) => {
            const { prompts, signal, giveUp } = this.current;
            const only = fields.length === 1 ? fields[0] : undefined;
            const isPassword = only !== undefined && !only.echo && /password/i.test(only.prompt);
            const answer = async (): Promise<readonly string[] | null> => {
              const saved = isPassword && round === 0 && !isSavedUsed ? await secrets.get(this.passwordKey) : null;
              if (saved !== null) {
                isSavedUsed = true;
                return [saved];
              }
              const given = await prompts.ask(
                {
                  kind: 'credentials',
                  hostId,
                  method: 'keyboard-interactive',
                  target: `${user}@${address}`,
                  keyFile: null,
                  instructions: [name, instructions].filter(Boolean).join('\n') || null,
                  fields: fields.map(({ prompt, echo }) => ({ text: prompt, isSecret: echo !== true })),
                  isRetry: round > 0,
                  canRemember: secrets.canRemember && isPassword,
                },
                { signal },
              );
              if (!given) return null;
              // A one-time code is no use a second time; a password is.
              if (isPassword) await secrets.set(this.passwordKey, given.answers[0] ?? '', given.remember);
              return given.answers;
            };
            answer().then(
              (answers) => {
                if (signal.aborted) return;
                if (answers) return finish([...answers]);
                this.isCancelled = true;
                giveUp();
              },
              () => {
                this.isCancelled = true;
                giveUp();
              },
            );
          },
        },
      };
    }
  }
}
