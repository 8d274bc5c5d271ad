import type { SecretBox } from '../service-types';
import { type Store, StoreError } from '../store/store';

/**
 * Passwords and passphrases: for the session in memory, and encrypted in the store when the person asked to remember
 * and the workstation has a keychain.
 */
export class SecretKeeper {
  private readonly session = new Map<string, string>();

  constructor(
    private readonly store: Store,
    private readonly box: SecretBox | null,
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

  async set(key: string, secret: string, remember: boolean): Promise<void> {
    this.session.set(key, secret);
    if (!remember || !this.box) return;
    const ciphertext = await this.box.encrypt(secret);
    this.write('INSERT OR REPLACE INTO secret (key, ciphertext) VALUES (?, ?)', key, Buffer.from(ciphertext));
  }

  /** Forgets a secret that the other side refused. */
  forget(key: string): void {
    this.session.delete(key);
    this.write('DELETE FROM secret WHERE key = ?', key);
  }

  /** A login that works must not fail because a full disk takes no note of it: it is asked for again next time. */
  private write(sql: string, ...values: unknown[]): void {
    try {
      this.store.transaction(() => this.store.database.prepare(sql).run(...values));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }
}
