import { useEffect } from 'react';

/**
 * Gives the focus back to what had it when the dialog opened, also to a dialog that is mounted open or goes away with
 * being closed, which Mantine's own dialogs do not.
 */
export function useReturnFocus(isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return;
    const opener = document.activeElement;
    return () => {
      const focused = document.activeElement;
      setTimeout(() => {
        // Whatever took the focus on purpose meanwhile keeps it.
        const isLost = document.activeElement === document.body || document.activeElement === focused;
        if (isLost && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
      }, 10);
    };
  }, [isOpen]);
}

/** Lets the keyboard go on in the screen where a part of it goes that had the focus. */
export function useFocusLeftToScreen(): void {
  useEffect(
    () => () => {
      setTimeout(() => {
        if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
      }, 10);
    },
    [],
  );
}
