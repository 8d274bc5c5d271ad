import { isDeepStrictEqual } from 'node:util';
import { EventPublisher } from '@orpc/server';
import type { Message } from '#shared/domain/text';

/** What nobody asked about and the user should know, each said once. Kept until the engine ends. */
export class Notices {
  readonly #publisher = new EventPublisher<{ notices: readonly Message[] }>();
  #notices: readonly Message[] = [];

  add(notice: Message): void {
    if (this.#notices.some((known) => isDeepStrictEqual(known, notice))) return;
    this.#notices = [...this.#notices, notice];
    this.#publisher.publish('notices', this.#notices);
  }

  /** All there are at once, and all again with each new one. */
  async *watch(signal?: AbortSignal): AsyncGenerator<Message[]> {
    const changed = this.#publisher.subscribe('notices', { signal });
    yield [...this.#notices];
    for await (const notices of changed) yield [...notices];
  }
}
