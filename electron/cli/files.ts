import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as files from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type StorageProblem, storageProblem } from '#shared/domain/storage-problem';
import { writeWhole } from '#shared/domain/write-whole';
import { type ExitCode, exitCodes } from './exit-codes';

/** A file that was named on the command line could not be read or written. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly problem: StorageProblem;
  constructor(
    error: unknown,
    file: string,
    readonly exitCode: ExitCode,
  ) {
    const problem = storageProblem(error, resolve(file), fs);
    super(problem.detail, { cause: error });
    this.problem = problem;
  }
}

/** More than anything that is imported may be long: enough to say of an endless file that it is too long. */
const maxInputBytes = 512 * 1024 * 1024;

/** Throws FileError. */
export async function readInput(file: string): Promise<Uint8Array> {
  try {
    const chunks: Uint8Array[] = [];
    const input = fs.createReadStream(file, { end: maxInputBytes, highWaterMark: 1024 * 1024 });
    for await (const chunk of input) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  } catch (error) {
    throw new FileError(error, file, exitCodes.usage);
  }
}

/** The names in it. Throws FileError. */
export async function readFolder(folder: string): Promise<string[]> {
  return files.readdir(folder).catch((error: unknown) => {
    throw new FileError(error, folder, exitCodes.usage);
  });
}

/**
 * Writes a file whole or not at all: a full disk leaves no half of it, nor costs the one that was there. What is no file
 * (a device, a pipe) is written as it is. Throws FileError.
 */
export async function writeOutput(file: string, content: Uint8Array): Promise<void> {
  try {
    const target = await files.realpath(file).catch(() => file);
    const found = await files.stat(target).catch(() => null);
    if (found?.isFile() === false) await files.writeFile(target, content);
    else await writeWhole(target, content, join(dirname(target), `.${randomUUID()}.partial`), files);
  } catch (error) {
    throw new FileError(error, file, exitCodes.couldNotJudge);
  }
}

/** Writes what was made to the file that was asked for, else under its own name here, and prints where; `-`: to standard output. */
export async function giveOutput(
  context: { print(text: string): void },
  made: { readonly fileName: string; readonly bytes: Uint8Array },
  output: string | undefined,
): Promise<void> {
  if (output === '-') {
    process.stdout.write(made.bytes);
    return;
  }
  const file = output || made.fileName;
  await writeOutput(file, made.bytes);
  context.print(file);
}

/**
 * Makes a folder and those above it. One after the other: Node's own `recursive` never ends where the kernel says that a
 * folder's parent is missing while it is there, as in /proc. Throws FileError.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    const missing: string[] = [];
    for (let at = resolve(folder); !(await isThere(at)); at = dirname(at)) missing.unshift(at);
    for (const each of missing) await files.mkdir(each);
    // A file of that name is no folder.
    if (missing.length === 0) await files.readdir(folder);
  } catch (error) {
    throw new FileError(error, folder, exitCodes.couldNotJudge);
  }
}

async function isThere(path: string): Promise<boolean> {
  return files.stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
