import type { StorageProblem } from '#shared/domain/storage-problem';
import type { Message } from '#shared/domain/text';
import { type Store, StoreError } from '../store/store';

/** Encrypts what is remembered with the OS keychain. Null where there is none: secrets then live for the session. */
export interface SecretBox {
  encrypt(text: string): Promise<Uint8Array>;
  decrypt(bytes: Uint8Array): Promise<string>;
}

/**
 * Passwords and passphrases: for the session in memory, and encrypted in the store when the person asked to remember
 * and the workstation has a keychain.
 */
export class SecretKeeper {
  private readonly session = new Map<string, string>();

  constructor(
    private readonly store: Store,
    private readonly box: SecretBox | null,
    /** Told when a secret that was to be remembered is only known for the session. */
    private readonly notify: (message: Message) => void,
  ) {}

  get canRemember(): boolean {
    return this.box !== null;
  }

  async get(key: string): Promise<string | null> {
    const inSession = this.session.get(key);
    if (inSession !== undefined) return inSession;
    if (!this.box) return null;
    const [ciphertext] = this.store.database
      .prepare('SELECT ciphertext FROM secret WHERE key = ?')
      .pluck()
      // A plucked blob comes as an ArrayBuffer, a whole row's as a Buffer.
      .all(key) as ArrayBuffer[];
    if (!ciphertext) return null;
    try {
      const secret = await this.box.decrypt(new Uint8Array(ciphertext));
      this.session.set(key, secret);
      return secret;
    } catch {
      // Written by another login or keychain: of no use here, so it is asked for again.
      return null;
    }
  }

  /** Never fails because the keychain or the disk does not take it: a login that works goes on. */
  async set(key: string, secret: string, remember: boolean): Promise<void> {
    this.session.set(key, secret);
    if (!remember || !this.box) return;
    const ciphertext = await this.box.encrypt(secret).catch(() => null);
    if (!ciphertext) {
      // What went wrong stays with whoever holds the keychain: it might say something of the secret.
      this.notify({ key: 'engine.secretRefused' });
      return;
    }
    const problem = this.write(
      'INSERT OR REPLACE INTO secret (key, ciphertext) VALUES (?, ?)',
      key,
      Buffer.from(ciphertext),
    );
    if (problem) this.notify({ key: 'engine.secretNotSaved', params: { detail: problem.detail } });
  }

  /** Forgets a secret that the other side refused. One that a full disk keeps is refused once more next time. */
  forget(key: string): void {
    this.session.delete(key);
    this.write('DELETE FROM secret WHERE key = ?', key);
  }

  /** What kept it from being written, if anything. */
  private write(sql: string, ...values: unknown[]): StorageProblem | null {
    try {
      this.store.transaction(() => this.store.database.prepare(sql).run(...values));
      return null;
    } catch (error) {
      if (error instanceof StoreError) return error.problem;
      throw error;
    }
  }
}
