import { create } from 'zustand';

/** Who ticks at this window, for as long as it is open. Empty: whoever is logged in at the workstation. */
export const useTicker = create<{ by: string }>(() => ({ by: '' }));

export function resetTicker(): void {
  useTicker.setState({ by: '' });
}
