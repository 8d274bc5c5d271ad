import { createHash, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { PhotoType } from '#shared/domain/manual/manual-work';
import { storeError } from '../../store/store';

export interface PhotoStore {
  /** On disk, whole, when it returns. Throws StoreError. */
  keep(bytes: Uint8Array, type: PhotoType): { sha256: string };
  /** Null: the file is gone, or is not what was kept. */
  read(photo: { sha256: string; type: PhotoType }): Uint8Array<ArrayBuffer> | null;
}

const extensions: Readonly<Record<PhotoType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/** Photos as files that are named after their content, so that one that was changed or lost is told from one that was kept. */
export function createPhotoStore(folder: string): PhotoStore {
  const fileOf = ({ sha256, type }: { sha256: string; type: PhotoType }) =>
    join(folder, `${sha256}.${extensions[type]}`);

  return {
    keep(bytes, type) {
      const sha256 = hashOf(bytes);
      const file = fileOf({ sha256, type });
      const partial = join(folder, `${randomUUID()}.partial`);
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const handle = openSync(partial, 'wx', 0o600);
        try {
          for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
          fsyncSync(handle);
        } finally {
          closeSync(handle);
        }
        renameSync(partial, file);
      } catch (error) {
        rmSync(partial, { force: true });
        throw storeError(error, file);
      }
      return { sha256 };
    },
    read(photo) {
      try {
        const bytes = new Uint8Array(readFileSync(fileOf(photo)));
        return hashOf(bytes) === photo.sha256 ? bytes : null;
      } catch {
        return null;
      }
    },
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
