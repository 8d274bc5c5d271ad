import { randomUUID } from 'node:crypto';
import { EventPublisher } from '@orpc/server';
import type { Prompt } from '#shared/contract/hosts';
import { NotFoundError } from '../errors';
import { abortError, throwIfAborted } from './abort';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type Question = WithoutId<Prompt>;
export interface Answer {
  readonly answers: readonly string[];
  readonly remember: boolean;
}
export type PromptEvent = { event: 'opened'; prompt: Prompt } | { event: 'closed'; id: string };

/** How long a question waits for anyone to be there to see it. */
const unattendedTimeoutMs = 30_000;

/** Questions that connecting has for the person at the screen. */
export class Prompts {
  private readonly publisher = new EventPublisher<{ prompt: PromptEvent }>();
  private readonly open = new Map<string, { prompt: Prompt; settle: (answer: Answer | null) => void }>();
  private watchers = 0;

  /** Asks and waits. Null: the person cancelled, or nobody is watching. Rejects with an AbortError when `signal` aborts. */
  async ask(question: Question, options: { signal?: AbortSignal }): Promise<Answer | null> {
    throwIfAborted(options.signal);
    const prompt = { ...question, id: randomUUID() } as Prompt;
    return new Promise<Answer | null>((resolve, reject) => {
      const finish = (): boolean => {
        options.signal?.removeEventListener('abort', onAbort);
        clearTimeout(unattended);
        const isOpen = this.open.delete(prompt.id);
        if (isOpen) this.publisher.publish('prompt', { event: 'closed', id: prompt.id });
        return isOpen;
      };
      const onAbort = (): void => {
        if (finish()) reject(abortError());
      };
      const settle = (answer: Answer | null): void => {
        if (finish()) resolve(answer);
      };
      const unattended = setTimeout(() => {
        if (this.watchers === 0) settle(null);
      }, unattendedTimeoutMs);
      unattended.unref?.();
      options.signal?.addEventListener('abort', onAbort, { once: true });
      this.open.set(prompt.id, { prompt, settle });
      this.publisher.publish('prompt', { event: 'opened', prompt });
    });
  }

  /** Throws NotFoundError for a question that is not open any more. */
  answer(id: string, answers: readonly string[] | null, remember: boolean): void {
    const entry = this.open.get(id);
    if (!entry) throw new NotFoundError('prompt', id);
    entry.settle(answers === null ? null : { answers, remember });
  }

  /** The open questions at once, then each change. */
  async *watch(signal?: AbortSignal): AsyncGenerator<PromptEvent> {
    this.watchers += 1;
    const events = this.publisher.subscribe('prompt', signal ? { signal } : {});
    try {
      for (const { prompt } of this.open.values()) yield { event: 'opened', prompt };
      yield* events;
    } finally {
      this.watchers -= 1;
    }
  }
}
