import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserWindow, dialog } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openFile } from './open-file';
import { saveFile } from './save-file';

vi.mock('electron', () => ({
  app: { getPath: () => '/home/user/Documents' },
  dialog: { showSaveDialog: vi.fn(), showOpenDialog: vi.fn() },
}));

const window = {} as BrowserWindow;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'gantry-files-'));
  vi.stubEnv('GANTRY_SAVE_DIR', undefined);
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
  vi.unstubAllEnvs();
  vi.clearAllMocks();
});

describe('saveFile', () => {
  const answer = (filePath: string, canceled = false) =>
    vi.mocked(dialog.showSaveDialog).mockResolvedValue({ canceled, filePath });
  const report = { suggestedName: '../报告: 1.pdf', content: new Uint8Array([37, 80, 0, 255]), filters: [] };

  it('suggests a harmless name and writes the bytes where the user said', async () => {
    const file = path.join(dir, 'mine.pdf');
    answer(file);
    expect(await saveFile(window, report)).toEqual({ kind: 'saved', path: file });
    expect([...readFileSync(file)]).toEqual([37, 80, 0, 255]);
    expect(readdirSync(dir)).toEqual(['mine.pdf']);
    expect(dialog.showSaveDialog).toHaveBeenCalledWith(
      window,
      expect.objectContaining({ defaultPath: '/home/user/Documents/报告- 1.pdf' }),
    );
  });

  it('replaces an older file', async () => {
    const file = path.join(dir, 'notes.md');
    writeFileSync(file, 'a much longer text than the new one');
    answer(file);
    await saveFile(window, { suggestedName: 'notes.md', content: '新', filters: [] });
    expect(readFileSync(file, 'utf8')).toBe('新');
  });

  it('writes nothing when the user cancels', async () => {
    answer('', true);
    expect(await saveFile(window, report)).toEqual({ kind: 'cancelled' });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('says why it could not write, and leaves neither half a file nor a changed one', async () => {
    const missing = path.join(dir, 'missing', 'a.pdf');
    answer(missing);
    const refusal = async () => {
      const saved = await saveFile(window, report);
      return saved.kind === 'failed' ? [saved.problem.reason, saved.problem.path] : saved;
    };
    expect(await refusal()).toEqual(['missing', path.join(dir, 'missing')]);

    const folder = path.join(dir, 'folder');
    mkdirSync(folder);
    answer(folder);
    expect(await refusal()).toEqual(['isAFolder', folder]);

    const file = path.join(dir, 'file');
    writeFileSync(file, 'kept');
    answer(path.join(file, 'a.pdf'));
    expect(await refusal()).toEqual(['notAFolder', file]);
    expect(readdirSync(dir)).toEqual(['file', 'folder']);
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });

  it('asks nobody in tests, and never overwrites there', async () => {
    vi.stubEnv('GANTRY_SAVE_DIR', dir);
    const input = { suggestedName: 'a.md', content: 'one', filters: [] };
    expect(await saveFile(window, input)).toEqual({ kind: 'saved', path: path.join(dir, 'a.md') });
    expect(await saveFile(window, input)).toEqual({ kind: 'saved', path: path.join(dir, 'a-2.md') });
    expect(dialog.showSaveDialog).not.toHaveBeenCalled();
  });
});

describe('openFile', () => {
  const answer = (...filePaths: string[]) =>
    vi.mocked(dialog.showOpenDialog).mockResolvedValue({ canceled: filePaths.length === 0, filePaths });

  it('returns the name and the bytes', async () => {
    const file = path.join(dir, 'node 7.txt');
    writeFileSync(file, 'bundle');
    answer(file);
    const opened = await openFile(window, { filters: [], maxBytes: 6 });
    const bytes = new TextEncoder().encode('bundle');
    expect(opened).toEqual({ kind: 'opened', file: { name: 'node 7.txt', path: file, bytes } });
  });

  it('does not read what is larger than the caller can use', async () => {
    const file = path.join(dir, 'huge');
    writeFileSync(file, '');
    truncateSync(file, 5_000_000_000);
    answer(file);
    expect(await openFile(window, { filters: [], maxBytes: 1000 })).toEqual({
      kind: 'too-large',
      data: { path: file, sizeBytes: 5_000_000_000, maxBytes: 1000 },
    });
  });

  it('tells a cancelled dialog from a file that can not be read', async () => {
    answer();
    expect(await openFile(window, { filters: [], maxBytes: 10 })).toEqual({ kind: 'cancelled' });
    answer(path.join(dir, 'gone'));
    expect(await openFile(window, { filters: [], maxBytes: 10 })).toMatchObject({
      kind: 'failed',
      problem: { reason: 'missing', path: path.join(dir, 'gone') },
    });
  });
});
