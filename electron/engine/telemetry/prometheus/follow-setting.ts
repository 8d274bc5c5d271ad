import { InvalidError } from '../../errors';

export interface FollowedSetting<Running> {
  readonly running: Running | null;
  /** Why nothing runs though it is wanted. */
  readonly failure: InvalidError | null;
  /** Resolves once all changes until now are carried out. */
  settled(): Promise<void>;
  /** Something beside the settings changed. */
  look(): void;
  close(): Promise<void>;
}

/**
 * Keeps something running as the settings want it, where `isFollowed`: begun anew when `wantedOf` gives another text, ended
 * where it gives null. One change after the other, so that what the one before held (a port) is free.
 */
export function followSetting<Running extends { close(): unknown }>(options: {
  readonly settings: { onDidUpdate(listener: () => void): () => void };
  readonly isFollowed: boolean;
  readonly wantedOf: () => string | null;
  /** An InvalidError is told; nothing runs until what is wanted changes. */
  readonly open: () => Promise<Running>;
}): FollowedSetting<Running> {
  const { settings, isFollowed, wantedOf, open } = options;
  let asked: string | null = null;
  let running: Running | null = null;
  let failure: InvalidError | null = null;
  let work = Promise.resolve();

  async function follow(isClosing: boolean): Promise<void> {
    const wanted = isClosing ? null : wantedOf();
    if (wanted === asked) return;
    asked = wanted;
    await running?.close();
    running = null;
    failure = null;
    if (wanted === null) return;
    try {
      running = await open();
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      failure = error;
    }
  }
  const look = (isClosing = false): void => {
    if (isFollowed) work = work.then(() => follow(isClosing)).catch((error) => console.error(error));
  };
  const stop = isFollowed ? settings.onDidUpdate(() => look()) : () => {};
  look();

  return {
    get running() {
      return running;
    },
    get failure() {
      return failure;
    },
    settled: () => work,
    look: () => look(),
    async close() {
      stop();
      look(true);
      await work;
    },
  };
}
