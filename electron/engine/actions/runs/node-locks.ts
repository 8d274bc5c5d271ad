import type { FoundLock } from '#shared/domain/node-lock';
import { ConflictError } from '../../errors';
import type { Host } from '../../hosts/host';
import type { NodeLockFile } from './node-lock';

export interface NodeLocksOptions {
  readonly file: NodeLockFile;
  readonly nowMs: () => number;
  /** Another process of this installation is changing it. */
  readonly isChangedElsewhere: (hostId: string) => boolean;
}

/** `impossible`: this login may not write where locks lie, so nobody is told. */
export type Taking = 'taken' | 'resumed' | 'impossible';

/** The nodes that this engine holds. Each run takes its node and lets it go; whoever keeps it (a rollout's turn) does so in between. */
export class NodeLocks {
  readonly #options: NodeLocksOptions;
  readonly #held = new Map<string, { host: Host; what: string; taking: Taking }>();
  /** By host id: what for. */
  readonly #kept = new Map<string, string>();
  /** By host id: what is asked of a node's lock is done in turn. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: NodeLocksOptions) {
    this.#options = options;
  }

  /** Null: nobody says that he is changing it. */
  found(host: Host, signal?: AbortSignal): Promise<FoundLock | null> {
    return this.#options.file.read(host, signal);
  }

  /** Null: nobody else holds it. */
  async heldByOther(host: Host, signal?: AbortSignal): Promise<FoundLock | null> {
    const found = await this.#options.file.read(host, signal);
    return found === null || found.isOurs ? null : found;
  }

  /** Where it can't, nobody else is told that the node is being changed. */
  canBeMade(host: Host, signal?: AbortSignal): Promise<boolean> {
    return this.#options.file.canBeMade(host, signal);
  }

  /** One that we left behind is ours again. Throws ConflictError where somebody else holds it. */
  take(host: Host, what: string): Promise<Taking> {
    return this.#inTurn(host.id, async () => {
      const held = this.#held.get(host.id);
      const why = this.#kept.get(host.id) ?? what;
      const taking = await this.#take(host, why, held !== undefined);
      this.#held.set(host.id, { host, what: why, taking });
      return taking;
    });
  }

  /** Before each step: a restart of the node takes the lock along, and another operator may have taken it over. */
  hold(hostId: string): Promise<void> {
    return this.#inTurn(hostId, async () => {
      const held = this.#held.get(hostId);
      if (held && held.taking !== 'impossible') await this.#take(held.host, held.what, true);
    });
  }

  /** `isKnown` false: nobody knows what the node is doing, so it stays held until it was asked. Never throws. */
  release(hostId: string, { isKnown }: { isKnown: boolean }): Promise<void> {
    return this.#inTurn(hostId, async () => {
      const held = this.#held.get(hostId);
      if (!held || (isKnown && this.#kept.has(hostId))) return;
      this.#held.delete(hostId);
      if (!isKnown || held.taking === 'impossible') return;
      try {
        const found = await this.#options.file.read(held.host);
        if (found?.isOurs) await this.#options.file.remove(held.host, found);
      } catch {
        // It is known as ours when the node answers again.
      }
    });
  }

  /** Removes ours where this engine does not hold the node. Null: there was none. */
  freeLeft(host: Host, signal: AbortSignal): Promise<FoundLock | null> {
    return this.#inTurn(host.id, async () => {
      if (this.#held.has(host.id) || this.#kept.has(host.id)) return null;
      const found = await this.#options.file.read(host, signal);
      return found?.isOurs && (await this.#options.file.remove(host, found)) ? found : null;
    });
  }

  /** Resolves when nothing more is being asked of a node. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#turns.values());
  }

  /** From the first run on until it is let go, whatever runs end meanwhile. Returns what lets it go. */
  keep(hostId: string, what: string): () => Promise<void> {
    this.#kept.set(hostId, what);
    return async () => {
      this.#kept.delete(hostId);
      await this.release(hostId, { isKnown: true });
    };
  }

  /** Tells of it before it is done. Throws ConflictError when another one is there than was seen. */
  async takeOver(host: Host, token: string, onFound: (found: FoundLock) => void): Promise<FoundLock> {
    const found = await this.#options.file.read(host);
    if (found?.token !== token) throw new ConflictError('actions.lockOther');
    onFound(found);
    if (!(await this.#options.file.remove(host, found))) throw new ConflictError('actions.lockStays');
    return found;
  }

  #inTurn<Value>(hostId: string, work: () => Promise<Value>): Promise<Value> {
    const turn = (this.#turns.get(hostId) ?? Promise.resolve()).then(work, work);
    const ended = turn
      .catch(() => {})
      .then(() => {
        if (this.#turns.get(hostId) === ended) this.#turns.delete(hostId);
      });
    this.#turns.set(hostId, ended);
    return turn;
  }

  async #take(host: Host, what: string, isHeld: boolean): Promise<Taking> {
    const { file, nowMs, isChangedElsewhere } = this.#options;
    // One that is held is looked at first, which is the usual case; a free one is made at once, which nobody can come between.
    const before = isHeld ? await file.read(host) : null;
    if (before === null && (await file.make(host, what, nowMs()))) return 'taken';
    const found = before ?? (await file.read(host));
    if (found === null) return 'impossible';
    if (!found.isOurs) throw new ConflictError('actions.nodeLocked', lockWords(found));
    if (!isHeld && isChangedElsewhere(host.id)) throw new ConflictError('actions.hostBusy');
    return 'resumed';
  }
}

/** Who holds it, as the words for it want that. */
export function lockWords({ operator, machine, sinceMs, what }: FoundLock): Record<string, string> {
  const since =
    sinceMs === null || !isDate(sinceMs)
      ? '?'
      : `${new Date(sinceMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return { operator, machine, since, what };
}

function isDate(atMs: number): boolean {
  return Math.abs(atMs) < 8.64e15;
}
