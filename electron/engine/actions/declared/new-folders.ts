import { dirname } from 'node:path/posix';
import type { ActionContext } from '../action';

/** The folder that a file is in, with those above it that are not there yet, the deepest first. */
export async function foldersFor(context: ActionContext, path: string): Promise<{ of: string; missing: string[] }> {
  const of = dirname(path);
  const missing: string[] = [];
  for (let folder = of; folder !== '/' && missing.length < 32; folder = dirname(folder)) {
    const ran = await context.run({ id: 'test-folder', argv: ['test', '-e', folder], privilege: 'root-else-user' });
    // What can't be told is taken for there: making it anew would fail, not harm.
    if (ran.state !== 'exited' || ran.exitCode !== 1) break;
    missing.push(folder);
  }
  return { of, missing };
}

/** Takes away what was made, where nothing else came into it since. */
export function foldersBack(missing: readonly string[]): string[][] {
  return missing.length === 0 ? [] : [['rmdir', '--ignore-fail-on-non-empty', ...missing]];
}
