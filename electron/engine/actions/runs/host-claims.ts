import { ConflictError } from '../../errors';

/** Who changes something on which host; one at a time. */
export class HostClaims {
  /** By host id. */
  readonly #marks = new Map<string, symbol>();

  has(hostId: string): boolean {
    return this.#marks.has(hostId);
  }

  /** Marks the host as being changed and returns what ends the mark. Throws ConflictError when it is marked. */
  claim(hostId: string): () => void {
    if (this.has(hostId)) throw new ConflictError('actions.hostBusy');
    return this.takeOver(hostId);
  }

  /** As `claim`, with a mark that is there: whoever set it can't end it any more. */
  takeOver(hostId: string): () => void {
    const mark = Symbol(hostId);
    this.#marks.set(hostId, mark);
    return () => {
      if (this.#marks.get(hostId) === mark) this.#marks.delete(hostId);
    };
  }
}
