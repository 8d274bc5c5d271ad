import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as files from 'node:fs/promises';
import path from 'node:path';
import { app, type BrowserWindow, dialog, type FileFilter } from 'electron';
import { type StorageProblem, storageProblem } from '#shared/domain/storage-problem';
import { writeWhole } from '#shared/domain/write-whole';
import { safeFileName } from './file-name';

export interface SaveFileInput {
  suggestedName: string;
  content: string | Uint8Array;
  filters: FileFilter[];
}

export type SaveFileResult =
  | { kind: 'saved'; path: string }
  | { kind: 'cancelled' }
  | { kind: 'failed'; problem: StorageProblem };

/**
 * Asks where to and writes the file. With GANTRY_SAVE_DIR (for tests, where nobody can answer a dialog) it goes into
 * that folder under the suggested name.
 */
export async function saveFile(window: BrowserWindow, input: SaveFileInput): Promise<SaveFileResult> {
  const name = safeFileName(input.suggestedName);
  const testDir = process.env.GANTRY_SAVE_DIR;
  const file = testDir ? await freeName(testDir, name) : await askWhere(window, name, input.filters);
  if (!file) return { kind: 'cancelled' };
  try {
    await writeWhole(file, input.content, path.join(path.dirname(file), `.${randomUUID()}.partial`), files);
    return { kind: 'saved', path: file };
  } catch (error) {
    return { kind: 'failed', problem: storageProblem(error, file, fs) };
  }
}

async function askWhere(window: BrowserWindow, name: string, filters: FileFilter[]): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: path.join(app.getPath('documents'), name),
    filters,
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  return canceled || !filePath ? null : filePath;
}

async function freeName(dir: string, name: string): Promise<string> {
  const { name: stem, ext } = path.parse(name);
  for (let count = 1; ; count += 1) {
    const file = path.join(path.resolve(dir), count === 1 ? name : `${stem}-${count}${ext}`);
    try {
      await files.access(file);
    } catch {
      return file;
    }
  }
}
