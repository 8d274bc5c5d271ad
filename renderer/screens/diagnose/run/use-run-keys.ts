import { useEffect, useRef } from 'react';

/** What each key does; null or nothing where there is nothing to do just now. */
export type RunKeys = Readonly<Record<string, (() => void) | null>>;

/** Single keys that work everywhere on the screen but in a field, in a dialog, or with a modifier held. */
export function useRunKeys(keys: RunKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest(taken)) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

const taken = 'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"]';
