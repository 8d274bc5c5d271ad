import type { Message } from '#shared/domain/text';

/** How sending does. */
export interface SendingState {
  /** `waiting`: for the server, which is asked again by itself. */
  readonly state: 'sending' | 'waiting';
  /** Nothing older than this has been sent. */
  readonly sinceMs: number | null;
  /** When the server last took something. */
  readonly lastSentAtMs: number | null;
  /** Up to where everything was offered; null before the first round. */
  readonly sentToMs: number | null;
  readonly dropped: number;
  /** Why the server took nothing, and what it said of what it would not take. */
  readonly problem: Message | null;
  readonly lastRefusal: string | null;
}

export const beforeSending: SendingState = {
  state: 'sending',
  sinceMs: null,
  lastSentAtMs: null,
  sentToMs: null,
  dropped: 0,
  problem: null,
  lastRefusal: null,
};
