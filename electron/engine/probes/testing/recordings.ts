import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CommandOutput } from '#shared/domain/command';

/** Outputs of real tools that developers keep beside the checkout; tests that read them are skipped without. */
const folder = fileURLToPath(new URL('../../../../../shared/recordings/', import.meta.url));
export const hasRecordings = existsSync(`${folder}README.md`);

export function recordingNames(kind: string, pattern: RegExp): string[] {
  if (!hasRecordings) return [];
  return readdirSync(`${folder}${kind}`)
    .filter((name) => pattern.test(name))
    .map((name) => `${kind}/${name}`)
    .sort();
}

export function recording(name: string): string {
  return readFileSync(folder + name, 'utf8');
}

/** A command that ended by itself and printed this. */
export function printed(stdout: string, exitCode = 0, stderr = ''): CommandOutput {
  return { state: 'exited', exitCode, stdout, stderr, isTruncated: false };
}
