import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

/** A small file system of its own; null where this login may not make one. */
export function smallDisk(folder: string): { release(): void } | null {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'gantry-test', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return { release: () => execFileSync('umount', ['-l', folder]) };
}

/** Takes all the room that is left on a small file system. */
export function fill(file: string): void {
  try {
    writeFileSync(file, Buffer.alloc(8 * 1024 * 1024));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
