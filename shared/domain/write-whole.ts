/** What writing takes of the file system; `node:fs/promises` is one. Each rejects with what Node rejects with. */
export interface WrittenFiles {
  writeFile(path: string, content: string | Uint8Array, options: { flush: boolean }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
}

/**
 * Writes a file whole or not at all: a full disk leaves no half of it, nor costs the one that was there.
 * @param partial the file as long as it is written, on the same disk; it is gone afterwards
 */
export async function writeWhole(
  file: string,
  content: string | Uint8Array,
  partial: string,
  files: WrittenFiles,
): Promise<void> {
  try {
    await files.writeFile(partial, content, { flush: true });
    await files.rename(partial, file);
  } catch (error) {
    await files.rm(partial, { force: true }).catch(() => {});
    throw error;
  }
}
