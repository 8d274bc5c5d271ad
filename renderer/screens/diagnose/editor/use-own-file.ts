import { ORPCError } from '@orpc/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { createStore, useStore } from 'zustand';
import type { OwnFile } from '#shared/domain/own-trees';
import { engine, useConnection } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { keepDraft, readDraft } from './drafts';

/** How long typing may be lost when the window dies. */
const keepAfterMs = 300;

/** A text that every key changes. Who needs each of its changes subscribes to them: they render nothing. */
export interface LiveText {
  /** Undefined while it is being read. */
  readonly read: () => string | undefined;
  readonly subscribe: (onChange: () => void) => () => void;
}

export interface OpenFile {
  readonly name: string;
  readonly text: LiveText;
  /** It was read, or there is a draft of it. */
  readonly isOpen: boolean;
  readonly isDirty: boolean;
  readonly loadError: unknown;
  /** The draft could not be kept by the window. */
  readonly isDraftLost: boolean;
  /** What is in the folder when it is not what editing began from; null there: the file is gone. */
  readonly conflict: { readonly onDisk: OwnFile | null } | null;
  readonly save: () => Promise<boolean>;
  readonly saving: { readonly isRunning: boolean; readonly error: unknown };
  change(text: string): void;
  /** Goes back to what is in the folder. */
  takeTheirs(): void;
  /** Goes on from what is in the folder now, so that saving writes over it. */
  keepMine(): void;
}

interface Loaded {
  text: string;
  base: OwnFile | null;
  /** What the draft began from, which may be older than what is in the folder. */
  version: string | null;
}

/**
 * A file of the user's folder, as it is being edited.
 * @param diskVersion what is in the folder now: null nothing, undefined not known
 */
export function useOwnFile(name: string, diskVersion: string | null | undefined): OpenFile {
  const [store] = useState(() => createStore<{ loaded: Loaded | null }>(() => ({ loaded: null })));
  const [text] = useState(
    (): LiveText => ({ read: () => store.getState().loaded?.text, subscribe: (onChange) => store.subscribe(onChange) }),
  );
  const isOpen = useStore(store, ({ loaded }) => loaded !== null);
  const isDirty = useStore(store, ({ loaded }) => loaded !== null && isChanged(loaded));
  const [loadError, setLoadError] = useState<unknown>(null);
  const [conflict, setConflict] = useState<OpenFile['conflict']>(null);
  const [isDraftLost, setDraftLost] = useState(false);
  const generation = useConnection((state) => state.generation);
  const isSaving = useRef(false);
  const setLoaded = (loaded: Loaded) => store.setState({ loaded });

  // biome-ignore lint/correctness/useExhaustiveDependencies: read again when the file in the folder is another, or the engine is
  useEffect(() => {
    const controller = new AbortController();
    readFile(name, controller.signal).then(
      (onDisk) => {
        if (controller.signal.aborted || isSaving.current) return;
        setLoadError(null);
        const before = store.getState().loaded;
        if (onDisk === null && before?.base) {
          // Deleted under the editor: what it had stays here.
          setLoaded({ text: before.text, base: null, version: before.version });
          setConflict({ onDisk: null });
          return;
        }
        const draft = before ?? draftOf(name);
        const isTouched = before ? isChanged(before) : draft !== null;
        if (!draft || !isTouched) {
          setLoaded({ text: onDisk?.text ?? '', base: onDisk, version: onDisk?.version ?? null });
          setConflict(null);
          return;
        }
        // The same text has come into the folder another way.
        const isSame = onDisk?.text === draft.text;
        const version = isSame ? onDisk.version : draft.version;
        setLoaded({
          text: draft.text,
          base: version === (onDisk?.version ?? null) ? onDisk : (before?.base ?? null),
          version,
        });
        setConflict(version === (onDisk?.version ?? null) ? null : { onDisk });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        setLoadError(error);
        const draft = store.getState().loaded ?? draftOf(name);
        if (draft) setLoaded(draft);
      },
    );
    return () => controller.abort();
  }, [name, diskVersion, generation]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keep = () => {
      clearTimeout(timer);
      timer = undefined;
      const { loaded } = store.getState();
      if (loaded) setDraftLost(!keepDraft(name, asDraft(loaded)));
    };
    // Also of one who types without a pause.
    const unsubscribe = store.subscribe(() => {
      timer ??= setTimeout(keep, keepAfterMs);
    });
    window.addEventListener('pagehide', keep);
    return () => {
      unsubscribe();
      window.removeEventListener('pagehide', keep);
      // Leaving right after typing.
      keep();
    };
  }, [name, store]);

  const saving = useCall(async (signal) => {
    const now = store.getState().loaded;
    if (!now) return false;
    isSaving.current = true;
    try {
      const result = await engine.ownTrees.save({ name, text: now.text, version: now.version }, { signal });
      if (result.kind === 'conflict') {
        setConflict({ onDisk: result.onDisk });
        return false;
      }
      const base = { name, text: now.text, version: result.version };
      // Typing may have gone on meanwhile.
      setLoaded({ text: text.read() ?? now.text, base, version: result.version });
      setConflict(null);
      return true;
    } finally {
      isSaving.current = false;
    }
  });
  const { run } = saving;
  const save = useCallback(async () => (await run()) ?? false, [run]);

  return {
    name,
    text,
    isOpen,
    isDirty,
    loadError,
    isDraftLost,
    conflict,
    save,
    saving,
    change: (typed) => setLoaded({ base: null, version: null, ...store.getState().loaded, text: typed }),
    takeTheirs() {
      if (!conflict) return;
      const { onDisk } = conflict;
      setLoaded({ text: onDisk?.text ?? '', base: onDisk, version: onDisk?.version ?? null });
      setConflict(null);
    },
    keepMine() {
      const mine = text.read();
      if (!conflict || mine === undefined) return;
      const { onDisk } = conflict;
      setLoaded({ text: mine, base: onDisk, version: onDisk?.version ?? null });
      setConflict(null);
    },
  };
}

function isChanged({ text, base }: Loaded): boolean {
  return text !== (base?.text ?? '');
}

function asDraft(loaded: Loaded) {
  return isChanged(loaded) ? { text: loaded.text, base: loaded.version } : null;
}

/** Null: there is no such file. */
async function readFile(name: string, signal: AbortSignal): Promise<OwnFile | null> {
  try {
    return await engine.ownTrees.read({ name }, { signal });
  } catch (error) {
    if (error instanceof ORPCError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

function draftOf(name: string): Loaded | null {
  const draft = readDraft(name);
  return draft && { text: draft.text, base: null, version: draft.base };
}
