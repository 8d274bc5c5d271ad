import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { ConflictError, InvalidError } from '../../errors';
import type { Host } from '../../hosts/host';
import { hashOf } from './fetch-file';
import { hashOn, runOn } from './on-node';

const chunkBytes = 2 * 1024 * 1024;

/**
 * Piece by piece to a node; a file that is there with the same content is not sent again. Throws ConflictError where the file is not what
 * its hash says, here or there.
 */
export async function copyFile(
  host: Host,
  from: string,
  wanted: string,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const found = await hashOf(from).catch(() => {
    throw new InvalidError('playbooks.noPackageSet', { folder: from });
  });
  if (found !== wanted) throw new ConflictError('playbooks.offlineDamaged', { file: from });
  if ((await hashOn(host, to, signal)) === wanted) return;
  const { size } = statSync(from);
  await runOn(host, ['truncate', '-s', '0', to], signal);
  const file = await open(from);
  try {
    const buffer = Buffer.alloc(chunkBytes);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, at);
      if (bytesRead === 0) break;
      await runOn(host, ['tee', '-a', to], signal, { stdin: buffer.subarray(0, bytesRead) });
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  if ((await hashOn(host, to, signal)) !== wanted) throw new ConflictError('playbooks.offlineDamaged', { file: to });
}
