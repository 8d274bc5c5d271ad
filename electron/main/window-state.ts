import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { colorSchemeSchema } from '#shared/contract/native';

const boundsSchema = z.object({
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  width: z.number().int().min(200),
  height: z.number().int().min(200),
});
const stateSchema = z.object({
  bounds: boundsSchema.default({ width: 1440, height: 900 }),
  isMaximized: z.boolean().default(false),
  colorScheme: colorSchemeSchema.default('auto'),
});
type State = z.infer<typeof stateSchema>;

/** What the window needs before the engine can answer: its place, and its colour scheme so that it does not flash. */
export interface WindowState {
  get(): State;
  set(change: Partial<State>): void;
}

/** Reads the state kept in `dataDir`; a missing or damaged file means the defaults. */
export function createWindowState(dataDir: string): WindowState {
  const file = path.join(dataDir, 'window.json');
  let state = read(file);
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      try {
        writeFileSync(`${file}.new`, JSON.stringify(state));
        renameSync(`${file}.new`, file);
      } catch (error) {
        // A full disk costs the window its place next time and nothing more.
        console.error('The window state was not saved:', error);
      }
    },
  };
}

function read(file: string): State {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return stateSchema.parse({});
  }
}

/** Colour of an empty window; the renderer's own background, so that nothing flashes before its first paint. */
export function backgroundColor(isDark: boolean): string {
  return isDark ? '#14171d' : '#ffffff';
}
