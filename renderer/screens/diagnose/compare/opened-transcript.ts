import { create } from 'zustand';
import type { RunSource } from '#shared/contract/runs';

/** The transcript file that was opened last. It is in no database: a reload of the window forgets it. */
export const useOpenedTranscript = create<{ file: { name: string; bytes: Uint8Array<ArrayBuffer> } | null }>(() => ({
  file: null,
}));

/** Stands in for a run's id where the opened file is meant. */
export const openedFileId = 'file';

/** Null: the file is not open any more. */
export function useRunSource(id: string): RunSource | null {
  const file = useOpenedTranscript((state) => state.file);
  if (id !== openedFileId) return { runId: id };
  return file && { transcript: file.bytes };
}
