import { type RefObject, useEffect } from 'react';
import { seek, stepTo, togglePlaying } from '../stores/replay-clock';
import { changeReplay, stopReplay } from '../stores/replay-store';

const ARROW_MS = 10_000;

/** Keys of a replay where nothing else has the keyboard: in its bar, or on no control at all. */
export function useReplayKeys(bar: RefObject<HTMLElement | null>, times: readonly number[]): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
      if (event.defaultPrevented || altKey || ctrlKey || metaKey || !(target instanceof HTMLElement)) return;
      const isInBar = bar.current?.contains(target) ?? false;
      if (!isInBar && target !== document.body && target.id !== 'main') return;
      const isScrubber = target instanceof HTMLInputElement && target.type === 'range';
      // A button is pressed with Space, and a choice is made with arrows.
      const hasOwnKeys = isInBar && !isScrubber && target !== bar.current;
      const byMs = ARROW_MS * (shiftKey ? 6 : 1);
      if (key === 'Escape') stopReplay();
      else if (key === 'PageDown') changeReplay((replay) => stepTo(replay, times, 'next'));
      else if (key === 'PageUp') changeReplay((replay) => stepTo(replay, times, 'before'));
      else if (hasOwnKeys) return;
      else if (key === ' ') changeReplay(togglePlaying);
      else if (key === 'ArrowRight') changeReplay((replay) => seek(replay, replay.atMs + byMs));
      else if (key === 'ArrowLeft') changeReplay((replay) => seek(replay, replay.atMs - byMs));
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [bar, times]);
}
