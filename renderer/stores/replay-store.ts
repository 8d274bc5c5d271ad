import { create } from 'zustand';
import { beginReplay, type Replay, type ReplayWanted } from './replay-clock';

interface ReplayState {
  /** Null: what is shown is now. */
  readonly replay: Replay | null;
  /** The coarsest sums that what is shown was read from; 0: samples as they came. */
  readonly tierMs: number;
}

const live: ReplayState = { replay: null, tierMs: 0 };

/** Whether the screens of samples show the past, and which time of it. */
export const useReplay = create<ReplayState>(() => live);

export function startReplay(wanted: ReplayWanted): void {
  useReplay.setState({ replay: beginReplay(wanted, Date.now()), tierMs: 0 });
}

export function stopReplay(): void {
  useReplay.setState(live, true);
}

export function changeReplay(change: (replay: Replay) => Replay): void {
  useReplay.setState(({ replay }) => (replay ? { replay: change(replay) } : {}));
}

export function useIsReplaying(): boolean {
  return useReplay(({ replay }) => replay !== null);
}
