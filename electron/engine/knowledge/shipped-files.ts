/// <reference types="vite/types/importMeta.d.ts" />
import { readdirSync, readFileSync } from 'node:fs';
import type { KnowledgeFile } from './knowledge-file';

/** Beside the bundles, which say where; else in the sources. */
const root = new URL(import.meta.env.GANTRY_KNOWLEDGE ?? '../../../shared/knowledge/', import.meta.url);

/**
 * YAML files of `shared/knowledge` that came with the program, read from the disk each time their text is wanted: in the
 * bundle all of them would be in memory from the start on. Sorted by name, without the table tests.
 */
export function shippedFiles(
  folder: 'actions' | 'fixes' | 'manual' | 'manual/common' | 'playbooks' | 'profiles' | 'setup' | 'trees',
): KnowledgeFile[] {
  return filesOf(folder, (name) => !isCases(name));
}

/** The table tests beside them. */
export function shippedCases(folder: 'fixes' | 'manual' | 'setup' | 'trees'): KnowledgeFile[] {
  return filesOf(folder, isCases);
}

/** They don't change while the program runs, and are asked for with each call. */
const namesIn = new Map<string, readonly string[]>();

function filesOf(folder: string, isWanted: (name: string) => boolean): KnowledgeFile[] {
  const names = namesIn.get(folder) ?? readdirSync(new URL(`${folder}/`, root)).sort();
  namesIn.set(folder, names);
  const wanted = names.filter((name) => name.endsWith('.yaml') && isWanted(name));
  return wanted.map((file) => ({
    file,
    get text() {
      return readFileSync(new URL(`${folder}/${file}`, root), 'utf8');
    },
    isBuiltIn: true,
  }));
}

function isCases(name: string): boolean {
  return name.endsWith('.cases.yaml');
}
