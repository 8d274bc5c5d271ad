import type { Client } from 'ssh2';

/** Nothing came for so long: the peer is asked for a sign of life. Where streams flow it never is. */
const QUIET_MS = 8000;
const ANSWER_MS = 3000;
/** So many questions without an answer: a dead peer shows within 14 s. */
const QUESTIONS = 2;

/** ssh2 asks by itself too, but at a fixed pace, and also where data comes all the time. */
interface Asked {
  readonly _callbacks: Array<() => void>;
  readonly _protocol: { ping(): void };
}

/** Asks a peer that fell silent whether it is there. Counts questions, not time: a workstation that slept asks anew. */
export class KeepAlive {
  #timer: NodeJS.Timeout | undefined;
  #heardMs = performance.now();
  #unanswered = 0;

  constructor(private readonly options: { ask: () => void; onDead: () => void }) {
    this.#wait(QUIET_MS);
  }

  /** Something came from the peer. */
  heard(): void {
    this.#heardMs = performance.now();
    this.#unanswered = 0;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    const quietMs = performance.now() - this.#heardMs;
    if (this.#unanswered === 0 && quietMs < QUIET_MS) this.#wait(QUIET_MS - quietMs);
    else if (this.#unanswered < QUESTIONS) {
      this.#unanswered += 1;
      this.options.ask();
      this.#wait(ANSWER_MS);
    } else this.options.onDead();
  }
}

/** Sends `keepalive@openssh.com`, which every server answers, if only that it does not know it. */
export function askForLife(client: Client): void {
  const { _callbacks, _protocol } = client as unknown as Asked;
  // Answers have no names: each is for the oldest question.
  _callbacks.push(() => {});
  _protocol.ping();
}
