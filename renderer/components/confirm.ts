import type { ReactNode } from 'react';
import { create } from 'zustand';

export interface ConfirmOptions {
  title: string;
  /** What will happen, in words. */
  detail: ReactNode;
  /** Names what the button does: "Remove the node". */
  confirmLabel: string;
  isDestructive?: boolean;
}

/** The open question; `ConfirmDialog` shows it. */
export const useConfirm = create<{ asked: ConfirmOptions | null; answer: (isYes: boolean) => void }>(() => ({
  asked: null,
  answer: () => undefined,
}));

/** Asks before something that can't be taken back. Closing the dialog any other way means no. */
export function confirm(asked: ConfirmOptions): Promise<boolean> {
  useConfirm.getState().answer(false);
  return new Promise((resolve) => {
    const answer = (isYes: boolean) => {
      useConfirm.setState({ asked: null, answer: () => undefined });
      resolve(isYes);
    };
    useConfirm.setState({ asked, answer });
  });
}
