import Database from 'libsql';

export interface KeeperLock {
  release(): void;
}

/**
 * Who has it keeps the samples of a data folder; null while another has it. The system takes it back from a process that
 * is killed. A file system that knows no locks lets everybody keep.
 */
export function takeKeeperLock(file: string): KeeperLock | null {
  const database = new Database(file);
  try {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    const { code } = error as { code?: unknown };
    if (String(code).startsWith('SQLITE_BUSY')) return null;
    return { release: () => {} };
  }
  return { release: () => database.close() };
}
