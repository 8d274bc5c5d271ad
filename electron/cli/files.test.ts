import { execFileSync, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fill, smallDisk } from '../engine/testing/small-disk';
import { exitCodes } from './exit-codes';
import { FileError, makeFolder, readInput, writeOutput } from './files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = new TextEncoder().encode('report');

async function refusal(work: Promise<unknown>) {
  const error = await work.catch((reason: unknown) => reason);
  if (!(error instanceof FileError)) throw error;
  const { problem, exitCode } = error;
  return { reason: problem.reason, path: problem.path, disk: problem.disk, exitCode };
}

describe('a file named on the command line', () => {
  it('is written, and replaces an older one, also behind a link', async () => {
    const file = join(folder, 'a.html');
    const link = join(folder, 'latest.html');
    writeFileSync(file, 'a much longer older report');
    symlinkSync('a.html', link);
    await writeOutput(link, bytes);
    expect(readFileSync(file, 'utf8')).toBe('report');
    expect(readdirSync(folder).sort()).toEqual(['a.html', 'latest.html']);
  });

  it('is told with what is in its way, and nothing is left or lost', async () => {
    const kept = join(folder, 'kept');
    writeFileSync(kept, 'kept');
    mkdirSync(join(folder, 'folder'));
    const exitCode = exitCodes.couldNotJudge;
    expect(await refusal(writeOutput(join(folder, 'no', 'a.zip'), bytes))).toMatchObject({
      reason: 'missing',
      path: join(folder, 'no'),
      exitCode,
    });
    expect(await refusal(writeOutput(join(folder, 'folder'), bytes))).toMatchObject({ reason: 'isAFolder', exitCode });
    expect(await refusal(writeOutput(join(kept, 'a.zip'), bytes))).toMatchObject({ reason: 'notAFolder', path: kept });
    expect(await refusal(readInput(join(folder, 'none')))).toMatchObject({
      reason: 'missing',
      path: join(folder, 'none'),
      exitCode: exitCodes.usage,
    });
    expect(readdirSync(folder).sort()).toEqual(['folder', 'kept']);
    expect(readFileSync(kept, 'utf8')).toBe('kept');
  });

  it('is read no further than any of them may be long', async () => {
    expect((await readInput('/dev/zero')).byteLength).toBe(512 * 1024 * 1024 + 1);
  });

  it('keeps the older one on a disk that is full', async ({ skip }) => {
    const place = join(folder, 'small');
    const disk = smallDisk(place);
    if (!disk) return skip('mounting a small file system needs root');
    try {
      const file = join(place, 'INC-1.zip');
      writeFileSync(file, 'older');
      fill(join(place, 'ballast'));
      expect(await refusal(writeOutput(file, Buffer.alloc(64 * 1024)))).toMatchObject({
        reason: 'full',
        path: file,
        disk: place,
      });
      expect(readFileSync(file, 'utf8')).toBe('older');
      expect(readdirSync(place).sort()).toEqual(['INC-1.zip', 'ballast']);
    } finally {
      disk.release();
    }
  });

  it.runIf(process.platform === 'linux')('stays what it is when it is a device or a pipe', async () => {
    expect(await refusal(writeOutput('/dev/full', bytes))).toMatchObject({ reason: 'full', path: '/dev/full' });
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
    const pipe = join(folder, 'pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [read] = await Promise.all([text(reader.stdout), writeOutput(pipe, bytes)]);
    expect(read).toBe('report');
    expect(statSync(pipe).isFIFO()).toBe(true);
  });
});

describe('a folder named on the command line', () => {
  it('is made with those above it, and is taken as it is where it is there', async () => {
    const deep = join(folder, 'a', 'b', 'c');
    await makeFolder(deep);
    await makeFolder(deep);
    expect(statSync(deep).isDirectory()).toBe(true);
  });

  it('is refused where it can’t be made: below what is no folder, and in what the kernel only shows', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(makeFolder(join(folder, 'file'))).rejects.toBeInstanceOf(FileError);
    await expect(makeFolder(join(folder, 'file', 'below'))).rejects.toBeInstanceOf(FileError);
    await expect(makeFolder('/proc/gantry')).rejects.toBeInstanceOf(FileError);
  });
});
