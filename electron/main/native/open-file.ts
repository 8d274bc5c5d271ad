import * as fs from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { type BrowserWindow, dialog, type FileFilter } from 'electron';
import { type StorageProblem, storageProblem } from '#shared/domain/storage-problem';

export type OpenFileResult =
  | { kind: 'opened'; file: { name: string; path: string; bytes: Uint8Array<ArrayBuffer> } }
  | { kind: 'cancelled' }
  | { kind: 'too-large'; data: { path: string; sizeBytes: number; maxBytes: number } }
  | { kind: 'failed'; problem: StorageProblem };

/** Lets the user pick a file and reads it, if it is not larger than the caller can use. */
export async function openFile(
  window: BrowserWindow,
  { filters, maxBytes }: { filters: FileFilter[]; maxBytes: number },
): Promise<OpenFileResult> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { filters, properties: ['openFile'] });
  const file = filePaths[0];
  if (canceled || !file) return { kind: 'cancelled' };
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    if (size > maxBytes) return { kind: 'too-large', data: { path: file, sizeBytes: size, maxBytes } };
    const bytes = new Uint8Array(await handle.readFile());
    return { kind: 'opened', file: { name: path.basename(file), path: file, bytes } };
  } catch (error) {
    return { kind: 'failed', problem: storageProblem(error, file, fs) };
  }
}
