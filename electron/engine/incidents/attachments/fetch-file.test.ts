import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Host } from '../../hosts/host';
import { LocalHost } from '../../hosts/local-host';
import { fetchFile, readFetched } from './fetch-file';

let folder: string;
let path: string;
const content = randomBytes(5 * 1024 * 1024 + 123);
const sha256 = createHash('sha256').update(content).digest('hex');
const host = new LocalHost({ id: 'this' });
const signal = new AbortController().signal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-fetch-'));
  mkdirSync(join(folder, 'node'));
  path = join(folder, 'node', "bug report's.log.gz");
  writeFileSync(path, content);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const kept = () => join(folder, 'kept');

/** Fails at the nth command, as a lost connection does. */
function cutAt(count: number): Host {
  let left = count;
  const exec: Host['exec'] = async (command, options) => {
    left -= 1;
    if (left < 0) throw new Error('connection lost');
    return host.exec(command, options);
  };
  return Object.assign(Object.create(host), { id: host.id, exec });
}

it('copies a file whole, by pieces, and tells how far it is', async () => {
  const told: number[] = [];
  const fetched = await fetchFile(host, path, kept(), { signal, onProgress: (received) => told.push(received) });
  expect(fetched).toEqual({ sha256, sizeBytes: content.length });
  expect(told).toEqual([0, 2097152, 4194304, content.length]);
  expect(readdirSync(kept())).toEqual([sha256]);
  expect(content.equals(readFetched(kept(), sha256) ?? Buffer.of())).toBe(true);
  writeFileSync(join(kept(), sha256), 'spoilt');
  expect(readFetched(kept(), sha256)).toBeNull();
});

it('goes on after a lost connection, and begins anew where the file is another', async () => {
  const quiet = { signal, onProgress: () => {} };
  await expect(fetchFile(cutAt(4), path, kept(), quiet)).rejects.toThrow('connection lost');
  const told: number[] = [];
  await fetchFile(host, path, kept(), { signal, onProgress: (received) => told.push(received) });
  expect(told[0]).toBe(4194304);

  rmSync(kept(), { recursive: true });
  await expect(fetchFile(cutAt(3), path, kept(), quiet)).rejects.toThrow('connection lost');
  const other = randomBytes(100);
  writeFileSync(path, other);
  expect(await fetchFile(host, path, kept(), quiet)).toMatchObject({ sizeBytes: 100 });
  expect(readdirSync(kept())).toHaveLength(1);
});

it('says that there is no such file, that it is too large, and that it changed meanwhile', async () => {
  const quiet = { signal, onProgress: () => {} };
  await expect(fetchFile(host, '/nowhere/x.gz', kept(), quiet)).rejects.toMatchObject({
    key: 'incidents.fileUnreadable',
  });
  const growing = {
    signal,
    onProgress: (received: number) => {
      if (received === 0) writeFileSync(path, randomBytes(content.length));
    },
  };
  await expect(fetchFile(host, path, kept(), growing)).rejects.toMatchObject({ key: 'incidents.fileChanged' });
  expect(existsSync(kept()) ? readdirSync(kept()) : []).toEqual([]);
  const sized: Host = Object.assign(Object.create(host), {
    id: 'this',
    exec: async (command: Parameters<Host['exec']>[0]) => ({
      ...(await host.exec(command)),
      ...(command.id === 'size' ? { stdout: Buffer.from('999999999\n') } : {}),
    }),
  });
  await expect(fetchFile(sized, path, kept(), quiet)).rejects.toMatchObject({ key: 'incidents.fileTooLarge' });
});

it('stops when it is told to', async () => {
  const stop = new AbortController();
  const stopping = { signal: stop.signal, onProgress: (received: number) => void (received > 0 && stop.abort()) };
  await expect(fetchFile(host, path, kept(), stopping)).rejects.toMatchObject({ name: 'AbortError' });
});
