import { describe, expect, it } from 'vitest';
import en from '../i18n/en/index';
import zhCN from '../i18n/zh-CN/index';
import { type AskedFiles, storageMessage, storageProblem } from './storage-problem';
import { storageProblemSchema } from './storage-problem-schema';

interface Place {
  isFolder: boolean;
  device?: number;
  refuses?: string;
}
const room = { bavail: 1000, bsize: 4096, files: 100, ffree: 50 };

/** A file system of these paths; what is not listed is not there. */
function files(places: Record<string, Place>, space: Partial<typeof room> = {}): AskedFiles {
  const find = (path: string): Place => {
    const place = places[path];
    if (!place) throw failure('ENOENT');
    return place;
  };
  return {
    statSync: (path) => {
      const { isFolder, device = 1 } = find(path);
      return { dev: device, isDirectory: () => isFolder };
    },
    statfsSync: () => ({ ...room, ...space }),
    accessSync: (path) => {
      const { refuses } = find(path);
      if (refuses) throw failure(refuses);
    },
  };
}

function failure(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

const folder: Place = { isFolder: true };
const file: Place = { isFolder: false };
const database = '/mnt/data/gantry.db';
const normal = { '/': { isFolder: true, device: 9 }, '/mnt': folder, '/mnt/data': folder, [database]: file };

describe('a file that could not be used', () => {
  it.each([
    ['ENOSPC', 'full'],
    ['EDQUOT', 'full'],
    ['SQLITE_FULL', 'full'],
    ['SQLITE_BUSY', 'locked'],
    ['SQLITE_BUSY_SNAPSHOT', 'locked'],
    ['SQLITE_NOTADB', 'damaged'],
    ['SQLITE_CORRUPT_INDEX', 'damaged'],
    ['EROFS', 'readOnly'],
    ['EISDIR', 'isAFolder'],
    ['EIO', 'diskError'],
    ['SQLITE_IOERR_READ', 'diskError'],
    ['SQLITE_READONLY', 'readOnly'],
    ['EACCES', 'notAllowed'],
    ['ELOOP', 'other'],
  ])('is told as %s: %s', (code, reason) => {
    expect(storageProblem(failure(code, 'raw words'), database, files(normal))).toEqual({
      reason,
      path: database,
      disk: '/mnt',
      detail: 'raw words',
    });
  });

  it.each([
    ['the disk has no room', 'full', database, files(normal, { bavail: 7 })],
    ['the disk has no room for one more file', 'full', database, files(normal, { ffree: 0 })],
    ['the disk counts no files', 'diskError', database, files(normal, { files: 0, ffree: 0 })],
    ['the folder is a file', 'notAFolder', '/mnt/data', files({ ...normal, '/mnt/data': file })],
    ['a folder above is a file', 'notAFolder', '/mnt', files({ '/': folder, '/mnt': file })],
    ['the file is a folder', 'isAFolder', database, files({ ...normal, [database]: folder })],
    ['it is another user’s', 'notAllowed', database, files({ ...normal, [database]: { ...file, refuses: 'EACCES' } })],
    [
      'a file beside it is another user’s',
      'notAllowed',
      `${database}-wal`,
      files({ ...normal, [`${database}-wal`]: { ...file, refuses: 'EACCES' } }),
    ],
    [
      'the disk can only be read',
      'readOnly',
      '/mnt/data',
      files({ ...normal, '/mnt/data': { ...folder, refuses: 'EROFS' } }),
    ],
  ])('is looked at where the failure itself does not say that %s', (_, reason, path, asked) => {
    const vague = failure('SQLITE_IOERR_SHMSIZE', 'disk I/O error');
    expect(storageProblem(vague, database, asked)).toMatchObject({ reason, path, detail: 'disk I/O error' });
    const without = new Error('ConnectionFailed("14")');
    if (reason !== 'diskError') expect(storageProblem(without, database, asked)).toMatchObject({ reason, path });
  });

  it('is told apart from a folder that is not there', () => {
    const missing = failure('ENOENT');
    expect(storageProblem(missing, '/mnt/nowhere/a.pdf', files(normal))).toMatchObject({
      reason: 'missing',
      path: '/mnt/nowhere',
      disk: '/mnt',
    });
    expect(storageProblem(missing, '/mnt/data/a.pdf', files(normal))).toMatchObject({ path: '/mnt/data/a.pdf' });
  });

  it('is judged by the cause of a failure that was wrapped, and never by more than it has', () => {
    expect(storageProblem(new Error('no', { cause: failure('ENOSPC') }), database, files(normal)).reason).toBe('full');
    expect(storageProblem('words', database, files({}))).toEqual({
      reason: 'other',
      path: database,
      disk: '/',
      detail: 'words',
    });
  });

  it('on Windows has its drive for a disk', () => {
    const path = 'C:\\Users\\me\\gantry.db';
    const there = files({ 'C:\\': folder, 'C:\\Users': folder, 'C:\\Users\\me': folder, [path]: file });
    expect(storageProblem(failure('EPERM'), path, there)).toMatchObject({ reason: 'notAllowed', disk: 'C:\\' });
  });
});

it('has words in both languages for every reason, with the file in them', () => {
  for (const reason of storageProblemSchema.shape.reason.options) {
    const { key } = storageMessage({ reason, path: '/p', disk: '/d', detail: '' });
    expect(key).toBe(`errors.storage.${reason}`);
    for (const { errors } of [en, zhCN]) expect(errors.storage[reason]).toContain('{{path}}');
  }
});
