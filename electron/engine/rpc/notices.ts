import { isDeepStrictEqual } from 'node:util';
import { EventPublisher } from '@orpc/server';
import type { Message } from '#shared/domain/text';

/** What nobody asked about and the user should know, each said once. Kept until the engine ends. */
export class Notices {
  readonly #publisher = new EventPublisher<{ notice: Message }>();
  readonly #notices: Message[] = [];

  add(notice: Message): void {
    if (this.#notices.some((known) => isDeepStrictEqual(known, notice))) return;
    this.#notices.push(notice);
    this.#publisher.publish('notice', notice);
  }

  list(): Message[] {
    return [...this.#notices];
  }

  /** Those that are there at once, then each new one. */
  async *watch(signal?: AbortSignal): AsyncGenerator<Message> {
    const added = this.#publisher.subscribe('notice', { signal });
    yield* this.list();
    yield* added;
  }
}
