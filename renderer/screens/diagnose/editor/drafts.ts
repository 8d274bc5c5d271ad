import { native, useConnection } from '../../../rpc/client';

/** What was typed into a file and is not saved. It is kept by the window, over a restart as well. */
export interface TreeDraft {
  readonly text: string;
  /** The version of the file it began from; null: of a new file. */
  readonly base: string | null;
}

const prefix = 'gantry.treeDraft:';

export function readDraft(name: string): TreeDraft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(prefix + name) ?? 'null') as TreeDraft | null;
    return draft !== null && typeof draft.text === 'string' ? draft : null;
  } catch {
    return null;
  }
}

/** False: there is no room for it. */
export function keepDraft(name: string, draft: TreeDraft | null): boolean {
  try {
    if (draft === null) localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, JSON.stringify(draft));
    // Else it may be on the disk a minute later only, and a killed app would have lost it.
    if (useConnection.getState().hasNative) native.storage.flush().catch(() => {});
    return true;
  } catch {
    return false;
  }
}

/** The files that have one. */
export function draftNames(): string[] {
  return Object.keys(localStorage).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
}
