import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createWindowState } from './window-state';

const defaults = { bounds: { width: 1440, height: 900 }, isMaximized: false, colorScheme: 'auto' };
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'gantry-window-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('remembers what it was told', () => {
  createWindowState(dir).set({ bounds: { x: -5, y: 7, width: 1024, height: 700 }, colorScheme: 'dark' });
  expect(createWindowState(dir).get()).toEqual({
    bounds: { x: -5, y: 7, width: 1024, height: 700 },
    isMaximized: false,
    colorScheme: 'dark',
  });
});

it.each(['', '{"bounds":', '[]', '{"bounds":{"width":"wide"}}', '{"colorScheme":"pink"}'])(
  'starts with the defaults when the file holds %j',
  (content) => {
    writeFileSync(path.join(dir, 'window.json'), content);
    expect(createWindowState(dir).get()).toEqual(defaults);
  },
);

it('goes on when it can not be saved, and leaves the old file whole', () => {
  createWindowState(dir).set({ colorScheme: 'light' });
  const before = readFileSync(path.join(dir, 'window.json'), 'utf8');
  const state = createWindowState(dir);
  const complain = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  rmSync(dir, { recursive: true });
  state.set({ colorScheme: 'dark' });
  expect(state.get().colorScheme).toBe('dark');
  expect(complain).toHaveBeenCalledOnce();
  expect(JSON.parse(before).colorScheme).toBe('light');
  complain.mockRestore();
});
