import { useEffect, useRef } from 'react';
import { create } from 'zustand';

/** An entry of the command palette. */
export interface Command {
  /** Unique; `area.verb`. */
  id: string;
  label: string;
  description?: string;
  group: string;
  /** As shown, e.g. `Ctrl+R`; whoever offers the command binds the key. */
  shortcut?: string;
  run: () => void;
}

/** Commands by the component that offers them, so each can come and go on its own. */
export const useCommandStore = create<{
  groups: ReadonlyMap<symbol, readonly Command[]>;
  /** How often the palette was called for. */
  timesOpened: number;
}>(() => ({ groups: new Map(), timesOpened: 0 }));

export function openPalette(): void {
  useCommandStore.setState(({ timesOpened }) => ({ timesOpened: timesOpened + 1 }));
}

/** Offers commands in the palette while mounted. They may be a new array on each render; `id` and `label` decide. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  const identity = commands.map((command) => `${command.id}\u0000${command.label}`).join('\u0001');

  // biome-ignore lint/correctness/useExhaustiveDependencies: identity stands for the commands
  useEffect(() => {
    const owner = Symbol('commands');
    const current = latest.current.map((command, index) => ({
      ...command,
      // The newest closure runs, though the palette keeps the entry.
      run: () => (latest.current[index] ?? command).run(),
    }));
    useCommandStore.setState(({ groups }) => ({ groups: new Map(groups).set(owner, current) }));
    return () =>
      useCommandStore.setState(({ groups }) => {
        const next = new Map(groups);
        next.delete(owner);
        return { groups: next };
      });
  }, [identity]);
}
