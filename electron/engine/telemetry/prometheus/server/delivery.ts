import { setTimeout as pause } from 'node:timers/promises';
import type { Message } from '#shared/domain/text';
import type { SendingState } from './sending-state';
import { type ServerAnswer, type ServerClient, UnreachableError, wordsOf } from './server-client';
import { type WrittenSeries, writeRequest } from './write-request';

/** When a server refuses a sample it refuses the whole request: so often it is asked in halves, then the rest is given up. */
const MOST_HALVES = 64;
/** Bad samples, and too many at once. */
const REFUSED = 400;
const TOO_MUCH = 413;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** A series, and whose samples they are; null: nobody's who would want to know what became of them. */
export interface OwnedSeries extends WrittenSeries {
  readonly owner: string | null;
}

export interface Delivered {
  /** Samples that the server would not take. */
  readonly dropped: number;
  /** Whose samples it has not, or not for certain. */
  readonly untaken: ReadonlySet<string>;
}

export interface DeliveryOptions {
  readonly url: string;
  readonly nowMs: () => number;
  readonly firstWaitMs?: number;
  /** Nothing is asked again after `ended`; `cut` ends what is on its way. */
  readonly ended: AbortSignal;
  readonly cut: AbortSignal;
  readonly tell: (change: Partial<SendingState>) => void;
}

/** Brings series to a server, however long it lets them wait. */
export class Delivery {
  /** The server may have what is sent next, from before a cut or a restart. */
  mayRepeat = false;

  constructor(
    private readonly client: ServerClient,
    private readonly options: DeliveryOptions,
  ) {}

  /** Returns once the server has answered for each of them. Throws when sending ends. */
  async deliver(series: readonly OwnedSeries[]): Promise<Delivered> {
    let dropped = 0;
    let halves = 0;
    const untaken = new Set<string>();
    for (const waiting = [series]; waiting.length > 0; ) {
      const next = waiting.shift() ?? [];
      if (next.length === 0) continue;
      const refusal = await this.#refusal(writeRequest(next));
      if (refusal === null) continue;
      const parts = halved(next);
      if (parts && (refusal.status === TOO_MUCH || halves < MOST_HALVES)) {
        halves += 1;
        waiting.unshift(...parts);
        continue;
      }
      for (const { owner } of next) if (owner !== null) untaken.add(owner);
      // It may have them: what was sent before a cut comes out of order when it is sent again.
      if (this.mayRepeat && /out of order|duplicate/i.test(refusal.text)) continue;
      dropped += countOf(next);
      this.options.tell({ lastRefusal: wordsOf(refusal.text) });
    }
    this.mayRepeat = false;
    return { dropped, untaken };
  }

  /** Null once the server has taken it. */
  async #refusal(body: Uint8Array): Promise<ServerAnswer | null> {
    const { url, nowMs, firstWaitMs = FIRST_WAIT_MS, ended, cut, tell } = this.options;
    const wait = (problem: Message): void => tell({ state: 'waiting', problem });
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      let retryAfterMs = 0;
      try {
        const answer = await this.client.write(body, cut);
        if (answer.status >= 200 && answer.status < 300) {
          tell({ lastSentAtMs: nowMs(), state: 'sending', problem: null });
          return null;
        }
        if (answer.status === REFUSED || answer.status === TOO_MUCH) return answer;
        retryAfterMs = answer.retryAfterMs ?? 0;
        wait(problemOf(answer, url));
      } catch (error) {
        ended.throwIfAborted();
        if (!(error instanceof UnreachableError)) throw error;
        this.mayRepeat ||= error.mayHaveArrived;
        wait({ key: 'prometheus.serverUnreachable', params: { url, detail: error.message } });
      }
      await pause(Math.max(waitMs, retryAfterMs), undefined, { signal: ended, ref: false });
    }
  }
}

function problemOf({ status, text }: ServerAnswer, url: string): Message {
  if (status === 401 || status === 403) return { key: 'prometheus.serverRefuses', params: { url, status } };
  if (status === 404 || status === 405) return { key: 'prometheus.noRemoteWrite', params: { url, status } };
  if (status === 429 || status >= 500) {
    return { key: 'prometheus.serverBusy', params: { url, status, detail: wordsOf(text) } };
  }
  return { key: 'prometheus.serverAnswers', params: { url, status, detail: wordsOf(text) } };
}

function countOf(series: readonly WrittenSeries[]): number {
  return series.reduce((total, { samples }) => total + samples.length, 0);
}

/** Null for a single sample. */
function halved(series: readonly OwnedSeries[]): [OwnedSeries[], OwnedSeries[]] | null {
  const middle = Math.ceil(series.length / 2);
  if (series.length > 1) return [series.slice(0, middle), series.slice(middle)];
  const [only] = series;
  if (!only || only.samples.length < 2) return null;
  const half = Math.ceil(only.samples.length / 2);
  return [[{ ...only, samples: only.samples.slice(0, half) }], [{ ...only, samples: only.samples.slice(half) }]];
}
